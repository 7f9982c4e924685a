"""Which commands does Telegram's menu offer whom? One list a scope and language, written only when they changed."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

import handlers
from bot.platforms.cut import shortened
from bot.platforms.telegram.api import Api, CallRefused
from bot.platforms.telegram.wire import MaybeSent, NotSent
from digest.audience import Place, Role
from handlers.table import menu
from handlers.texts import DEFAULT, LANGUAGES, Texts, texts_for

COMMANDS: Final = 100  # a scope and language: spec `setMyCommands`
DESCRIPTION: Final = 256  # characters: spec `BotCommand`
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Menu:
    """One list of commands. `scope` is a `BotCommandScope`; `language` an ISO 639-1 code, empty for all others."""

    scope: tuple[tuple[str, Any], ...]
    language: str
    commands: tuple[tuple[str, str], ...]

    def parameters(self) -> dict[str, Any]:
        """The parameters of `setMyCommands`."""
        commands = [
            {"command": name, "description": shortened(words, DESCRIPTION, len)}
            for name, words in self.commands[:COMMANDS]
        ]
        wanted: dict[str, Any] = {"commands": commands, "scope": dict(self.scope)}
        return wanted | ({"language_code": self.language} if self.language else {})


def house_menus(curators: Mapping[Place, Role] | None = None, default: str = DEFAULT) -> tuple[Menu, ...]:
    """The menus of ROUTES: everybody in private, in groups, their admins, and each curator in his own chat."""
    return tuple(
        found
        for code, texts in _spoken(default)
        for found in _menus(code, texts, {} if curators is None else curators)
    )


def _spoken(default: str) -> list[tuple[str, Texts]]:
    """The default for everyone, then each language by its two letters."""
    return [("", texts_for(default))] + [(tag.split("-")[0], texts_for(tag)) for tag in LANGUAGES]


def _menus(code: str, texts: Texts, curators: Mapping[Place, Role]) -> list[Menu]:
    company = menu(texts, is_company=True)
    for_admins = {one.name for one in handlers.ROUTES if one.who == "place admin" and "group" in one.where}
    deciding = tuple(entry for entry in menu(texts) if entry[0] in for_admins)
    found = [
        Menu((("type", "all_private_chats"),), code, menu(texts)),
        Menu((("type", "all_group_chats"),), code, company),
        Menu((("type", "all_chat_administrators"),), code, (*company, *deciding)),
    ]
    for place, role in sorted(curators.items(), key=lambda pair: str(pair[0])):
        if place.platform == "telegram" and place.address.isdecimal():
            scope = (("type", "chat"), ("chat_id", int(place.address)))
            found.append(Menu(scope, code, menu(texts, role)))
    return found


def digest_of(menus: Sequence[Menu]) -> str:
    """What is compared with the last time."""
    written = json.dumps([one.parameters() for one in menus], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


async def publish(
    api: Api,
    menus: Sequence[Menu],
    known: str | None,
    remember: Callable[[str], Awaitable[None]],
) -> bool:
    """Write the menus unless `known` is their digest. A refusal is logged and tried again at the next start."""
    digest = digest_of(menus)
    if digest == known:
        return True
    is_done = True
    for one in menus:
        try:
            await api.call("setMyCommands", **one.parameters())
        except CallRefused as error:
            # a curator who has not started the bot has no chat for a menu yet: the others still get theirs
            log.warning("telegram.menu_refused", scope=dict(one.scope), reason=error.description)
            is_done = False
        except (NotSent, MaybeSent) as error:
            log.warning("telegram.menu_not_sent", reason=str(error))
            return False
    if is_done:
        await remember(digest)
    return is_done
