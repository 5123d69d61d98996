"""As much of HCL as bake files use: blocks, attributes, literals, templates, references, ``==``, ``? :``.

Expressions become functions of a scope. What is not understood (calls, arithmetic, ``for``, template directives) is
``UNKNOWN`` and never stops the rest of the file from being read. Facts: the HCL native syntax specification.
"""

from __future__ import annotations

from dflint.context.hclscan import NotUnderstood, Scanner
from dflint.context.spec import ContextError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

_MAX_DEPTH = 40
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class Unknown:
    """The value of an expression that cannot be known here."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()

if TYPE_CHECKING:
    Value: TypeAlias = "str | int | float | bool | Unknown | list[Value] | dict[str, Value] | None"
    Scope: TypeAlias = Callable[[str], Value]
    Expression: TypeAlias = Callable[[Scope], Value]


class Block:
    """``kind "label" { ... }``; ``attributes`` map a name to (line, expression). The file itself is a block too."""

    __slots__ = ("attributes", "blocks", "kind", "labels", "line")

    def __init__(self, kind: str, labels: tuple[str, ...], line: int) -> None:
        self.kind = kind
        self.labels = labels
        self.line = line
        self.attributes: dict[str, tuple[int, Expression]] = {}
        self.blocks: list[Block] = []


def parse_hcl(text: str, path: str) -> Block:
    """The blocks of a file. Raises ContextError where its structure cannot be followed."""
    reader = _Reader(text.removeprefix("\ufeff").replace("\r\n", "\n"), path)
    root = Block("", (), 1)
    reader.body(root, 0)
    return root


def parse_template(text: str, path: str) -> Expression:
    """The template inside a string of the JSON form."""
    reader = _Reader(text, path)
    try:
        return reader.template("", 0)
    except NotUnderstood:
        return _unknown


def as_text(value: Value) -> str | None:
    """A value where a string is wanted; None if it is not known or has no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(int(value)) if float(value).is_integer() else repr(value)
    return None


def _constant(value: Value) -> Expression:
    return lambda scope: value


_unknown = _constant(UNKNOWN)


