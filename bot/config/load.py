"""Where does the configuration come from, and what is wrong with it? All mistakes at once, each with key, line, cure."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings.exceptions import SettingsError

from bot.config.crossing import crossing
from bot.config.model import Settings
from bot.config.outside import (
    DELIMITER,
    PREFIX,
    Outside,
    environment_names,
    not_json,
    secret_names,
    secrets_folder,
)
from digest.errors import ConfigurationError

NAME = "zhouzhi.toml"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the key as it is written in the file (`telegram.token`), its line (0: not in the file), the words.

    `variable` is the environment variable or the secret file that it was written in instead.
    """

    key: str
    line: int
    message: str
    variable: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        if self.variable:
            place = f"{self.variable}: "
        return f"{place}{self.key}: {self.message}"


@dataclass(frozen=True, slots=True)
class Configuration:
    """Checked settings and where they came from. `folder` is what relative paths start from."""

    settings: Settings
    file: Path | None
    folder: Path

    def path(self, value: Path) -> Path:
        return value if value.is_absolute() else self.folder / value

    @property
    def data(self) -> Path:
        return self.path(self.settings.data)

    @property
    def database_url(self) -> str:
        return self.settings.storage.url or f"sqlite+aiosqlite:///{self.data / 'zhouzhi.db'}"

    def secrets(self) -> tuple[str, ...]:
        """The values that must never reach a log."""
        tables = (self.settings.telegram, self.settings.discord)
        tokens = [table.token.get_secret_value() for table in tables if table is not None]
        if self.settings.hooks.is_on:
            tokens.append(self.settings.hooks.signing_secret)
        return (*tokens, *(secret for entry in self.settings.series for secret in entry.secrets()))


def find_file(given: Path | None) -> Path | None:
    """The configuration file: the given one, `zhouzhi.toml` here, then in the user's configuration folder."""
    if given is not None:
        return given
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return next((path for path in (Path(NAME), home / "zhouzhi" / NAME) if path.is_file()), None)


