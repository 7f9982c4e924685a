"""How is this installation set up? One TOML file, the environment and a secrets folder, checked as a whole."""

from bot.config.load import Configuration, find_file, load
from bot.config.model import (
    ChannelEntry,
    DeliverySettings,
    DeskSettings,
    DiscordTable,
    PushRule,
    SeriesEntry,
    Settings,
    TelegramTable,
    WebTable,
)
from bot.config.sources import FeedEntry, FolderEntry, GitEntry, SourceEntry, UrlEntry

__all__ = [
    "ChannelEntry",
    "Configuration",
    "DeliverySettings",
    "DeskSettings",
    "DiscordTable",
    "FeedEntry",
    "FolderEntry",
    "GitEntry",
    "PushRule",
    "SeriesEntry",
    "Settings",
    "SourceEntry",
    "TelegramTable",
    "UrlEntry",
    "WebTable",
    "find_file",
    "load",
]
