"""The contract's values as JSON Schema, for programs that want to know beforehand what they will be given.

Made from the dataclasses themselves, so that neither can change without the other. It knows only what the contract uses: texts, numbers,
None, fixed words, lists, dictionaries of one kind of value, and dataclasses. A field with a default may be left out of the JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

_PLAIN: Final[dict[Any, str]] = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of what a type's `to_dict()` gives. Raises TypeError for a type that the contract does not use."""
    if kind is Any:
        return {}
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    if is_dataclass(kind) and isinstance(kind, type):
        return _object(kind)
    return _of_parts(kind, get_origin(kind), get_args(kind))


def _of_parts(kind: Any, origin: Any, parts: tuple[Any, ...]) -> dict[str, Any]:
    if origin is Literal:
        return {"type": "string", "enum": list(parts)}
    if origin in (Union, UnionType):
        return _either([schema_of(part) for part in parts])
    if origin in (tuple, list):
        return {"type": "array", "items": schema_of(parts[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(parts[1])}
    raise TypeError(f"{kind} is no part of the contract")


def _object(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    own = fields(kind)
    return {
        "type": "object",
        "title": kind.__name__,
        "properties": {field.name: schema_of(hints[field.name]) for field in own},
        "required": [field.name for field in own if not _may_be_left_out(field)],
    }


def _may_be_left_out(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _either(options: list[dict[str, Any]]) -> dict[str, Any]:
    """One schema for several: plain ones share a list of types, which programs read more easily than a choice of schemas."""
    if any(set(option) - {"type", "enum"} for option in options):
        return {"anyOf": options}
    joined: dict[str, Any] = {"type": [option["type"] for option in options]}
    words = [word for option in options for word in option.get("enum", ())]
    return joined | ({"enum": [*words, None]} if words else {})


def object_of(title: str, properties: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The schema of an object of which nothing may be left out."""
    return {"type": "object", "title": title, "properties": dict(properties), "required": list(properties)}
