"""A real repository of git's own making, and git's own server for it behind a small HTTP server on loopback."""

import asyncio
import base64
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

BACKEND = Path(
    subprocess.run(["git", "--exec-path"], capture_output=True, check=True, text=True).stdout.strip()
)


@dataclass
class Repository:
    """A working folder with a repository; each call is a real `git`."""

    folder: Path
    day: int = 1

    def git(self, *words: str, at: str | None = None) -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Curator",
            "GIT_AUTHOR_EMAIL": "curator@example.org",
            "GIT_COMMITTER_NAME": "Curator",
            "GIT_COMMITTER_EMAIL": "curator@example.org",
        }
        if at:
            environment |= {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": "2026-06-01T00:00:00Z"}
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, at: str | None = None, **files: str | bytes) -> str:
        """Commit everything, after writing `files` (`weekly/1.md` is written as `weekly__1_md`)."""
        for name, content in files.items():
            self.write(name.replace("__", "/").replace("_md", ".md"), content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x", at=at)
        return self.git("rev-parse", "HEAD")


def new_repository(folder: Path) -> Repository:
    folder.mkdir(parents=True)
    made = Repository(folder)
    made.git("init", "--quiet", "--initial-branch=main")
    made.git("config", "uploadpack.allowFilter", "true")
    return made


@dataclass
class Host:
    """`git http-backend` on loopback. `refuse_after` fetches it breaks down; `password` is asked for when set."""

    root: Path
    password: str = ""
    refuse_after: int = 1_000_000
    is_hanging: bool = False
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    server: TestServer | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.port}/{self.root.name}"

    async def start(self) -> None:
        application = web.Application(client_max_size=2**26)
        application.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(application)
        await self.server.start_server()

    async def stop(self) -> None:
        if self.server is not None:
            await self.server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path_qs}")
        if self.is_hanging:
            await asyncio.sleep(600)
        if self.password:
            wanted = "Basic " + base64.b64encode(f"reader:{self.password}".encode()).decode()
            if request.headers.get("Authorization") != wanted:
                return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="git"'})
        body = await request.read()
        if request.method == "POST":
            self.bodies.append(body)
            if len(self.bodies) > self.refuse_after:
                return web.Response(status=503)
        return await self._backend(request, body)

    async def _backend(self, request: web.Request, body: bytes) -> web.Response:
        process = await asyncio.create_subprocess_exec(
            BACKEND / "git-http-backend",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.root.parent),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_GLOBAL": os.devnull,
                "PATH_INFO": request.path,
                "QUERY_STRING": request.query_string,
                "REQUEST_METHOD": request.method,
                "CONTENT_TYPE": request.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
                "HTTP_GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
                "REMOTE_ADDR": "127.0.0.1",
            },
        )
        said, _ = await process.communicate(body)
        head, _, rest = said.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        status = int(headers.pop("Status", "200").split()[0])
        return web.Response(body=rest, status=status, headers=headers)
