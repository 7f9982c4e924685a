"""How is a file parsed that may be an attack? In a process of its own, reused, with a deadline and a memory limit.

`ParseWorker.parse` is `digest.parse.parse` with these bounds: what runs over one is killed with its process, the file
is refused, and the next file gets a fresh process. `python -m bot.parsing` is that process: requests and answers are
pickles on its standard streams, it holds no secrets, and it ends with its parent.
"""

import contextlib
import gc
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import date
from typing import IO, Any, Final

from digest.issue import Problem, Reading, Series
from digest.parse import parse
from digest.parse.source import Limits

log = logging.getLogger(__name__)

START_S: Final = 60.0  # imports on a busy small machine; only a parse has the deadline
GRACE_S: Final = 5  # a worker whose parent is gone ends itself so long after the deadline
READY: Final = "ready"  # the first answer, before any question
MEMORY_SPENT: Final = 77  # its exit code
INHERITED: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")  # the rest may hold secrets


class ParseWorker:
    """One process, started at the first parse; one parse at a time. Blocking: call it in a thread."""

    def __init__(
        self, *, deadline_s: float = 10.0, memory_mib: int = 512, limits: Limits | None = None
    ) -> None:
        self._deadline_s = deadline_s
        self._memory_mib = memory_mib
        self._limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_closed = False

    def parse(
        self,
        source: bytes,
        *,
        series: Series,
        name: str,
        known_sections: frozenset[str] = frozenset(),
        today: date | None = None,
        web_base: str = "",
    ) -> Reading:
        """What digest.parse.parse gives, or an error among the problems when it took too long or too much."""
        arguments = {
            "source": source,
            "series": series,
            "name": name,
            "known_sections": known_sections,
            "today": today,
            "limits": self._limits,
            "web_base": web_base,
        }
        with self._lock:
            if self._is_closed:
                return _refused("parse_stopped")
            try:
                process = self._running()
            except OSError as error:
                log.error("the parse worker does not start: %s", error)  # noqa: TRY400  the sentence says all
                return _refused("parse_failed")
            return self._ask(process, arguments, name)

    def close(self) -> None:
        """End the process, also in the middle of a parse; that file is refused. Parsing after it is refused too."""
        self._is_closed = True
        process = self._process
        if process is not None:
            process.kill()  # a parse that waits for its answer sees the end of the stream
        with self._lock:
            self._stop()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter with our own module
            [sys.executable, "-P", "-m", "bot.parsing", str(self._deadline_s), str(self._memory_mib)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        answer, _ = _exchange(self._process, None, START_S)
        if answer != READY:
            self._stop()
            raise OSError("no sign of life from the parse worker")
        return self._process

    def _ask(self, process: subprocess.Popen[bytes], arguments: dict[str, Any], name: str) -> Reading:
        answer, is_late = _exchange(process, arguments, self._deadline_s)
        code = self._stop() if is_late or answer is None else None
        if isinstance(answer, Reading):
            return answer
        if self._is_closed:
            return _refused("parse_stopped")
        if is_late:
            return _refused("parse_late", limit=f"{self._deadline_s:g}")
        if code == MEMORY_SPENT:
            return _refused("parse_memory", limit=self._memory_mib)
        log.error("the parser failed on %s: %s", name, answer or f"its process ended with {code}")
        return _refused("parse_failed")

    def _stop(self) -> int | None:
        """Kill what runs and wait for it, so that no zombie stays."""
        process, self._process = self._process, None
        if process is None:
            return None
        code = process.poll()
        if code is None:
            process.kill()
            code = process.wait()
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):  # what was not written any more is not missed
                stream.close()
        return code


def _exchange(process: subprocess.Popen[bytes], request: object, within_s: float) -> tuple[object, bool]:
    """Send a request (None: wait for the first sign of life); the answer, or None, and whether time ran out."""
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(within_s, end)
    timer.daemon = True
    timer.start()
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if request is not None:
            pickle.dump(request, process.stdin)
            process.stdin.flush()
        answer = pickle.load(process.stdout)  # noqa: S301  written by our own process
    except (OSError, EOFError, pickle.UnpicklingError):
        # the stream broke off; a moment for the exit code that says why
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
        answer = None
    finally:
        timer.cancel()
    return answer, late.is_set()


def _refused(code: str, **arguments: str | int) -> Reading:
    return Reading(None, (Problem("error", code, 0, arguments),))


# --- inside the process -------------------------------------------------------------------------------------------


def serve(requests: IO[bytes], answers: IO[bytes], deadline_s: float = 0) -> None:
    """Answer until the requests end. Memory that runs out ends the process: what is left of it is not trusted."""
    _send(answers, pickle.dumps(READY))
    while True:
        try:
            arguments = pickle.load(requests)  # noqa: S301  written by our own parent
            with _alarm(deadline_s), _uncollected():
                answer = _answered(**arguments)
        except EOFError:
            return
        except MemoryError:
            os._exit(MEMORY_SPENT)
        _send(answers, answer)
        gc.collect()  # nobody waits for it


def _answered(source: bytes, **arguments: Any) -> bytes:
    """A pickled Reading; of a defect of ours its traceback, so that the other files go on."""
    try:
        return pickle.dumps(parse(source, **arguments))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  logged by the parent
        return pickle.dumps(traceback.format_exc())


def _send(answers: IO[bytes], answer: bytes) -> None:
    answers.write(answer)
    answers.flush()


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """A tree grows for as long as it is read: looking through it for garbage meanwhile takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextlib.contextmanager
def _alarm(deadline_s: float) -> Iterator[None]:
    """The system's own clock ends a parse whose parent was killed and can end it no more."""
    if sys.platform == "win32" or not deadline_s:
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, deadline_s + GRACE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _bound(memory_mib: int) -> None:
    """Limit the address space where the platform can; the parent alone decides about the end."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  not on every platform

    size = memory_mib * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = size if hard == resource.RLIM_INFINITY else min(size, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and does not let it be set
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def main() -> None:
    deadline_s, memory_mib = float(sys.argv[1]), int(sys.argv[2])
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    _bound(memory_mib)
    # patterns are compiled before the clock runs
    parse("# [一](https://e.org/)".encode(), series=Series("", ""), name="")
    gc.collect()
    gc.freeze()  # what is loaded by now stays
    serve(requests, answers, deadline_s)


if __name__ == "__main__":
    main()
