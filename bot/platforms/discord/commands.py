"""Which slash commands does Discord know of us? Made from ROUTES, registered only when they changed.

The bodies are those of `PUT /applications/{id}/commands`. Who may call what is asked again in code: what is said here
are defaults that a server's admins can change (discord.md §2).
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import structlog

import handlers
from bot.platforms.cut import shortened
from bot.platforms.discord.api import Api, CallFailed, number
from bot.platforms.discord.outcomes import Failure
from bot.platforms.discord.pack import units16
from bot.platforms.discord.settings import DiscordSettings
from handlers.route import Argument, Route
from handlers.texts import Texts, texts_for

MANAGE_SERVER: Final = str(1 << 5)
SERVER, BOT_DM, ANYWHERE = (
    0,
    1,
    2,
)  # contexts; the last one is for people who installed the bot for themselves
DESCRIPTION: Final = 100
NAME: Final = 32
DEFAULT: Final = "en"
# Discord's locales by the languages we speak; a locale without our words shows the default ones
LOCALES: Final[Mapping[str, tuple[str, ...]]] = {"zh-Hans": ("zh-CN", "zh-TW")}
SCRIPTS: Final[Mapping[str, tuple[str, ...]]] = {"zh-CN": ("zh-Hans",), "zh-TW": ("zh-Hant", "zh-Hans")}
OPTION: Final = {"words": 3, "file": 11}  # types of options
AGAIN_CAP_S: Final = 3_600.0
Command = Mapping[str, Any]
log = structlog.get_logger(__name__)


def house_commands() -> tuple[Command, ...]:
    """The commands of ROUTES that can be called on Discord."""
    return slash_commands(
        handlers.ROUTES, {language: texts_for(language) for language in (DEFAULT, *LOCALES)}
    )


def slash_commands(routes: Iterable[Route], texts: Mapping[str, Texts]) -> tuple[Command, ...]:
    """`texts` by language, the default's among them. Each command in its whole, ready to be registered."""
    found = [_command(route, texts) for route in routes if route.kind == "command" and _contexts(route)]
    return tuple(_unique_names(found))


def order_of(commands: Iterable[Command]) -> dict[str, tuple[str, ...]]:
    """The options of each command as they are declared."""
    return {
        command["name"]: tuple(option["name"] for option in command.get("options", ()))
        for command in commands
    }