class _Reader(Scanner):
    def __init__(self, text: str, path: str) -> None:
        super().__init__(text)
        self.path = path

    # -- structure ------------------------------------------------------------------------------------------------

    def body(self, block: Block, depth: int) -> None:
        """Attributes and blocks up to the closing brace (up to the end of the text for the file itself)."""
        while True:
            self.space(newlines=True)
            if self.at >= len(self.text):
                if depth:
                    self.fail("the block is not closed: a '}' is missing", block.line)
                return
            if self.text[self.at] == "}" and depth:
                self.at += 1
                return
            line = self.line()
            name = self.name()
            if not name:
                self.fail("expected the name of an attribute or block here", line)
            self.space()
            if self.peek("=") and not self.peek("=="):
                self.at += 1
                block.attributes[name] = (line, self.value(0))
            else:
                inner = Block(name, self.labels(), line)
                if not self.peek("{") or depth > _MAX_DEPTH:
                    self.fail(f"expected '=' or a block after '{name}'", line)
                self.at += 1
                self.body(inner, depth + 1)
                block.blocks.append(inner)

    def labels(self) -> tuple[str, ...]:
        found: list[str] = []
        while True:
            self.space()
            if self.peek('"'):
                end = self.text.find('"', self.at + 1)
                if end < 0:
                    self.fail("the string is not closed", self.line())
                found.append(self.text[self.at + 1 : end])
                self.at = end + 1
            else:
                name = self.name()
                if not name:
                    return tuple(found)
                found.append(name)

    def value(self, depth: int, stops: str = "") -> Expression:
        """An expression up to the end of its line or one of ``stops``; ``UNKNOWN`` if it is not understood."""
        start = self.at
        try:
            expression = self.expression(depth)
            self.space()
            if self.at >= len(self.text) or self.text[self.at] in "\n]}" + stops:
                return expression
        except NotUnderstood:
            pass
        self.at = start
        self.skip(stops)
        return _unknown

    # -- expressions ----------------------------------------------------------------------------------------------

    def expression(self, depth: int) -> Expression:
        """``condition ? a : b`` and what binds tighter."""
        if depth > _MAX_DEPTH:
            raise NotUnderstood
        condition = self.comparison(depth)
        if not self.operator(depth, "?"):
            return condition
        self.space(newlines=True)
        first = self.expression(depth + 1)
        self.space(newlines=True)
        self.expect(":")
        self.space(newlines=True)
        second = self.expression(depth + 1)

        def choose(scope: Scope) -> Value:
            chosen = condition(scope)
            if isinstance(chosen, str):
                chosen = {"true": True, "false": False}.get(chosen, UNKNOWN)
            return (first(scope) if chosen else second(scope)) if isinstance(chosen, bool) else UNKNOWN

        return choose

    def comparison(self, depth: int) -> Expression:
        left = self.operand(depth)
        sign = self.operator(depth, "==", "!=")
        if not sign:
            return left
        equal = sign == "=="
        self.space(newlines=True)
        right = self.operand(depth)

        def compare(scope: Scope) -> Value:
            one, two = left(scope), right(scope)
            return UNKNOWN if isinstance(one, Unknown) or isinstance(two, Unknown) else (one == two) is equal

        return compare

    def operator(self, depth: int, *signs: str) -> str:
        """Take one of the operators if it comes next, inside brackets also on the next line; "" if none does."""
        before = self.at
        self.space(newlines=depth > 0)
        for sign in signs:
            if self.peek(sign):
                self.at += len(sign)
                return sign
        self.at = before
        return ""

    def operand(self, depth: int) -> Expression:
        """A primary with the ``.name`` and ``[index]`` behind it."""
        found = self.primary(depth)
        while True:
            if self.peek("."):
                self.at += 1
                key = _constant(self.name())
            elif self.peek("["):
                self.at += 1
                self.space(newlines=True)
                key = self.expression(depth + 1)
                self.space(newlines=True)
                self.expect("]")
            else:
                return found
            found = _member(found, key)

    def primary(self, depth: int) -> Expression:
        """A literal, reference, list, map or parenthesis."""
        self.space(newlines=depth > 0)
        char = self.text[self.at : self.at + 1]
        if char == '"':
            self.at += 1
            return self.template('"', depth)
        if char == "(":
            self.at += 1
            inner = self.expression(depth + 1)
            self.space(newlines=True)
            self.expect(")")
            return inner
        if char == "[":
            self.at += 1
            return self.list(depth)
        if char == "{":
            self.at += 1
            return self.map(depth)
        if char.isdigit() or (char == "-" and self.text[self.at + 1 : self.at + 2].isdigit()):
            return self.number()
        if self.peek("<<"):
            return self.heredoc(depth)
        name = self.name()
        if not name or self.peek("("):
            raise NotUnderstood
        if name in ("true", "false", "null"):
            return _constant({"true": True, "false": False}.get(name))
        return lambda scope: scope(name)

    def list(self, depth: int) -> Expression:
        items: list[Expression] = []
        if self.peek("for "):
            raise NotUnderstood
        while True:
            self.space(newlines=True)
            if self.peek("]"):
                self.at += 1
                return lambda scope: [item(scope) for item in items]
            items.append(self.value(depth + 1, ","))
            self.space(newlines=True)
            if not self.peek("]"):
                self.expect(",")

    def map(self, depth: int) -> Expression:
        pairs: list[tuple[Expression, Expression]] = []
        while True:
            self.space(newlines=True)
            if self.peek("}"):
                self.at += 1
                break
            word = self.name()
            key = _constant(word) if word else self.primary(depth + 1)
            self.space()
            if not self.peek(":"):
                self.expect("=")
            else:
                self.at += 1
            self.space(newlines=True)
            pairs.append((key, self.value(depth + 1, ",")))
            self.space()
            if self.peek(","):
                self.at += 1

        def build(scope: Scope) -> Value:
            found: dict[str, Value] = {}
            for key, value in pairs:
                name = as_text(key(scope))
                if name is None:
                    return UNKNOWN
                found[name] = value(scope)
            return found

        return build

    def number(self) -> Expression:
        end = self.at + 1
        while end < len(self.text) and (self.text[end].isalnum() or self.text[end] == "."):
            end += 1
        try:
            value = float(self.text[self.at : end])
        except ValueError:
            raise NotUnderstood from None
        self.at = end
        return _constant(value)

    def template(self, stop: str, depth: int) -> Expression:
        """Text with ``${}`` up to an unescaped ``stop``; "" reads to the end and knows no backslashes."""
        parts: list[str | Expression] = []
        run: list[str] = []
        text = self.text
        while True:
            if self.at >= len(text):
                if stop:
                    raise NotUnderstood
                break
            char = text[self.at]
            if char == stop:
                self.at += 1
                break
            if text.startswith(("$${", "%%{"), self.at):
                run.append(text[self.at + 1 : self.at + 3])
                self.at += 3
            elif text.startswith("%{", self.at) or (char == "\n" and stop):
                raise NotUnderstood
            elif text.startswith("${", self.at):
                parts += ["".join(run)]
                run = []
                self.at += 2
                self.space(newlines=True)
                parts.append(self.expression(depth + 1))
                self.space(newlines=True)
                self.expect("}")
            elif char == "\\" and stop:
                run.append(self.escape())
            else:
                run.append(char)
                self.at += 1
        parts.append("".join(run))
        return _joined(parts)

    def escape(self) -> str:
        char = self.text[self.at + 1 : self.at + 2]
        digits = {"u": 4, "U": 8}.get(char)
        try:
            if digits:
                plain = chr(int(self.text[self.at + 2 : self.at + 2 + digits], 16))
                self.at += 2 + digits
                return plain
            plain = _ESCAPES[char]
        except (KeyError, ValueError, OverflowError):
            raise NotUnderstood from None
        self.at += 2
        return plain

    def heredoc(self, depth: int) -> Expression:
        body = self.heredoc_raw()
        if body is None:
            raise NotUnderstood
        reader = _Reader(body, self.path)
        return reader.template("", depth + 1)

    def fail(self, message: str, line: int) -> None:
        raise ContextError(message, self.path, line)


def _member(found: Expression, key: Expression) -> Expression:
    def take(scope: Scope) -> Value:
        whole, part = found(scope), key(scope)
        if isinstance(whole, dict) and isinstance(part, str):
            return whole.get(part, UNKNOWN)
        if isinstance(whole, list) and isinstance(part, (int, float)) and 0 <= part < len(whole):
            return whole[int(part)]
        return UNKNOWN

    return take


def _joined(parts: list[str | Expression]) -> Expression:
    """The value of a template; one expression alone keeps its type."""
    if len(parts) == 3 and parts[0] == parts[2] == "" and not isinstance(parts[1], str):
        return parts[1]

    def join(scope: Scope) -> Value:
        found: list[str] = []
        for part in parts:
            text = part if isinstance(part, str) else as_text(part(scope))
            if text is None:
                return UNKNOWN
            found.append(text)
        return "".join(found)

    return join
