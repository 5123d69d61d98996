"""JSON as JavaScript tools write it: comments and trailing commas are allowed, nothing ever raises."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def parse_object(text: str | None) -> dict[str, Any] | None:
    """The object that a JSON or JSONC text holds; None if it is missing, broken or not an object."""
    if text is None:
        return None
    import json

    text = text.removeprefix("\ufeff")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        try:
            value = json.loads(_plain(text))
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _plain(text: str) -> str:
    """The text without comments and trailing commas."""
    out: list[str] = []
    at = 0
    size = len(text)
    while at < size:
        char = text[at]
        if char == '"':
            end = _string_end(text, at)
            out.append(text[at:end])
            at = end
        elif text.startswith("//", at):
            end = text.find("\n", at)
            at = size if end < 0 else end
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            at = size if end < 0 else end + 2
        else:
            if char in "]}":
                _drop_comma(out)
            out.append(char)
            at += 1
    return "".join(out)


def _string_end(text: str, start: int) -> int:
    at = start + 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _drop_comma(out: list[str]) -> None:
    """Remove a comma that nothing but blanks follows."""
    at = len(out) - 1
    while at >= 0 and out[at].isspace():
        at -= 1
    if at >= 0 and out[at] == ",":
        del out[at]
