"""A strict check of JSON values against the LSP types of ``lsprotocol``.

lsprotocol's own converter lets unknown keys and wrong types pass; this walks the annotations of its classes instead.
"""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
from lsprotocol import types as lsp

SCALARS = {str: str, bool: bool, int: int, float: (int, float), type(None): type(None)}


def problems(value: Any, kind: Any, where: str = "$") -> list[str]:
    """What keeps a JSON value from being an LSP ``kind``; empty if nothing does."""
    return list(_check(value, kind, where))


def _check(value: Any, kind: Any, where: str) -> Iterator[str]:
    if kind in (Any, object):
        return
    if isinstance(kind, str):  # a forward reference
        kind = getattr(lsp, kind)
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        attempts = [problems(value, option, where) for option in typing.get_args(kind)]
        if all(attempts):
            # The attempt that got furthest says most.
            yield from max(attempts, key=lambda found: max(line.count(".") for line in found))
    elif origin is not None and issubclass(origin, Mapping):
        yield from _check_mapping(value, typing.get_args(kind), where)
    elif origin is tuple:
        yield from _check_tuple(value, typing.get_args(kind), where)
    elif origin is not None and issubclass(origin, Sequence):
        if not isinstance(value, list):
            yield f"{where}: {value!r} is no array"
            return
        for number, item in enumerate(value):
            yield from _check(item, typing.get_args(kind)[0], f"{where}[{number}]")
    elif attrs.has(kind):
        yield from _check_object(value, kind, where)
    elif isinstance(kind, type) and issubclass(kind, enum.Enum):
        # Code action kinds are an open set: any dotted text is allowed beside the listed ones.
        open_set = kind in (lsp.CodeActionKind,) and isinstance(value, str)
        if not open_set and not any(value == member.value and type(value) is type(member.value) for member in kind):
            yield f"{where}: {value!r} is no {kind.__name__}"
    elif kind in SCALARS:
        if not isinstance(value, SCALARS[kind]) or (isinstance(value, bool) and kind is not bool):
            yield f"{where}: {value!r} is no {kind.__name__}"
        elif kind is int and not -(2**31) <= value < 2**31:
            yield f"{where}: {value!r} is out of range"
    else:
        raise TypeError(f"{where}: cannot check {kind!r}")


def _check_mapping(value: Any, kinds: tuple[Any, ...], where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no object"
        return
    for key, item in value.items():
        yield from _check(key, kinds[0], f"{where}.{key}")
        yield from _check(item, kinds[1], f"{where}.{key}")


def _check_tuple(value: Any, kinds: tuple[Any, ...], where: str) -> Iterator[str]:
    if not isinstance(value, list) or len(value) != len(kinds):
        yield f"{where}: {value!r} is no array of {len(kinds)}"
        return
    for number, (item, kind) in enumerate(zip(value, kinds, strict=True)):
        yield from _check(item, kind, f"{where}[{number}]")


def _check_object(value: Any, kind: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no {kind.__name__}"
        return
    hints = typing.get_type_hints(kind, vars(lsp))
    fields = {_camel(field.name): field for field in attrs.fields(kind)}
    for key in value:
        if key not in fields:
            yield f"{where}.{key}: {kind.__name__} has no such key"
    for key, field in fields.items():
        if key in value:
            if value[key] is None and not _nullable(hints[field.name], field):
                yield f"{where}.{key}: null is not the same as absent"
            yield from _check(value[key], hints[field.name], f"{where}.{key}")
        elif field.default is attrs.NOTHING:
            yield f"{where}.{key}: missing in {kind.__name__}"


def _nullable(hint: Any, field: Any) -> bool:
    return field.default is attrs.NOTHING and type(None) in typing.get_args(hint)


def _camel(name: str) -> str:
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part.title() for part in rest)