def load(given: Path | None = None) -> Configuration:
    """Read and check everything. Raises ConfigurationError("configuration.invalid", mistakes=…) with all mistakes.

    The environment (`ZHOUZHI_TELEGRAM__TOKEN`; lists and tables as JSON) goes before the secrets folder (one file a
    secret, named alike), and both before the file.
    """
    file = find_file(given)
    text = _read(file) if file else ""
    table = _parse(text, file)
    raw: dict[str, Any] = {}
    outside: list[Outside] = []

    class Sources(Settings, BaseSettings):
        model_config = SettingsConfigDict(
            extra="forbid",
            frozen=True,
            env_prefix=PREFIX,
            env_nested_delimiter=DELIMITER,
            nested_model_default_partial_update=False,
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del init_settings, dotenv_settings
            secrets = NestedSecretsSettingsSource(
                file_secret_settings, secrets_dir=secrets_folder(), secrets_dir_missing="ok"
            )
            outside.append(Outside(env_settings(), environment_names()))
            outside.append(Outside(secrets(), secret_names()))
            return (env_settings, secrets, InitSettingsSource(settings_cls, table))

        @model_validator(mode="before")
        @classmethod
        def _merged(cls, data: dict[str, Any]) -> dict[str, Any]:
            raw.update(data)
            return data

    found: dict[tuple[int | str, ...], str] = {}
    settings: Settings | None = None
    try:
        settings = Sources()
    except ValidationError as error:
        found = _faults(error)
    except SettingsError as error:
        raise _invalid([_unreadable(error)], file) from None
    for location, message in crossing(raw):
        found.setdefault(location, message)
    if found or settings is None:
        raise _invalid(
            [_mistake(location, message, text, table, outside) for location, message in found.items()], file
        )
    return Configuration(settings, file, (file.parent if file else Path()).resolve())


def _unreadable(error: SettingsError) -> Mistake:
    """A list or table of the environment that is no JSON. The value is not repeated: it may be a secret."""
    field = re.search(r'field "(\w+)"', str(error))
    key = field[1] if field else "environment"
    variable = not_json(key) if field else ""
    return Mistake(key, 0, "not JSON; lists and tables are written as JSON in the environment", variable)


def _mistake(
    location: tuple[int | str, ...],
    message: str,
    text: str,
    table: Mapping[str, Any],
    outside: Sequence[Outside],
) -> Mistake:
    key = ".".join(str(step) for step in location)
    for source in outside:
        if variable := source.name_of(location, table):
            return Mistake(key, 0, message, variable)
    return Mistake(key, _line(text, location), message)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        raise _invalid([Mistake("--config", 0, "there is no such file")], file) from None
    except UnicodeDecodeError:
        raise _invalid([Mistake("--config", 0, "not UTF-8; save the file as UTF-8")], file) from None
    except OSError as error:
        raise _invalid([Mistake("--config", 0, error.strerror or "cannot be read")], file) from None


def _parse(text: str, file: Path | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise _invalid([Mistake("TOML", int(found[1]) if found else 0, str(error))], file) from None


def _invalid(mistakes: Sequence[Mistake], file: Path | None) -> ConfigurationError:
    listed = sorted(mistakes, key=lambda mistake: mistake.line)
    return ConfigurationError("configuration.invalid", file=str(file or ""), mistakes=tuple(listed))


def _faults(error: ValidationError) -> dict[tuple[int | str, ...], str]:
    """What is wrong with single fields, by the way to them."""
    found: dict[tuple[int | str, ...], str] = {}
    for detail in error.errors():
        way = tuple(step for step in detail["loc"] if not _is_union_branch(step))
        location = _without_kind(way)
        message = detail["msg"].removeprefix("Value error, ")
        match detail["type"]:
            case "extra_forbidden":
                message = f"no such key{_nearest(way)}"
            case "missing" | "union_tag_not_found":
                message = "this key must be given"
            case "union_tag_invalid":
                message = f"no kind {detail['ctx']['tag']!r}; there are: {detail['ctx']['expected_tags']}"
        if detail["type"].startswith("union_tag"):
            location = (*location, "kind")
        # one mistake a place: a union complains once for each of its branches
        found.setdefault(location, message)
    deeper = {location[:length] for location in found for length in range(len(location))}
    return {location: message for location, message in found.items() if location not in deeper}


def _without_kind(way: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A source's `kind` is a step of the way to its keys for pydantic, but not in the file."""
    after = way.index("sources") + 2 if "sources" in way else len(way)
    return (*way[:after], *way[after + 1 :])


def _is_union_branch(step: int | str) -> bool:
    """Pydantic names the branch of a union it tried (`PushRule`, `literal['on_publish','off']`) as a step of the way."""
    return isinstance(step, str) and not re.fullmatch(r"[a-z_][a-z0-9_-]*", step)


def _nearest(location: tuple[int | str, ...]) -> str:
    names = _keys_at(Settings, [step for step in location[:-1] if isinstance(step, str)])
    close = difflib.get_close_matches(str(location[-1]), names, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(sorted(names))}"


def _keys_at(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    """The keys of the table a path leads to; where a table has kinds, the step after it is the kind."""
    kinds: dict[str, type[BaseModel]] = {}
    for name in path:
        if name in kinds:
            model, kinds = kinds[name], {}
            continue
        field = model.model_fields.get(name)
        inner = list(_models(field.annotation)) if field else []
        if not inner:
            return []
        model = inner[0]
        kinds = {kind: one for one in inner if (kind := _kind(one))} if len(inner) > 1 else {}
    return list(model.model_fields)


def _kind(model: type[BaseModel]) -> str:
    field = model.model_fields.get("kind")
    words = getattr(field.annotation, "__args__", ()) if field else ()
    return str(words[0]) if words else ""


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models(argument)


_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")


def _line(text: str, location: tuple[int | str, ...]) -> int:
    """The line on which a key stands, counted from 1; 0 when it is not in the file. tomllib keeps no positions."""
    wanted = [step for step in location if isinstance(step, str)]
    index = next((step for step in location if isinstance(step, int)), 0)
    table: list[str] = []
    seen: dict[str, int] = {}
    is_array = False
    line_table_index = 0
    best = 0
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            table = [part.strip().strip('"') for part in header[2].split(".")]
            is_array = header[1] == "[["
            line_table_index = seen[header[2]] = seen.get(header[2], -1) + 1
            if table == wanted[: len(table)] and (not is_array or line_table_index == index):
                best = number
            continue
        rest = wanted[len(table) :] if table == wanted[: len(table)] else []
        in_entry = not table or line_table_index == index or not is_array
        if rest and in_entry and re.match(rf"\s*\"?{re.escape(rest[0])}\"?\s*[=.]", line):
            return number
    return best
