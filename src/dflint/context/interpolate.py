"""Variables in compose files (``$X``, ``${X:-default}``...) and the ``.env`` files they come from.

Facts: the Compose specification, "Interpolation", and the documentation of ``.env`` files.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_DEPTH = 20
_OPERATORS = (":-", ":?", ":+", "-", "?", "+")


class Template:
    """A text after interpolation.

    text     the result; None where it takes the value of a variable that is not set here and has no default, or where
             the template is broken. problem: what is wrong with the template, "" if nothing is.
    """

    __slots__ = ("problem", "text")

    def __init__(self, text: str | None, problem: str = "") -> None:
        self.text = text
        self.problem = problem


def interpolate(text: str, env: Mapping[str, str]) -> Template:
    """Replace the variables of a text as Compose does."""
    if "$" not in text:
        return Template(text)
    try:
        parts, _ = _read(text, 0, env, "", 0)
    except _Broken:
        return Template(None, f"'{text}' is not a valid template: write $$ for a plain dollar sign")
    return Template(None if None in parts else "".join([part for part in parts if part is not None]))


class _Broken(Exception):
    """A template that Compose refuses."""


def _read(text: str, at: int, env: Mapping[str, str], stop: str, depth: int) -> tuple[list[str | None], int]:
    """Parts of a text up to the unnested character ``stop`` ("" reads to the end) and the offset behind it."""
    if depth > _MAX_DEPTH:
        raise _Broken
    parts: list[str | None] = []
    start = at
    while at < len(text):
        if text[at] == stop:
            parts.append(text[start:at])
            return parts, at + 1
        if text[at] != "$":
            at += 1
            continue
        parts.append(text[start:at])
        if text.startswith("$", at + 1):
            parts.append("$")
            at += 2
        elif text.startswith("{", at + 1):
            value, at = _braced(text, at + 2, env, depth)
            parts += value
        else:
            end = _name_end(text, at + 1)
            if end == at + 1:
                raise _Broken
            parts.append(env.get(text[at + 1 : end]))
            at = end
        start = at
    if stop:
        raise _Broken
    parts.append(text[start:])
    return parts, at


def _braced(text: str, at: int, env: Mapping[str, str], depth: int) -> tuple[list[str | None], int]:
    end = _name_end(text, at)
    name = text[at:end]
    if not name:
        raise _Broken
    value = env.get(name)
    if text.startswith("}", end):
        return [value], end + 1
    operator = next((each for each in _OPERATORS if text.startswith(each, end)), "")
    if not operator:
        raise _Broken
    word, after = _read(text, end + len(operator), env, "}", depth + 1)
    present = value is not None and (value != "" or not operator.startswith(":"))
    if operator.endswith("+"):
        return word if present else [""], after
    if present:
        return [value], after
    return word if operator.endswith("-") else [None], after


def _name_end(text: str, at: int) -> int:
    end = at
    while end < len(text) and (text[end] == "_" or (text[end].isascii() and text[end].isalnum())):
        end += 1
    return at if text[at:end][:1].isdigit() else end


def read_dotenv(text: str, outer: Mapping[str, str]) -> dict[str, str]:
    """The variables of a ``.env`` file; lines that cannot be read are left out.

    outer  what references inside the file see first.
    """
    found: dict[str, str] = {}
    at = 0
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].lstrip()
        name, sign, rest = line.removeprefix("export ").partition("=")
        name = name.strip()
        if not sign or not name or name.startswith("#") or any(char.isspace() for char in name):
            at = end + 1
            continue
        rest = rest.lstrip(" \t")
        begin = end - len(rest)
        quote = rest[:1]
        close = _closing(text, begin + 1, quote) if quote in ("'", '"') else -1
        if close >= 0:
            value: str | None = text[begin + 1 : close]
            end = text.find("\n", close)
            end = len(text) if end < 0 else end
            if quote == '"':
                value = interpolate(_unescape(text[begin + 1 : close]), {**found, **outer}).text
        else:
            comment = rest.find(" #")
            raw = rest if comment < 0 else rest[:comment]
            value = interpolate("" if raw.startswith("#") else raw.strip(), {**found, **outer}).text
        if value is not None:
            found[name] = value
        at = end + 1
    return found


def _closing(text: str, at: int, quote: str) -> int:
    """Offset of the closing quote, which may be lines below; -1 if there is none."""
    while at < len(text):
        if text[at] == "\\" and quote == '"':
            at += 1
        elif text[at] == quote:
            return at
        at += 1
    return -1


def _unescape(text: str) -> str:
    for escaped, plain in (("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t"), ('\\"', '"'), ("\\$", "$$")):
        text = text.replace(escaped, plain)
    return text
