"""How do pictures travel? One as a photo, several as even albums, what moves as animations, odd shapes as files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from bot.platforms.pictures import Shown
from bot.platforms.telegram.entities import Styled
from bot.platforms.telegram.limits import Limits
from digest.page import Picture

PHOTOS = ("image/jpeg", "image/png")
MOVING = "image/gif"  # as a photo it would stand still

MediaKind = Literal["photo", "document", "animation"]
METHODS: Mapping[MediaKind, str] = {
    "photo": "sendPhoto",
    "document": "sendDocument",
    "animation": "sendAnimation",
}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Album:
    """Pictures that leave in one call, all of one kind."""

    kind: MediaKind
    pictures: tuple[Picture, ...]

    @property
    def method(self) -> str:
        if len(self.pictures) > 1:
            return "sendMediaGroup"
        return METHODS[self.kind]

    @property
    def takes_caption(self) -> bool:
        """A file's caption stands below it, where the text would follow its picture."""
        return self.kind != "document"

    def payload(self, caption: Styled | None = None) -> Json:
        """The call's body; the caption stands above its picture, in an album at the first one."""
        words = _caption(caption) if caption is not None and caption.text else {}
        if len(self.pictures) == 1:
            return {self.kind: attached(self.pictures[0]), **words}
        media: list[Json] = [{"type": self.kind, "media": attached(picture)} for picture in self.pictures]
        media[0] |= words
        return {"media": media}


def attached(picture: Picture) -> str:
    """How a payload names a picture: the client puts a known file id or the upload in its place."""
    return f"attach://{picture.sha}"


def _caption(caption: Styled) -> Json:
    words: Json = {"caption": caption.text}
    if caption.spans:
        words["caption_entities"] = caption.entities()
    words["show_caption_above_media"] = True
    return words


def can_travel(picture: Picture, limits: Limits) -> bool:
    """Whether Telegram takes the picture at all, be it as a file."""
    return 0 < picture.size <= limits.file_bytes


def albums(shown: Sequence[Shown], limits: Limits) -> tuple[Album, ...]:
    """The calls for these pictures in their order; no album is left with a single rest."""
    found: list[Album] = []
    for kind, run in groupby(shown, key=lambda one: kind_of(one.picture, limits)):
        pictures = [one.picture for one in run]
        # no album takes an animation (spec `sendMediaGroup`)
        count = len(pictures) if kind == "animation" else -(-len(pictures) // limits.album)
        width, wider = divmod(len(pictures), count)
        start = 0
        for index in range(count):
            end = start + width + (index < wider)
            found.append(Album(kind, tuple(pictures[start:end])))
            start = end
    return tuple(found)


def kind_of(picture: Picture, limits: Limits) -> MediaKind:
    """As what a picture travels: shapes and sizes that are no photo go as files."""
    if picture.mime == MOVING:
        return "animation"
    long, short = max(picture.width, picture.height), min(picture.width, picture.height)
    is_photo = (
        picture.mime in PHOTOS
        and picture.size <= limits.photo_bytes
        and long + short <= limits.photo_sides
        and 0 < long <= short * limits.photo_ratio
    )
    return "photo" if is_photo else "document"
