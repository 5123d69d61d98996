"""Flags and JSON arrays: the parts of an instruction that several instructions share."""

from __future__ import annotations

from dflint.syntax.draft import Rejected
from dflint.syntax.lexer import string as string_end
from dflint.syntax.nodes import Flag, MountOption, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.syntax.draft import Draft
    from dflint.syntax.scanner import Logical

_JSON_SPACE = " \t\r"
# What values other than strings start with.
_VALUES = tuple("[{-0123456789tfn")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def read_flags(line: Logical) -> tuple[tuple[Flag, ...], int]:
    """The flags of an instruction, and where its arguments start."""
    from dflint.syntax.lalr import parse, tokens

    found = []
    for token in tokens(parse("command", line.text)):
        if token.kind == "FLAG":
            found.append(_flag(line, token.start, token.end))
        elif token.kind == "TEXT":
            return tuple(found), token.start
    return tuple(found), len(line.text)


def _flag(line: Logical, start: int, end: int) -> Flag:
    """One flag; quotes and backslashes are taken out of its name and value, as BuildKit does."""
    raw = line.text[start:end]
    offsets: Sequence[int]
    if "\\" in raw or '"' in raw or "'" in raw:
        text, offsets = _unquote(raw)
    else:
        text, offsets = raw, range(len(raw) + 1)
    name, equals, value = text[2:].partition("=")
    name_end = start + offsets[2 + len(name)]
    name_span = line.span(start + 2, name_end)
    if not equals:
        return Flag(line.span(start, end), name, name_span, None, None)
    begun = name_end + 1
    options: tuple[MountOption, ...] = ()
    if name == "mount":
        places = [start + offset for offset in offsets[3 + len(name) :]]
        options = _mount_options(line, value, places)
    return Flag(line.span(start, end), name, name_span, value, line.span(begun, end), options)


def _unquote(raw: str) -> tuple[str, list[int]]:
    """A flag without its quotes and backslashes, and where each character (and the end) was."""
    out = []
    offsets = []
    quote = ""
    at = 0
    while at < len(raw):
        char = raw[at]
        if char == "\\":
            at += 1
            if at == len(raw):
                break
            char = raw[at]
        elif quote:
            if char == quote:
                quote = ""
                at += 1
                continue
        elif char in "\"'":
            quote = char
            at += 1
            continue
        out.append(char)
        offsets.append(at)
        at += 1
    return "".join(out), [*offsets, len(raw)]


def _mount_options(line: Logical, value: str, places: Sequence[int]) -> tuple[MountOption, ...]:
    """The options of ``--mount``, a line of comma-separated values; ``places`` are offsets in the logical line."""
    if '"' in value:
        fields = _csv(value)
    else:
        fields = []
        at = 0
        for part in value.split(","):
            fields.append((at, at + len(part), part))
            at += len(part) + 1
    found = []
    for start, end, text in fields:
        key, equals, setting = text.partition("=")
        span = line.span(places[start], places[end - 1] + 1 if end > start else places[start])
        found.append(MountOption(span, key, setting if equals else None))
    return tuple(found) if value else ()


def _csv(value: str) -> list[tuple[int, int, str]]:
    """Fields of a line of comma-separated values, quoted ones included: start, end, text."""
    fields = []
    at = 0
    while at <= len(value):
        start = at
        text = ""
        if value.startswith('"', at):
            at += 1
            while at < len(value):
                end = value.find('"', at)
                end = len(value) if end < 0 else end
                text += value[at:end]
                at = end + 1
                if not value.startswith('"', at):
                    break
                text += '"'
                at += 1
        end = value.find(",", at)
        end = len(value) if end < 0 else end
        text += value[at:end]
        fields.append((start, end, text))
        at = end + 1
    return fields


def read_array(draft: Draft, start: int = 0) -> tuple[Word, ...] | None:
    """The elements of the JSON array that the arguments are, from ``start`` on; None if they are no JSON.

    Arrays of strings, which is nearly all of them, are read here; the grammar decides about the rest.

    Raises:
        Rejected: the array holds something else than strings.
    """
    text = draft.body
    if not text.startswith("[", start):
        return None
    draft.is_json = True
    found: list[Word] = []
    at = _skip_space(text, start + 1)
    if text.startswith("]", at):
        draft.is_json = at + 1 == len(text)
        return () if draft.is_json else None
    while text.startswith('"', at):
        end = string_end(text, at)
        if end < 0:
            break
        found.append(Word(draft.span(at, end), decode(text[at + 1 : end - 1]), json=True))
        at = _skip_space(text, end)
        if text.startswith("]", at) and at + 1 == len(text):
            return tuple(found)
        if not text.startswith(",", at):
            break
        at = _skip_space(text, at + 1)
    draft.is_json = False
    if text[at : at + 1] in _VALUES:
        _check_array(draft, start)
    return None


def _check_array(draft: Draft, start: int) -> None:
    """Raise Rejected if the text is JSON after all, with something else than strings in it."""
    from dflint.syntax.lalr import Token, Unexpected, parse

    if "\v" in draft.body or "\f" in draft.body:
        return
    try:
        tree = parse("array", draft.body, start)
    except Unexpected:
        return
    for value in tree.children:
        if isinstance(value, Token) and value.kind in ("LSQB", "RSQB", "COMMA", "STRING"):
            continue
        raise Rejected("a JSON array here holds only strings", *value.range(), parser=True)


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _JSON_SPACE:
        at += 1
    return at


def decode(text: str) -> str:
    """What a JSON string means; half of a surrogate pair becomes U+FFFD, as in Go."""
    if "\\" not in text:
        return text
    out = []
    at = 0
    while at < len(text):
        char = text[at]
        if char != "\\":
            out.append(char)
            at += 1
        elif text[at + 1] == "u":
            code = int(text[at + 2 : at + 6], 16)
            at += 6
            if 0xD800 <= code < 0xDC00 and text.startswith("\\u", at):
                low = int(text[at + 2 : at + 6], 16)
                if 0xDC00 <= low < 0xE000:
                    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                    at += 6
            out.append("\ufffd" if 0xD800 <= code < 0xE000 else chr(code))
        else:
            out.append(_ESCAPES[text[at + 1]])
            at += 2
    return "".join(out)
