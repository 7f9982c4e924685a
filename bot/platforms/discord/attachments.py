"""What are the uploaded files of one message called? `attachment://<sha>.<ext>`, in the order they are shown."""

from dataclasses import dataclass, field
from typing import Any

from bot.platforms.cut import shortened
from bot.platforms.discord.pack import units16
from bot.platforms.pictures import Shown

SCHEME = "attachment://"
ALT = 1_024
_SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


@dataclass(slots=True)
class Attachments:
    """Collects the files of one message; the same picture shown twice is uploaded twice, under two names."""

    files: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)

    def add(self, shown: Shown) -> str:
        """The address under which the payload shows it."""
        picture = shown.picture
        again = self.pictures.count(picture.sha)
        suffix = _SUFFIXES.get(picture.mime) or picture.mime.rpartition("/")[2].split("+")[0]
        name = f"{picture.sha}{f'_{again + 1}' if again else ''}.{suffix}"
        file: dict[str, Any] = {"id": len(self.files), "filename": name}
        if shown.description:
            file["description"] = self.alt(shown)
        self.files.append(file)
        self.pictures.append(picture.sha)
        return f"{SCHEME}{name}"

    @staticmethod
    def alt(shown: Shown) -> str:
        return shortened(shown.description, ALT, units16)


def sha_of(address: str) -> str:
    """The picture behind an address made here; other addresses as they are."""
    if not address.startswith(SCHEME):
        return address
    return address.removeprefix(SCHEME).split(".")[0].split("_")[0]
