"""Does a call, or an answer, look as the official specification says? Every difference is a finding, in words."""

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from tests.shared import SHARED

FILE = SHARED / "specs" / "telegram-bot-api.json"
_CONSTANT = re.compile(r"(?:always|must be) [\"“]?([a-z0-9_]+)[\"”]?\s*$")
_SCALARS: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}
Json = dict[str, Any]


class Specification:
    """The methods and types of the Bot API. `spec.is_there` False: validation is off, and the fake says so."""

    def __init__(self, file: Path = FILE) -> None:
        self.is_there = file.exists()
        data: Json = _load(file) if self.is_there else {"methods": {}, "types": {}, "version": "none"}
        self.version: str = data["version"]
        self._methods: dict[str, Json] = data["methods"]
        self._types: dict[str, Json] = data["types"]
        self._names = {name.lower(): name for name in self._methods}

    def name(self, method: str) -> str | None:
        """The method as it is written; names are case-insensitive."""
        return self._names.get(method.lower())

    def call(self, method: str, parameters: Json, files: dict[str, Any]) -> list[str]:
        """What is wrong with a call's parameters; `files` are the parts of a multipart call."""
        if not self.is_there:
            return []
        fields = {field["name"]: field for field in self._methods[method].get("fields", ())}
        found = [f"{method}: unknown parameter {name!r}" for name in parameters if name not in fields]
        for name, field in fields.items():
            if name in parameters:
                found += self._any(parameters[name], field["types"], f"{method}.{name}", files)
            elif field["required"] and name not in files:
                found.append(f"{method}: required parameter {name!r} is missing")
        return found

    def answer(self, method: str, result: Any) -> list[str]:
        """What is wrong with an answer of the fake itself."""
        if not self.is_there:
            return []
        return self._any(result, self._methods[method]["returns"], f"{method} ->", {})

    def value(self, value: Any, type_: str) -> list[str]:
        """What is wrong with a value of a named type."""
        return self._any(value, [type_], type_, {}) if self.is_there else []

    def _any(self, value: Any, types: list[str], path: str, files: dict[str, Any]) -> list[str]:
        """No problem if one of the types fits; else the problems of the one that fits best."""
        tries = [self._one(value, type_, path, files) for type_ in types]
        return min(tries, key=len, default=[])

    def _one(self, value: Any, type_: str, path: str, files: dict[str, Any]) -> list[str]:
        if type_.startswith("Array of "):
            return self._array(value, type_.removeprefix("Array of "), path, files)
        if type_ in _SCALARS:
            is_bool = isinstance(value, bool)
            fits = isinstance(value, _SCALARS[type_]) and (type_ == "Boolean") == is_bool
            return [] if fits else [f"{path}: {value!r} is no {type_}"]
        if type_ == "InputFile":
            name = value.removeprefix("attach://") if isinstance(value, str) else None
            is_file = isinstance(value, str) and value.startswith("attach://") and name in files
            return [] if is_file else [f"{path}: {value!r} names no uploaded file"]
        return self._object(value, type_, path, files)

    def _array(self, value: Any, inner: str, path: str, files: dict[str, Any]) -> list[str]:
        if not isinstance(value, list):
            return [f"{path}: {value!r} is no array"]
        return [
            problem
            for index, item in enumerate(value)
            for problem in self._one(item, inner, f"{path}[{index}]", files)
        ]

    def _object(self, value: Any, type_: str, path: str, files: dict[str, Any]) -> list[str]:
        declared = self._types[type_]
        if subtypes := declared.get("subtypes"):
            fitting = [one for one in subtypes if self._could_be(value, one)] or subtypes
            return self._any(value, fitting, path, files)
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is no {type_}"]
        fields = {field["name"]: field for field in declared.get("fields", ())}
        found = [f"{path}: unknown field {name!r} of {type_}" for name in value if name not in fields]
        for name, field in fields.items():
            if name in value:
                found += self._any(value[name], field["types"], f"{path}.{name}", files)
                constant = _constant(field["name"], field["description"])
                if constant is not None and value[name] != constant:
                    found.append(f"{path}.{name}: {value[name]!r} is not {constant!r}")
            elif field["required"]:
                found.append(f"{path}: {type_} lacks {name!r}")
        return found

    def _could_be(self, value: Any, type_: str) -> bool:
        """By the field that tells the members of a union apart; a few unions take words and arrays too."""
        if type_ not in self._types:
            return isinstance(value, list if type_.startswith("Array of ") else _SCALARS.get(type_, ()))
        if not isinstance(value, dict):
            return False
        for field in self._types[type_].get("fields", ()):
            constant = _constant(field["name"], field["description"])
            if constant is not None:
                return bool(value.get(field["name"]) == constant)
        return True

    def decoded(self, method: str, name: str, value: str) -> Any:
        """A parameter that came as a word (form, multipart, or written as a word in JSON), as its declared type."""
        fields = {field["name"]: field for field in self._methods.get(method, {}).get("fields", ())}
        types = fields[name]["types"] if name in fields else ["String"]
        if types == ["String"]:
            return value
        try:
            data = json.loads(value)
        except ValueError:
            return value
        # a chat named by digits is a number; a word among others stays a word
        return data if not isinstance(data, str) else value


@lru_cache(maxsize=4096)
def _constant(name: str, description: str) -> str | None:
    found = _CONSTANT.search(description) if name in ("type", "status", "source") else None
    return found[1] if found else None


@cache
def _load(file: Path) -> Json:
    data: Json = json.loads(file.read_text("utf-8"))
    return data
