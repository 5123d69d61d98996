"""One function for each way in which BuildKit reads the arguments of an instruction, chosen by the keyword.

Source of the rules: moby/buildkit, frontend/dockerfile/parser/line_parsers.go and instructions/parse.go.
"""

from __future__ import annotations

from dflint.syntax.arguments import read_array, read_flags
from dflint.syntax.draft import Draft, Rejected
from dflint.syntax.lexer import SPACE, skip_blank, split_items, split_words, word
from dflint.syntax.nodes import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    ErrorNode,
    Expose,
    From,
    Healthcheck,
    Instruction,
    KeyValue,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Word,
    Workdir,
)  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dflint.syntax.nodes import Command, Flag, Pairs
    from dflint.syntax.scanner import Logical
    from dflint.text import Span


def parse_instruction(line: Logical, escape: str) -> Instruction:
    """The node of one logical line; its here-documents are still to be read."""
    text = line.text
    end = text.find(" ")
    if end < 0:
        end = len(text)
    if not text[:end].isalpha():
        end = max(word(text, 0), 0)
    keyword = Word(line.span(0, end), text[:end])
    at = skip_blank(text, end)
    flags: tuple[Flag, ...] = ()
    if text.startswith("--", at):
        flags, at = read_flags(line)
    if at < len(text) and text[at] in SPACE:
        at = len(text) - len(text[at:].lstrip(SPACE))
    draft = Draft(line, keyword, flags, at, escape)
    reader = READERS.get(keyword.text.lower())
    if reader is None:
        name = keyword.text
        why = Rejected(f"{name} is not an instruction" if name else "there is no instruction on this line")
        why.expected = "an instruction such as RUN or COPY"
        return refuse(draft.node(ErrorNode), why, keyword.span, known=False)
    try:
        node = reader(draft)
    except Rejected as why:
        span = why.span
        if span is None:
            span = draft.span(why.start, why.end if why.end >= 0 else len(draft.body)) if draft.body else keyword.span
        return refuse(draft.node(ErrorNode, is_json=draft.is_json), why, span)
    if flags:
        from dflint.syntax.flags import flag_errors

        node.errors = tuple(flag_errors(node.name, flags))
    return node


def refuse(node: ErrorNode, why: Rejected, span: Span, known: bool = True) -> ErrorNode:
    """Fill in an error node."""
    if not why.expected:
        from dflint.syntax.flags import USAGE

        why.expected = USAGE[node.name]
    node.message = why.message
    node.expected = why.expected
    node.error_span = span
    node.known = known
    node.level = "parser" if why.parser else "instruction"
    return node


def _whole(kind: type[Instruction]) -> Callable[[Draft], Instruction]:
    """Instructions with one argument, the rest of the line."""

    def read(draft: Draft) -> Instruction:
        if not draft.body:
            raise Rejected(f"{draft.name} needs an argument")
        return draft.node(kind, (draft.word(0, len(draft.body)),))

    return read


def _command(kind: type[Command]) -> Callable[[Draft], Instruction]:
    """RUN, CMD and ENTRYPOINT: a JSON array or a shell text."""

    def read(draft: Draft) -> Instruction:
        words = read_array(draft)
        return draft.node(kind, words or (), is_json=words is not None)

    return read


def _shell(draft: Draft) -> Instruction:
    words = read_array(draft)
    if not words:
        if words is None and draft.body:
            raise Rejected("SHELL takes a JSON array of strings")
        raise Rejected("SHELL needs at least one argument")
    return draft.node(Shell, words, is_json=True)


def _list(draft: Draft) -> tuple[Word, ...]:
    """A JSON array, or words separated by white space."""
    words = read_array(draft)
    if words is not None:
        return words
    return tuple([draft.word(start, end) for start, end in split_words(draft.body)])


def _transfer(kind: type[Copy | Add]) -> Callable[[Draft], Instruction]:
    """COPY and ADD."""

    def read(draft: Draft) -> Instruction:
        words = _list(draft)
        if len(words) < 2:
            raise Rejected(f"{draft.name} needs at least one source and a destination")
        if "<<" in words[-1].text:
            from dflint.syntax.heredocs import read_marker

            if read_marker(words[-1].text, 0, len(words[-1].text)) is not None:
                raise Rejected(f"{draft.name} cannot write to a here-document", span=words[-1].span)
        return draft.node(kind, words, is_json=draft.is_json)

    return read


def _volume(draft: Draft) -> Instruction:
    words = _list(draft)
    if not words:
        raise Rejected("VOLUME needs at least one path")
    for path in words:
        if not path.text.strip(SPACE):
            raise Rejected("a VOLUME cannot be empty", span=path.span)
    return draft.node(Volume, words, is_json=draft.is_json)


def _expose(draft: Draft) -> Instruction:
    if not draft.body:
        raise Rejected("EXPOSE needs at least one port")
    return draft.node(Expose, tuple([draft.word(start, end) for start, end in split_words(draft.body)]))


