"""Which platforms are configured? Each is imported only then: a platform that is off costs nothing."""

from functools import partial
from typing import TYPE_CHECKING

from bot.app import Bot, Outlet, curators, token_name
from bot.delivery.dispatcher import Window
from bot.delivery.pace import Pacer, Rates
from bot.filing import Filings
from digest.audience import Place

if TYPE_CHECKING:
    from bot.config import DiscordTable, TelegramTable, WebTable

NONCE_S = (
    110  # Discord recognises a nonce "in the past few minutes"; we trust two, less a margin (delivery.md §6)
)

WEB_PERSON = "me"  # the address of the one chat that is served
WEB_RATE = 1_000  # messages a second: there is no one to limit us, only a loop to be kept short


def add_configured(bot: Bot) -> None:
    """Give the bot every platform its configuration names."""
    settings = bot.configuration.settings
    if settings.telegram is not None:
        bot.add(telegram(bot, settings.telegram))
    if settings.discord is not None:
        bot.add(discord(bot, settings.discord))
    if settings.web is not None:
        bot.add(web(bot, settings.web))


def telegram(bot: Bot, table: "TelegramTable") -> Outlet:
    from bot.platforms.telegram.client import TelegramPlatform  # noqa: PLC0415  imported only when configured
    from bot.platforms.telegram.menus import house_menus  # noqa: PLC0415
    from bot.platforms.telegram.settings import TelegramSettings  # noqa: PLC0415

    token = table.token.get_secret_value()
    note = f"telegram menus of {token_name(token)}"
    lack = f"no rich messages at {table.api_base.rstrip('/')}"
    # one message a second in one chat, twenty a minute in a group or channel: telegram.md §2
    pacer = Pacer(Rates(table.rate_all, 1, table.rate_group))
    platform = TelegramPlatform(
        TelegramSettings(
            token=token,
            api_base=table.api_base.rstrip("/"),
            file_base=(table.file_base or table.api_base).rstrip("/"),
            username=table.username or None,
        ),
        front=bot.house,
        pictures=bot.cellar,
        pace=pacer,
        media=bot.store.media,
        clock=bot.clock,
        relocated=bot.store.audience.move,
        menus=house_menus(curators(bot.configuration), bot.configuration.settings.language),
        known_menus=partial(bot.store.notes.read, note),
        remember_menus=partial(bot.store.notes.write, note),
        known_lack=partial(bot.store.notes.read, lack),
        remember_lack=partial(bot.store.notes.write, lack),
    )
    policy = bot.configuration.settings.delivery.unknown
    return Outlet(platform, pacer, Window(in_flight=16, policy=policy), token_name(token))


def discord(bot: Bot, table: "DiscordTable") -> Outlet:
    from bot.platforms.discord.client import DiscordPlatform  # noqa: PLC0415  imported only when configured
    from bot.platforms.discord.settings import DiscordSettings  # noqa: PLC0415

    settings = bot.configuration.settings
    token = table.token.get_secret_value()
    note = f"discord commands of {token_name(token)}"
    # the library keeps each channel's bucket; only the global limit is ours (discord.md §3)
    pacer = Pacer(Rates(table.global_rate, 0, 0))
    platform = DiscordPlatform(
        DiscordSettings(
            token=token,
            api_base=table.api_base.rstrip("/"),
            gateway_url=table.gateway_url,
            cdn_base=table.cdn_base,
            application_id=table.application_id,
            sync_commands=table.sync_commands,
            guild=table.guild,
        ),
        front=bot.house,
        pictures=bot.cellar,
        pace=pacer,
        clock=bot.clock,
        known_commands=partial(bot.store.notes.read, note),
        remember_commands=partial(bot.store.notes.write, note),
        filing=Filings(bot.store, settings.categories).of,
    )
    return Outlet(platform, pacer, Window(in_flight=16, policy="hold", repeats_s=NONCE_S), token_name(token))


def web(bot: Bot, table: "WebTable") -> Outlet:
    from bot.platforms.web.client import WebPlatform, WebSettings  # noqa: PLC0415  imported only when configured

    # whoever has the key is one person; in `[desk]` he is called `web:me`
    role = curators(bot.configuration).get(Place("web", WEB_PERSON), "reader")
    platform = WebPlatform(
        WebSettings(table.listen, table.port, {WEB_PERSON: WEB_PERSON}, {WEB_PERSON: role}),
        front=bot.house,
        pictures=bot.cellar,
        chats=bot.store.chats,
        clock=bot.clock,
    )
    pacer = Pacer(Rates(WEB_RATE, 0, 0))
    return Outlet(platform, pacer, Window(in_flight=16), token_name(f"{table.listen}:{table.port}"))
