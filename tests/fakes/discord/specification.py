"""Does a call keep to Discord's own OpenAPI description? Types, lengths, lists and, beside it, fields nobody named.

The description is read once a process. Unions are resolved by the value's `type` first, so that a finding names the
field at fault and not "is not valid under any of the given schemas". Where the file is absent nothing is checked, and
the fake says so.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from jsonschema import Draft202012Validator

from tests.shared import SHARED

FILE = SHARED / "specs" / "discord-openapi.json"
Layer = Literal["spec", "unknown field", "rule"]
# Where the wire is looser than its description: bit sets are strings, attachment ids may be numbers, and two fields
# that discord.py sends of its own accord are ignored by Discord (discord.md §4)
BIT_SETS = frozenset(("default_member_permissions",))
OWN_FIELDS = frozenset(("flags", "nsfw"))
FLAGS = frozenset(("1", "true", "0", "false"))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something Discord would refuse, or silently ignore. `code` is the one of the error tree."""

    layer: Layer
    path: tuple[str | int, ...]
    message: str
    code: str = "BASE_TYPE_INVALID"

    def __str__(self) -> str:
        return f"{self.layer}: {'.'.join(map(str, self.path)) or 'body'}: {self.message}"


class Specification:
    """One parsed description with its compiled validators."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = document["components"]["schemas"]
        self._paths: Mapping[str, Any] = document["paths"]
        self._validators: dict[int, Draft202012Validator] = {}
        self._patterns = [
            (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path)
            for path in sorted(self._paths, key=lambda path: path.count("{"))
        ]

    def operation(self, method: str, path: str) -> tuple[str, Mapping[str, Any]] | None:
        """The template and the operation of a call; literal paths go before those with placeholders."""
        for pattern, template in self._patterns:
            operation = self._paths[template].get(method.lower())
            if operation is not None and pattern.fullmatch(path):
                return template, operation
        return None

    def check(self, method: str, path: str, body: Any, query: Mapping[str, str]) -> list[Finding]:
        """Every finding of the first two layers."""
        found = self.operation(method, path)
        if found is None:
            return [Finding("spec", (), f"there is no {method} {path}")]
        template, operation = found
        findings = list(self._query(template, operation, query))
        content = (operation.get("requestBody") or {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema is None:
            if body not in (None, {}):
                findings.append(Finding("unknown field", (), f"{method} {template} takes no body"))
            return findings
        if body is None:
            if operation["requestBody"].get("required"):
                findings.append(Finding("spec", (), "a body is required", "BASE_TYPE_REQUIRED"))
            return findings
        return [*findings, *self._walk(body, schema, ())]

    def _query(
        self, template: str, operation: Mapping[str, Any], query: Mapping[str, str]
    ) -> Iterator[Finding]:
        parameters = [*operation.get("parameters", ()), *self._paths[template].get("parameters", ())]
        known = {entry["name"]: entry["schema"] for entry in parameters if entry["in"] == "query"}
        for name, value in query.items():
            if name not in known:
                yield Finding("unknown field", ("query", name), "no parameter of this call")
                continue
            schema = self._deref(known[name])
            if schema.get("type") == "boolean":
                if value.lower() not in FLAGS:
                    yield Finding("spec", ("query", name), f"{value!r} is no boolean")
                continue
            given: Any = int(value) if schema.get("type") == "integer" and value.isdecimal() else value
            yield from self._scalar(given, schema, ("query", name))

    def _walk(self, value: Any, schema: Mapping[str, Any], path: tuple[str | int, ...]) -> Iterator[Finding]:
        schema = self._deref(schema)
        members = self._members(schema)
        if members:
            yield from self._union(value, members, path)
            return
        if isinstance(value, dict) and ("properties" in schema or "allOf" in schema):
            yield from self._object(value, schema, path)
        elif isinstance(value, list) and "items" in schema:
            yield from self._scalar(value, schema, path)
            for index, entry in enumerate(value):
                yield from self._walk(entry, schema["items"], (*path, index))
        elif not self._is_loosened(value, schema, path):
            yield from self._scalar(value, schema, path)

    def _object(
        self, value: Mapping[str, Any], schema: Mapping[str, Any], path: tuple[str | int, ...]
    ) -> Iterator[Finding]:
        properties = self._properties(schema)
        yield from self._scalar(value, schema, path)
        for key, entry in value.items():
            if key in properties:
                yield from self._walk(entry, properties[key], (*path, key))
            elif not schema.get("additionalProperties") and not (key in OWN_FIELDS and _is_own(key, path)):
                yield Finding("unknown field", (*path, key), "no field of this object")

    def _properties(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            found |= self._properties(self._deref(part))
        return found

    def _union(
        self, value: Any, members: list[Mapping[str, Any]], path: tuple[str | int, ...]
    ) -> Iterator[Finding]:
        if isinstance(value, dict) and "type" in value:
            named = [member for member in members if value["type"] in self._types(member)]
            if not named and any(self._types(member) for member in members):
                allowed = sorted({kind for member in members for kind in self._types(member)}, key=str)
                yield Finding(
                    "spec", (*path, "type"), f"{value['type']!r} is none of {allowed}", "BASE_TYPE_CHOICES"
                )
                return
            members = named or members
        tried = []
        for member in members:
            findings = list(self._walk(value, member, path))
            if not findings:
                return
            tried.append(findings)
        yield from min(tried, key=_distance)

    def _members(self, schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The members of a union of shapes; an enumeration written as a union is none."""
        members = [self._deref(member) for key in ("oneOf", "anyOf") for member in schema.get(key, ())]
        if not members or all("const" in member for member in members):
            return []
        return members

    def _types(self, schema: Mapping[str, Any]) -> tuple[Any, ...]:
        kind = self._deref(schema.get("properties", {}).get("type", {}))
        if "const" in kind:
            return (kind["const"],)
        return tuple(kind.get("enum", ()))

    def _is_loosened(self, value: Any, schema: Mapping[str, Any], path: tuple[str | int, ...]) -> bool:
        if path and path[-1] in BIT_SETS:
            return isinstance(value, str) and value.isdecimal()
        is_id = schema.get("format") == "snowflake" and path[-1:] == ("id",)
        return is_id and "attachments" in path and isinstance(value, int) and value >= 0

    def _scalar(
        self, value: Any, schema: Mapping[str, Any], path: tuple[str | int, ...]
    ) -> Iterator[Finding]:
        """What jsonschema says of one value, its fields and entries apart: those are walked."""
        validator = self._validators.get(id(schema))
        if validator is None:
            apart = ("properties", "items", "allOf") if "properties" in schema else ("properties", "items")
            shallow = {name: self._inlined(entry) for name, entry in schema.items() if name not in apart}
            validator = self._validators[id(schema)] = Draft202012Validator(shallow)
        for error in validator.iter_errors(value):
            yield Finding(
                "spec", path, _sentence(error), _CODES.get(str(error.validator), "BASE_TYPE_INVALID")
            )

    def _inlined(self, entry: Any) -> Any:
        """References inside a scalar's schema (enumerations, mostly) put in place."""
        if isinstance(entry, dict):
            return {name: self._inlined(inner) for name, inner in self._deref(entry).items()}
        if isinstance(entry, list):
            return [self._inlined(inner) for inner in entry]
        return entry

    def _deref(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rsplit("/", 1)[-1]]
        return schema


