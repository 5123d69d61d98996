"""Reads one word: quotes removed, variables told apart from text."""

from __future__ import annotations

from dflint.shell.words import Part, ShWord

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.shell._body import Body

NAME_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
NAME = NAME_START | frozenset("0123456789")
# Characters that mean themselves anywhere in a word.
PLAIN = NAME | frozenset("-./:=+@%,~!^")
_OPERATORS = (":-", ":+", ":=", ":?", "%%", "##", "//", "-", "+", "=", "?", "%", "#", "/")
_ANSI = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b",
         "f": "\f", "r": "\r", "v": "\v", "?": "?"}  # fmt: skip
_HEX = "0123456789abcdefABCDEF"


def make_word(body: Body, start: int, end: int) -> ShWord:
    """The word in a range of a body."""
    span = body.span(start, end)
    exact = body.exact
    text = body.raw(start, end)
    plain = body.plain(start, end)
    if PLAIN.issuperset(plain):
        return ShWord(span, text, plain, exact=exact)
    reader = Reader(plain)
    reader.run()
    parts = tuple(reader.parts)
    shape = "".join(reader.shape)
    has_glob = "*" in shape or "?" in shape or ("[" in shape and "]" in shape[shape.index("[") :])
    has_brace = "{" in shape and _has_brace(shape)
    if has_brace or any(part.kind != "text" for part in parts):
        return ShWord(span, text, None, parts, reader.quoted, has_glob, has_brace, exact)
    return ShWord(span, text, "".join([part.text for part in parts]), None, reader.quoted, has_glob, False, exact)


def _has_brace(shape: str) -> bool:
    """Whether unquoted characters hold ``{a,b}`` or ``{1..3}``."""
    at = shape.find("{")
    while at >= 0:
        end = shape.find("}", at)
        if end < 0:
            return False
        inside = shape[at + 1 : end]
        if "," in inside or ".." in inside:
            return True
        at = shape.find("{", at + 1)
    return False


