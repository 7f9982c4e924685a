"""What does a curator send, and where does it wait? Files, archives and the folder of waiting bytes, for tests of /upload."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handlers.ports import IncomingFile, too_large
from storage.store import Store
from tests.contract.handlers.house import NOW, Person, actions

TEXT = """\
---
date: 2026-11-24
---
# 周知 第 13 期

导语。

## 模型与能力

### 甲公司发布模型

正文。[原文](https://example.org/a)

![图](a.png)

## 芯片

### 乙公司的芯片

正文。[原文](https://example.org/b) [另一篇](https://example.org/c)
"""


@dataclass
class Clock:
    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def file(content: bytes | str = TEXT, name: str = "第13期.md", *, size: int | None = None) -> IncomingFile:
    body = content.encode() if isinstance(content, str) else content

    async def read(limit: int) -> bytes:
        if len(body) > limit:
            raise too_large(limit)
        return body

    return IncomingFile(name, len(body) if size is None else size, read)


def packed(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return made.getvalue()


def labels(person: Person) -> list[str]:
    return [label for label, _ in actions(person.shown)]


async def keys(store: Store) -> list[str]:
    return sorted(line.key for line in await store.issues.lines(visible=False))


def waiting(folder: Path) -> Iterator[Path]:
    yield from folder.iterdir() if folder.exists() else ()


def is_private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0