def digest_of(commands: Sequence[Command], guild: int | None) -> str:
    """Changes when anything of what Discord would store changes."""
    canonical = json.dumps([guild, commands], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


class CommandSync:
    """Registers the commands. `known` and `remember` keep the digest from one start to the next."""

    def __init__(
        self,
        api: Api,
        settings: DiscordSettings,
        commands: Sequence[Command],
        known: Callable[[], Awaitable[str | None]] | None,
        remember: Callable[[str], Awaitable[None]] | None,
    ) -> None:
        self._api = api
        self._settings = settings
        self._commands = commands
        self._known = known
        self._remember = remember
        self._digest: str | None = None

    async def run(self) -> None:
        """Until it is done; a failure is logged and tried again later, and stops nothing else."""
        pause = self._settings.sync_again_s
        while True:
            try:
                await self.once()
            except Exception as error:  # noqa: BLE001  commands are a convenience: nothing may take the platform along
                reason = error.failure.reason if isinstance(error, CallFailed) else repr(error)
                log.warning("discord.commands_not_registered", reason=reason, again_in_s=pause)
            else:
                return
            await asyncio.sleep(pause)
            pause = min(AGAIN_CAP_S, pause * 2)

    async def once(self) -> bool:
        """Whether anything had to be registered. Raises CallFailed."""
        guild = self._settings.guild
        commands = self._commands if guild is None else [_for_guild(command) for command in self._commands]
        digest = digest_of(commands, guild)
        if self._settings.sync_commands == "never":
            return False
        if self._settings.sync_commands == "changed" and digest == await self._last():
            return False
        await self._register(commands, guild)
        self._digest = digest
        if self._remember is not None:
            await self._remember(digest)
        log.info("discord.commands_registered", count=len(commands), guild=guild)
        return True

    async def _last(self) -> str | None:
        return self._digest or (await self._known() if self._known else None)

    async def _register(self, commands: Sequence[Command], guild: int | None) -> None:
        application = self._settings.application_id or number(
            await self._api.call("GET", "/applications/@me")
        )
        if guild is None:
            path = "/applications/{application_id}/commands"
            answer = await self._api.call("PUT", path, body=commands, application_id=application)
        else:
            path = "/applications/{application_id}/guilds/{guild_id}/commands"
            answer = await self._api.call(
                "PUT", path, body=commands, application_id=application, guild_id=guild
            )
        registered = (
            {entry.get("name") for entry in answer if "id" in entry} if isinstance(answer, list) else set()
        )
        missing = [command["name"] for command in commands if command["name"] not in registered]
        if missing:
            raise CallFailed(Failure("unreadable", text=f"not confirmed: {', '.join(missing)}"))


def _command(route: Route, texts: Mapping[str, Texts]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": 1,
        "name": route.name,
        "description": _text(texts[DEFAULT], f"help.{route.name}", route.name),
        "description_localizations": _localised(texts, f"help.{route.name}", route.name),
        "contexts": _contexts(route),
    }
    names = _names(route)
    if names:
        found["name_localizations"] = names
    if route.arguments:
        ordered = sorted(route.arguments, key=lambda argument: not argument.is_required)
        found["options"] = [_option(route, argument, texts) for argument in ordered]
    if route.who in ("editor", "publisher"):
        found["default_member_permissions"] = MANAGE_SERVER
    return found


def _option(route: Route, argument: Argument, texts: Mapping[str, Texts]) -> dict[str, Any]:
    key = f"help.{route.name}_example"
    found: dict[str, Any] = {
        "type": OPTION[argument.kind],
        "name": argument.name,
        "description": _text(texts[DEFAULT], key, argument.name),
        "description_localizations": _localised(texts, key, argument.name),
        "required": argument.is_required,
    }
    if argument.completes:
        found["autocomplete"] = True
    return found


def _contexts(route: Route) -> list[int]:
    """Where it can be called: servers, the bot's private chat, and for reading everywhere a person takes it along."""
    found = []
    if "server" in route.where:
        found.append(SERVER)
    if "dm" in route.where:
        found.append(BOT_DM)
    if len(found) == 2 and route.group in ("read", "find"):
        found.append(ANYWHERE)
    return found


def _names(route: Route) -> dict[str, str]:
    words = dict(route.aliases)
    found: dict[str, str] = {}
    for locale, scripts in SCRIPTS.items():
        known = next((words[script] for script in scripts if words.get(script)), ())
        # Discord takes lower case without spaces only
        fitting = next((word for word in known if units16(word) <= NAME and word == word.lower()), None)
        if fitting:
            found[locale] = fitting
    return found


def _unique_names(commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two commands of one name in a language would cost the whole registration: the later one keeps its own."""
    taken: set[tuple[str, str]] = set()
    for command in commands:
        names: dict[str, str] = command.get("name_localizations", {})
        for locale, name in list(names.items()):
            if (locale, name) in taken:
                del names[locale]
            taken.add((locale, name))
    return commands


def _localised(texts: Mapping[str, Texts], key: str, instead: str) -> dict[str, str]:
    return {
        locale: _text(texts[language], key, instead)
        for language, locales in LOCALES.items()
        if language in texts
        for locale in locales
    }


def _text(texts: Texts, key: str, instead: str) -> str:
    return shortened(texts.singular.get(key) or instead, DESCRIPTION, units16)


def _for_guild(command: Command) -> Command:
    """Contexts belong to global commands only."""
    return {key: value for key, value in command.items() if key != "contexts"}
