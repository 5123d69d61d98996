"""The terminals of ``dockerfile.lark``, each a function that finds where a token ends.

Plain string methods instead of regular expressions: compiling the patterns would cost more than reading a file.
A test holds every function against the pattern in the grammar.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# What Go's unicode.IsSpace accepts; str.isspace accepts more.
SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# What separates words (BuildKit's reWhitespace); a logical line holds no newline.
BLANK = "\t\v\f\r "
_GAP = "\n" + SPACE[6:]
_ASCII_SPACE = "\t\n\v\f\r "
_TO_SPACE = {9: " ", 11: " ", 12: " ", 13: " "}
_DIGITS = "0123456789"
_HEX = "0123456789abcdefABCDEF"
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def split_words(text: str) -> list[tuple[int, int]]:
    """Start and end of every run of characters that are not BLANK."""
    if "\t" in text or "\r" in text or "\v" in text or "\f" in text:
        text = text.translate(_TO_SPACE)
    found = []
    at = 0
    for part in text.split(" "):
        if part:
            found.append((at, at + len(part)))
        at += len(part) + 1
    return found


def skip_blank(text: str, at: int) -> int:
    """The first offset from ``at`` on that is not BLANK."""
    size = len(text)
    while at < size and text[at] in BLANK:
        at += 1
    return at


def word(text: str, at: int, escape: str = "\\") -> int:
    """WORD and KEYWORD: up to the next BLANK."""
    size = len(text)
    end = at
    while end < size and text[end] not in BLANK:
        end += 1
    return end if end > at else -1


def rest(text: str, at: int, escape: str = "\\") -> int:
    """REST: everything."""
    return len(text) if at < len(text) else -1


def trimmed(text: str, at: int, escape: str = "\\") -> int:
    """TEXT: everything, not starting with white space."""
    return len(text) if at < len(text) and text[at] not in SPACE else -1


def gap(text: str, at: int, escape: str = "\\") -> int:
    """GAP: white space that does not separate words everywhere."""
    end = at
    while end < len(text) and text[end] in _GAP:
        end += 1
    return end if end > at else -1


def flag(text: str, at: int, escape: str = "\\") -> int:
    """FLAG: ``--`` and what follows; quotes and backslashes (whatever the escape character) protect white space."""
    if not text.startswith("--", at):
        return -1
    size = len(text)
    at += 2
    quote = ""
    while at < size:
        char = text[at]
        if char == "\\":
            at += 1
        elif quote:
            if char == quote:
                quote = ""
        elif char in _ASCII_SPACE:
            return at
        elif char in "\"'":
            quote = char
        at += 1
    return size


def flags_end(text: str, at: int, escape: str = "\\") -> int:
    """END: ``--`` without a name (empty quotes are none) ends the flags."""
    if not text.startswith("--", at):
        return -1
    end = at + 2
    while text.startswith(('""', "''"), end):
        end += 2
    if end < len(text) and text[end] in _ASCII_SPACE:
        return end
    return len(text) if text[end : end + 3] in ("", '"', "'", "\\", '"\\', "'\\") else -1


def item(text: str, at: int, escape: str) -> int:
    """A word of ENV, LABEL or ARG: quotes and the escape character protect white space.

    An escape character at the very end of the text protects nothing and does not belong to the word.
    """
    size = len(text)
    start = at
    quoted = False
    while at < size:
        char = text[at]
        if char == escape:
            if at + 1 == size:
                break
            at += 2
        elif char == '"':
            quoted = not quoted
            at += 1
        elif quoted:
            at += 1
        elif char == "'":
            at = text.find("'", at + 1) + 1 or size
        elif char in SPACE:
            break
        else:
            at += 1
    return at if at > start else -1


def split_items(text: str, escape: str) -> list[tuple[int, int]]:
    """Start and end of every word of ENV, LABEL or ARG."""
    found = []
    size = len(text)
    at = 0
    while at < size:
        if text[at] in SPACE:
            at += 1
            continue
        end = item(text, at, escape)
        if end < 0:
            break
        found.append((at, end))
        at = end
    return found


def lone(text: str, at: int, escape: str) -> int:
    """LONE: an escape character at the very end."""
    return at + 1 if at + 1 == len(text) and text[at] == escape else -1


def pair(text: str, at: int, escape: str) -> int:
    """PAIR: an item with a ``=``."""
    end = item(text, at, escape)
    return end if "=" in text[at : max(end, at)] else -1


def bare(text: str, at: int, escape: str) -> int:
    """BARE: an item without a ``=``."""
    end = item(text, at, escape)
    return -1 if "=" in text[at : max(end, at)] else end


def stage_name(text: str, at: int, escape: str = "\\") -> int:
    """NAME: letters, digits and ``-_.``, a letter first; a whole word."""
    end = word(text, at)
    if end < 0 or not ("a" <= text[at].lower() <= "z") or not _NAME.issuperset(text[at:end]):
        return -1
    return end


def _keyword(keyword: str, ends: str) -> Callable[[str, int, str], int]:
    def match(text: str, at: int, escape: str = "\\") -> int:
        end = at + len(keyword)
        if text[at:end].lower() != keyword or (end < len(text) and text[end] not in ends):
            return -1
        return end

    return match


def _literal(char: str) -> Callable[[str, int, str], int]:
    def match(text: str, at: int, escape: str = "\\") -> int:
        return at + len(char) if text.startswith(char, at) else -1

    return match


def string(text: str, at: int, escape: str = "\\") -> int:
    """STRING: of JSON, quotes included."""
    if not text.startswith('"', at):
        return -1
    size = len(text)
    at += 1
    while at < size:
        char = text[at]
        if char == '"':
            return at + 1
        if char < " ":
            return -1
        if char == "\\":
            at += 1
            if text[at : at + 1] == "u":
                digits = text[at + 1 : at + 5]
                if len(digits) < 4 or digits.strip(_HEX):
                    return -1
                at += 4
            elif at >= size or text[at] not in '"\\/bfnrt':
                return -1
        at += 1
    return -1


def number(text: str, at: int, escape: str = "\\") -> int:
    """NUMBER: of JSON."""

    def digits(at: int) -> int:
        while at < len(text) and text[at] in _DIGITS:
            at += 1
        return at

    if text.startswith("-", at):
        at += 1
    end = at + 1 if text.startswith("0", at) else digits(at)
    if end == at:
        return -1
    if text.startswith(".", end) and digits(end + 1) > end + 1:
        end = digits(end + 1)
    if text[end : end + 1] in ("e", "E"):
        sign = end + 2 if text[end + 1 : end + 2] in ("+", "-") else end + 1
        if digits(sign) > sign:
            end = digits(sign)
    return end


LEXERS: dict[str, Callable[[str, int, str], int]] = {
    "AS": _keyword("as", BLANK),
    "BARE": bare,
    "CMD": _keyword("cmd", SPACE),
    "COLON": _literal(":"),
    "COMMA": _literal(","),
    "CONSTANT": lambda text, at, escape: next(
        (at + len(name) for name in ("true", "false", "null") if text.startswith(name, at)), -1
    ),
    "END": flags_end,
    "FLAG": flag,
    "GAP": gap,
    "KEYWORD": word,
    "LBRACE": _literal("{"),
    "LONE": lone,
    "LSQB": _literal("["),
    "NAME": stage_name,
    "NONE": _keyword("none", SPACE),
    "NUMBER": number,
    "PAIR": pair,
    "RBRACE": _literal("}"),
    "REST": rest,
    "RSQB": _literal("]"),
    "STRING": string,
    "TEXT": trimmed,
    "WORD": word,
}