class Reader:
    """Reads the parts of a word. ``shape`` keeps the unquoted characters and an ``x`` for each other piece."""

    __slots__ = ("parts", "quoted", "shape", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[Part] = []
        self.shape: list[str] = []
        self.quoted = False

    def run(self) -> None:
        """Read all of the text as unquoted."""
        text = self.text
        size = len(text)
        at = 0
        while at < size:
            char = text[at]
            if char in PLAIN:
                begun = at
                while at < size and text[at] in PLAIN:
                    at += 1
                self._literal(text[begun:at], False)
                self.shape.append(text[begun:at])
            elif char == "'":
                end = text.find("'", at + 1)
                self._quote(text[at + 1 : end if end >= 0 else size])
                at = end + 1 if end >= 0 else size
            elif char == '"':
                at = self.double(at + 1)
            elif char == "\\":
                if text[at + 1 : at + 2] != "\n":
                    self._quote(text[at + 1 : at + 2])
                at += 2
            elif char == "$":
                at = self.dollar(at, False)
            elif char == "`":
                at = self._other(at, _backquote(text, at), False)
            elif char == "(" or (char in "<>" and text[at + 1 : at + 2] == "("):
                # Process substitution, array or extended pattern.
                at = self._other(at, closing(text, text.index("(", at)), False)
            else:
                self._literal(char, False)
                self.shape.append(char)
                at += 1

    def double(self, at: int) -> int:
        """Read the inside of double quotes from ``at``; the offset after the closing one (or the end)."""
        text = self.text
        size = len(text)
        self._quote("")
        begun = at
        while at < size and text[at] != '"':
            char = text[at]
            if char == "\\":
                following = text[at + 1 : at + 2]
                if following and following in '$`"\\\n':
                    self._literal(text[begun:at], True)
                    begun = at + 1 if following != "\n" else at + 2
                at += 2
            elif char in "$`":
                self._literal(text[begun:at], True)
                at = self.dollar(at, True) if char == "$" else self._other(at, _backquote(text, at), True)
                begun = at
            else:
                at += 1
        self._literal(text[begun:at], True)
        return at + 1

    def dollar(self, at: int, quoted: bool) -> int:
        """Read what starts with ``$``; the offset after it."""
        text = self.text
        following = text[at + 1 : at + 2]
        if following in NAME_START:
            end = at + 2
            while end < len(text) and text[end] in NAME:
                end += 1
            self._add(Part("var", text[at:end], quoted, text[at + 1 : end]))
            return end
        if following == "{":
            end = closing(text, at + 1)
            self._add(_braced(text[at:end], quoted))
            return end
        if following == "(":
            return self._other(at, closing(text, at + 1), quoted)
        if following == "'" and not quoted:
            return self._ansi(at + 2)
        if following == '"' and not quoted:
            return self.double(at + 2)
        if following and following in "0123456789@*#?-$!":
            return self._other(at, at + 2, quoted)
        self._literal("$", quoted)
        self.shape.append("x")
        return at + 1

    def _ansi(self, at: int) -> int:
        """Read the inside of ``$'...'``."""
        text = self.text
        begun = at
        while at < len(text) and text[at] != "'":
            at += 2 if text[at] == "\\" else 1
        value = _unescape(text[begun:at])
        if value is None:
            self.quoted = True
            self._add(Part("other", text[begun - 2 : at + 1], True))
        else:
            self._quote(value)
        return at + 1

    def _other(self, start: int, end: int, quoted: bool) -> int:
        self._add(Part("other", self.text[start:end], quoted))
        return end

    def _add(self, part: Part) -> None:
        self.parts.append(part)
        self.shape.append("x")

    def _quote(self, text: str) -> None:
        self.quoted = True
        self.shape.append("x")
        self._literal(text, True)

    def _literal(self, text: str, quoted: bool) -> None:
        parts = self.parts
        if parts and parts[-1].kind == "text" and parts[-1].quoted == quoted:
            if text:
                parts[-1] = Part("text", parts[-1].text + text, quoted)
        elif text:
            parts.append(Part("text", text, quoted))


def _braced(text: str, quoted: bool) -> Part:
    """The part that ``${...}`` is."""
    inner = text[2:-1] if text.endswith("}") else text[2:]
    if inner[:1] == "#" and inner[1:2] in NAME_START and NAME.issuperset(inner[1:]) and len(inner) > 1:
        return Part("var", text, quoted, inner[1:], "length")
    end = 0
    while end < len(inner) and inner[end] in NAME:
        end += 1
    name, rest = inner[:end], inner[end:]
    if not name or name[0] not in NAME_START:
        return Part("other", text, quoted)
    if not rest:
        return Part("var", text, quoted, name)
    for operator in _OPERATORS:
        if rest.startswith(operator):
            operand = _operand(rest[len(operator) :], operator, quoted)
            if operand is not None:
                return Part("var", text, quoted, name, operator, operand)
            break
    return Part("var", text, quoted, name, "complex")


def _operand(text: str, operator: str, quoted: bool) -> tuple[Part, ...] | None:
    """What follows the operator of ``${x...}``; None if it is beyond what is understood."""
    if operator[0] == "/":
        pattern, _, replacement = text.partition("/")
        if any(char in text for char in "\\'\"$`"):
            return None
        return Part("text", pattern, False), Part("text", replacement, False)
    reader = Reader(text)
    if quoted and operator[-1] not in "%#":
        # Inside double quotes a single quote is an ordinary character, and further double quotes change nothing.
        at = 0
        while at < len(text):
            at = reader.double(at)
    else:
        reader.run()
    return tuple(reader.parts)


def closing(text: str, at: int) -> int:
    """The offset after the bracket that closes the one at ``at``, quotes respected; the end if there is none."""
    pair = {"(": ")", "{": "}"}[text[at]]
    opening = text[at]
    depth = 0
    size = len(text)
    while at < size:
        char = text[at]
        if char == opening:
            depth += 1
        elif char == pair:
            depth -= 1
            if not depth:
                return at + 1
        elif char == "\\":
            at += 1
        elif char == "'":
            end = text.find("'", at + 1)
            at = end if end >= 0 else size
        elif char == '"':
            at = _end_of_double(text, at + 1)
        elif char == "`":
            at = _backquote(text, at) - 1
        at += 1
    return size


def _end_of_double(text: str, at: int) -> int:
    """The offset of the quote that closes a double-quoted string; the end if there is none."""
    size = len(text)
    while at < size and text[at] != '"':
        if text[at] == "\\":
            at += 1
        elif text[at] == "$" and text[at + 1 : at + 2] in ("(", "{"):
            at = closing(text, at + 1) - 1
        at += 1
    return min(at, size)


def _backquote(text: str, at: int) -> int:
    """The offset after the backquote that closes the one at ``at``."""
    at += 1
    while at < len(text) and text[at] != "`":
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))


def _unescape(text: str) -> str | None:
    """The value of the inside of ``$'...'``; None if an escape is not understood."""
    out = []
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char != "\\":
            out.append(char)
            continue
        kind = text[at : at + 1]
        at += 1
        if kind in _ANSI and kind:
            out.append(_ANSI[kind])
            continue
        width, digits, base = {"x": (2, _HEX, 16), "u": (4, _HEX, 16), "U": (8, _HEX, 16)}.get(kind, (3, "01234567", 8))
        at -= base == 8
        end = at
        while end < len(text) and end - at < width and text[end] in digits:
            end += 1
        if end == at:
            return None
        code = int(text[at:end], base)
        if not 0 < code < (0x80 if kind not in ("u", "U") else 0x110000):
            return None
        out.append(chr(code))
        at = end
    return "".join(out)


def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Ranges of the words in a range of a masked text, quotes and substitutions respected, operators as words."""
    found = []
    at = start
    while at < end:
        if text[at] in " \n" or text.startswith("\\\n", at):
            at += 1
            continue
        begun = at
        while at < end and text[at] not in " \n":
            char = text[at]
            if char == "\\":
                if text[at + 1 : at + 3] in ("\n ", "\n\n"):
                    break
                at += 2
            elif char == "'":
                close = text.find("'", at + 1, end)
                at = close + 1 if close >= 0 else end
            elif char == '"':
                at = _end_of_double(text, at + 1) + 1
            elif char == "`":
                at = _backquote(text, at)
            elif char == "$" and text[at + 1 : at + 2] in ("(", "{"):
                at = closing(text, at + 1)
            else:
                at += 1
        found.append((begun, min(at, end)))
        at = max(at, begun + 1)
    return found