def _from(draft: Draft) -> Instruction:
    from dflint.syntax.lalr import Unexpected, parse, tokens

    body = draft.body
    try:
        found = tokens(parse("from", body))
    except Unexpected as unexpected:
        at = unexpected.at
        end = max(word(body, at), at)
        if "WORD" in unexpected.expected:
            raise Rejected("FROM needs an image") from None
        if "AS" in unexpected.expected:
            raise Rejected("FROM takes an image, or an image, AS and a name", at, end) from None
        if "NAME" not in unexpected.expected:
            raise Rejected("FROM ... AS takes one name", at, len(body)) from None
        if at == end:
            raise Rejected("there is no name after AS") from None
        message = f"{body[at:end]} cannot name a stage: a letter, then letters, digits, -, _ and . can"
        raise Rejected(message, at, end) from None
    return draft.node(From, tuple([draft.word(token.start, token.end) for token in found]))


def _settings(kind: type[Env | Label]) -> Callable[[Draft], Instruction]:
    """ENV and LABEL: pairs, or a name and the rest of the line."""

    def read(draft: Draft) -> Instruction:
        body = draft.body
        items = split_items(body, draft.escape)
        if not items:
            raise Rejected(f"{draft.name} needs at least one name and value")
        if "=" not in body[items[0][0] : items[0][1]]:
            return _legacy(kind, draft)
        for start, end in items:
            if "=" not in body[start:end]:
                raise Rejected(f"there is no = in {body[start:end]}", start, end, parser=True)
        return _pairs(kind, draft, items)

    return read


def _legacy(kind: type[Env | Label], draft: Draft) -> Instruction:
    body = draft.body
    end = word(body, 0)
    start = skip_blank(body, end)
    if start == len(body):
        raise Rejected(f"{draft.name} {body} has no value", parser=True)
    key = draft.word(0, end)
    value = draft.word(start, len(body))
    node = draft.node(kind, (key, value))
    node.pairs = (KeyValue(draft.span(0, len(body)), key, value),)
    node.legacy = True
    return node


def _arg(draft: Draft) -> Instruction:
    items = split_items(draft.body, draft.escape)
    if not items:
        raise Rejected("ARG needs at least one name")
    return _pairs(Arg, draft, items)


def _pairs(kind: type[Pairs], draft: Draft, items: list[tuple[int, int]]) -> Instruction:
    """A node of pairs and, for ARG, bare names."""
    body = draft.body
    words = []
    pairs = []
    for start, end in items:
        whole = draft.word(start, end)
        equals = body.find("=", start, end)
        if equals == start:
            raise Rejected("there is no name before =", start, end)
        words.append(whole)
        if equals < 0:
            pairs.append(KeyValue(whole.span, whole, None))
        else:
            pairs.append(KeyValue(whole.span, draft.word(start, equals), draft.word(equals + 1, end)))
    node = draft.node(kind, tuple(words))
    node.pairs = tuple(pairs)
    node.legacy = False
    return node


def _healthcheck(draft: Draft) -> Instruction:
    from dflint.syntax.lalr import Unexpected, parse, tokens

    body = draft.body
    try:
        found = tokens(parse("check", body))
    except Unexpected as unexpected:
        at = unexpected.at
        # BuildKit's parser reads the array before it looks at the word in front of it.
        for start, _ in split_words(body)[1:2]:
            read_array(draft, start)
        if at:
            raise Rejected("HEALTHCHECK NONE takes no arguments", at, len(body)) from None
        raise Rejected("HEALTHCHECK takes CMD or NONE", 0, word(body, 0)) from None
    kind = found[0]
    start = found[-1].start if found[-1].kind == "TEXT" else len(body)
    words = read_array(draft, start)
    if kind.kind == "CMD" and (start == len(body) or words == ()):
        raise Rejected("there is no command after HEALTHCHECK CMD")
    node = draft.node(Healthcheck, words or (), is_json=words is not None, skip=start)
    node.kind = draft.word(kind.start, kind.end)
    return node


def _onbuild(draft: Draft) -> Instruction:
    if not draft.body:
        raise Rejected("ONBUILD needs an instruction")
    at = draft.at
    for start, end in split_words(draft.body):
        # A chain of ONBUILDs is refused below; only what it ends in is read, so that no text can exhaust the stack.
        at = draft.at + start
        if draft.body[start:end].lower() != "onbuild":
            break
    chained = at > draft.at
    inner = parse_instruction(draft.line.tail(at), draft.escape)
    if isinstance(inner, ErrorNode) and inner.level == "parser":
        raise Rejected(inner.message, span=inner.error_span, parser=True, expected=inner.expected)
    if chained or inner.name in ("ONBUILD", "FROM", "MAINTAINER"):
        name = "ONBUILD" if chained else inner.name
        start, end = split_words(draft.body)[0]
        raise Rejected(f"{name} cannot be the instruction of an ONBUILD", start, end)
    node = draft.node(Onbuild, tuple([draft.word(start, end) for start, end in split_words(draft.body)]))
    node.inner = inner
    return node


READERS: Mapping[str, Callable[[Draft], Instruction]] = {
    "add": _transfer(Add),
    "arg": _arg,
    "cmd": _command(Cmd),
    "copy": _transfer(Copy),
    "entrypoint": _command(Entrypoint),
    "env": _settings(Env),
    "expose": _expose,
    "from": _from,
    "healthcheck": _healthcheck,
    "label": _settings(Label),
    "maintainer": _whole(Maintainer),
    "onbuild": _onbuild,
    "run": _command(Run),
    "shell": _shell,
    "stopsignal": _whole(Stopsignal),
    "user": _whole(User),
    "volume": _volume,
    "workdir": _whole(Workdir),
}
