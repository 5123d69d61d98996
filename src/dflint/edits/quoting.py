"""Quoting in the five worlds a word may sit in: shell, JSON array, ENV/LABEL pair, plain argument, heredoc."""

from __future__ import annotations

# Characters that mean nothing special in any of the worlds.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+@%,")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def is_plain(text: str) -> bool:
    """Whether a text means itself in every quoting world."""
    return bool(text) and _PLAIN.issuperset(text)


def json_string(text: str) -> str:
    """A JSON string literal."""
    parts = []
    for char in text:
        if char in _ESCAPES:
            parts.append(_ESCAPES[char])
        else:
            parts.append(char if char >= " " else f"\\u{ord(char):04x}")
    return '"' + "".join(parts) + '"'


def json_array(words: list[str] | tuple[str, ...]) -> str:
    """An exec form: ``["a", "b"]``."""
    return "[" + ", ".join([json_string(word) for word in words]) + "]"


def shell_word(text: str) -> str:
    """A word that a POSIX shell reads as exactly this text."""
    if is_plain(text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"


def pair_value(text: str, escape: str = "\\", variables: bool = True) -> str:
    """A value of ENV, LABEL or ARG that the builder reads as this text.

    variables  True: ``$x`` in the text stays a variable; False: dollars are escaped.
    """
    if is_plain(text):
        return text
    parts = []
    for char in text:
        if char in ('"', escape) or (char == "$" and not variables):
            parts.append(escape)
        parts.append(char)
    return '"' + "".join(parts) + '"'
