"""JSON strings and file URIs without ``json`` and ``urllib``, whose import costs a third of a short run."""

from __future__ import annotations

import os

try:
    # The C function behind json.dumps; loading it needs no regular expressions, unlike the json package.
    from _json import encode_basestring_ascii as _encode
except ImportError:  # another Python implementation
    from json.encoder import py_encode_basestring_ascii as _encode

_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")


def quote(text: str) -> str:
    """The text as a JSON string in ASCII.

    A byte that is no UTF-8 becomes U+FFFD, because many readers refuse lone surrogates.
    """
    encoded: str = _encode(text if encodable(text) else clean(text))
    return encoded


def encodable(text: str) -> bool:
    """Whether the text can be written as UTF-8, so that a reader gets back exactly this text."""
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def clean(text: str) -> str:
    """The text with U+FFFD in place of what is no Unicode character."""
    return "".join(["\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text])


def file_uri(path: str) -> str:
    """The ``file:`` URI of a path; standard input, which has none, is an untitled document."""
    if path == "-":
        return "untitled:Dockerfile"
    absolute = os.path.abspath(path).replace(os.sep, "/")
    if not absolute.startswith("/"):
        absolute = "/" + absolute
    if absolute.isascii() and absolute.replace("/", "").replace("-", "").replace(".", "").isalnum():
        return "file://" + absolute
    data = absolute.encode("utf-8", "surrogateescape")
    return "file://" + "".join([chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in data])
