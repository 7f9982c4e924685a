"""How is git run so that neither an address nor a repository can make it do more? No shell, prompt, hook or filter.

Addresses: content.md §8. A password never stands among the arguments nor in the repository's own settings: it goes by
the environment of the one process that needs it.
"""

import base64
import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from bot.config.sources import is_local
from digest.errors import Refused, Temporary, ZhouzhiError

FETCH_S: Final = 1_800.0  # a first fetch of years of history; a line gone dead ends sooner (LOW_SPEED)
READ_S: Final = 300.0
_LOW_SPEED: Final = {
    "GIT_HTTP_LOW_SPEED_LIMIT": "500",
    "GIT_HTTP_LOW_SPEED_TIME": "60",
}  # bytes a second, seconds

# what a process needs to find its programs, keys, proxy and certificates; the rest may hold secrets
_INHERITED: Final = (
    "PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO",
    "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
)  # fmt: skip
_SETTINGS: Final = (
    "protocol.ext.allow=never",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.symlinks=false",
    "core.quotePath=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "credential.helper=",
    "gc.autoDetach=false",  # nothing of ours goes on in the background
    "log.showSignature=false",
)
# told to fetching alone: a copy that knows of it would fetch what is missing whenever it is read
_PARTIAL: Final = ("remote.origin.promisor=true", "remote.origin.partialCloneFilter=blob:none")

_DENIED = re.compile(
    r"(?i)authentication failed|could not read (?:username|password)|permission denied|access denied|"
    r"host key verification failed|returned error: 40[13]|dubious ownership"
)
_NOT_THERE = re.compile(
    r"(?i)repository .*not found|does not appear to be a git repository|returned error: 404|no such file or directory"
)
_NO_BRANCH = re.compile(r"(?i)couldn't find remote ref")
_DAMAGED = re.compile(
    r"(?i)not a git repository: |bad object|unable to read tree|loose object|is corrupt|invalid sha1 pointer|"
    r"packfile .* cannot be accessed|not in a git directory|bad config|bad tree object|unable to parse"
)
_UNWILLING = re.compile(r"(?i)does not allow request for unadvertised object|not our ref")
_NO_ROOM = re.compile(r"(?i)no space left|read-only file system|disk quota exceeded|cannot allocate memory")


class Unwilling(Temporary):
    """The host gives no single contents: by the oldest protocol, to which some SSH servers fall back."""


class Damaged(Temporary):
    """Our own copy is broken; the next fetch makes it anew."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a repository is: `url` as git is told, without password; `label` as people are told."""

    url: str
    label: str
    scheme: str
    header: str = field(default="", repr=False)  # what the password becomes

    @classmethod
    def of(cls, text: str, folder: Path) -> "Address":
        """`folder` is what a relative path starts from."""
        if is_local(text):
            path = Path(text) if Path(text).is_absolute() else folder / text
            return cls(path.resolve().as_uri(), text, "file")
        if "://" not in text:
            return cls(text, text, "ssh")
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or "@" not in parts.netloc:
            shown = parts.netloc.rpartition("@")[2]
            bare = parts.netloc if parts.password is None else f"{parts.username}@{shown}"
            return cls(
                urlunsplit(parts._replace(netloc=bare)),
                urlunsplit(parts._replace(netloc=shown)),
                parts.scheme,
            )
        secret = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        header = f"Authorization: Basic {base64.b64encode(secret.encode()).decode()}"
        return cls(plain, plain, parts.scheme, header)