_CODES = {
    "maxLength": "BASE_TYPE_MAX_LENGTH",
    "minLength": "BASE_TYPE_MIN_LENGTH",
    "maxItems": "BASE_TYPE_BAD_LENGTH",
    "minItems": "BASE_TYPE_BAD_LENGTH",
    "required": "BASE_TYPE_REQUIRED",
    "enum": "BASE_TYPE_CHOICES",
    "pattern": "STRING_TYPE_REGEX",
    "minimum": "NUMBER_TYPE_MIN",
    "maximum": "NUMBER_TYPE_MAX",
}


def _sentence(error: Any) -> str:
    match error.validator:
        case "maxLength":
            return f"Must be {error.validator_value} or fewer in length."
        case "maxItems":
            return f"Must be {error.validator_value} or fewer in length."
        case _:
            return str(error.message)[:200]


def _distance(findings: list[Finding]) -> tuple[int, int]:
    """The member that was meant has few faults, and those deep inside."""
    return len(findings), -max(len(finding.path) for finding in findings)


def _is_own(key: str, path: tuple[str | int, ...]) -> bool:
    return "embeds" in path if key == "flags" else True


@cache
def specification() -> Specification | None:
    """The description, or None where it is absent."""
    if not FILE.exists():
        return None
    return Specification(json.loads(FILE.read_text(encoding="utf-8")))