class Git:
    """Git on one bare repository. Every call blocks; `stop` ends the one that runs, from another thread."""

    def __init__(self, folder: Path, address: Address) -> None:
        self.folder = folder
        self.address = address
        self.is_whole = False  # fetched with all contents
        self._running: subprocess.Popen[bytes] | None = None
        self._is_stopped = False
        self._lock = threading.Lock()

    @property
    def only(self) -> Sequence[str]:
        """What a fetch leaves out."""
        return () if self.is_whole else ("--filter=blob:none",)

    def begin(self) -> None:
        """Forget an earlier `stop`."""
        self._is_stopped = False

    def ask(self, *words: str, given: bytes = b"", is_distant: bool = False) -> bytes:
        """Its standard output. Raises Refused or Temporary with a sentence for the operator, Damaged."""
        limit_s = FETCH_S if is_distant else READ_S
        with self.start(*words, is_distant=is_distant, has_input=bool(given)) as process:
            with self._lock:
                self._running = process
                if self._is_stopped:
                    end(process)
            try:
                output, trouble = process.communicate(given or None, timeout=limit_s)
            except subprocess.TimeoutExpired:
                end(process)
                raise Temporary("source.git_slow", url=self.address.label, limit=int(limit_s)) from None
            finally:
                with self._lock:
                    self._running = None
        if process.returncode:
            raise self._error(trouble.decode("utf-8", "replace"))
        return output

    def start(
        self, *words: str, is_distant: bool = False, has_input: bool = True, is_silent: bool = False
    ) -> "subprocess.Popen[bytes]":
        """A process of git in a group of its own, so that its helpers end with it."""
        settings = [*_SETTINGS, *(_PARTIAL if is_distant and not self.is_whole else ())]
        arguments = ["git", *(part for one in settings for part in ("-c", one)), *words]
        try:
            return subprocess.Popen(  # noqa: S603  no shell; words of ours, and addresses that were checked
                arguments,
                stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if is_silent else subprocess.PIPE,
                cwd=self.folder if self.folder.is_dir() else None,
                env=self._environment(is_distant=is_distant),
                start_new_session=True,
            )
        except FileNotFoundError:
            raise Refused("source.git_missing") from None

    def stop(self) -> None:
        """End what runs, and what would run next; it raises Temporary in its own thread."""
        with self._lock:
            self._is_stopped = True
            if self._running is not None:
                end(self._running)

    def _environment(self, *, is_distant: bool) -> Mapping[str, str]:
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment |= _LOW_SPEED | {
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "C",
            "GIT_DIR": str(self.folder),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "SSH_ASKPASS": "",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_ALLOW_PROTOCOL": self.address.scheme if is_distant else "none",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15",
        }
        if is_distant and self.address.header:
            host = urlunsplit((*urlsplit(self.address.url)[:2], "/", "", ""))
            environment |= {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"http.{host}.extraHeader",
                "GIT_CONFIG_VALUE_0": self.address.header,
            }
        return environment

    def _error(self, said: str) -> ZhouzhiError:
        label = self.address.label
        if _NO_BRANCH.search(said):
            return Refused("source.git_no_branch", url=label)
        if _UNWILLING.search(said):
            return Unwilling("source.git_unreachable", url=label, reason=last_line(said))
        if _NO_ROOM.search(said):
            return Temporary("source.git_no_room", url=label, reason=last_line(said))
        # what git says of a file of ours is never the far end's fault
        if _DAMAGED.search(said) or str(self.folder) in said:
            return Damaged("source.git_damaged", url=label, reason=last_line(said))
        if _DENIED.search(said):
            return Refused("source.git_denied", url=label, reason=last_line(said))
        if _NOT_THERE.search(said):
            return Refused("source.git_not_there", url=label)
        return Temporary("source.git_unreachable", url=label, reason=last_line(said))


def last_line(said: str) -> str:
    """The line that says most, without control signs: the far end may have written it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = next((line for line in lines if line.startswith(("fatal:", "error:", "ERROR:"))), "")
    line = telling or (lines[-1] if lines else "git failed without a word")
    return "".join(sign if sign.isprintable() else " " for sign in line)[:300]


def end(process: "subprocess.Popen[bytes]") -> None:
    """The process and its helpers; one that has ended already is no trouble."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def split_nul(output: bytes) -> Sequence[str]:
    return output.decode("utf-8", "replace").split("\0")
