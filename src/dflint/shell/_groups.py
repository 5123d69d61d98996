"""Compound commands for the hand-written reader: each function reads one kind and gives it to the frame it is in."""

from __future__ import annotations

from dflint.shell._ast import Compound
from dflint.shell._scan import NO_WORDS, GiveUp
from dflint.shell._word import NAME, make_word, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.shell._plain import Frame

_THEN = frozenset(("then",))
_BRANCH = frozenset(("elif", "else", "fi"))
_FI = frozenset(("fi",))
_DO = frozenset(("do",))
_DONE = frozenset(("done",))
_BRACE = frozenset(("}",))
ESAC = frozenset(("esac",))


def keyword(frame: Frame, word: str, start: int, end: int) -> int:
    """A reserved word in place of a command; the offset after what it begins."""
    closes = word in frame.stop_words
    if frame.start >= 0 and not (closes and frame.node is not None):
        raise GiveUp
    if closes:
        frame.finish()
        frame.stopped = word
        return end
    if word == "!":
        if frame.parts or frame.negated >= 0:
            raise GiveUp
        frame.negated = start
        return end
    if word == "{":
        return _take(frame, Compound(start, 0, "brace", []), end, _BRACE)
    if word in ("while", "until"):
        node = Compound(start, 0, "while", [])
        return _take(frame, node, _level(frame, node, "cond", end, _DO)[1], _DONE)
    reader = _READERS.get(word)
    if reader is None:
        raise GiveUp
    return reader(frame, start, end)


def _level(frame: Frame, node: Compound, role: str, at: int, words: frozenset[str], stop: str = "") -> tuple[str, int]:
    """Read one part of a compound command; what ended it and the offset after that."""
    inner = frame.__class__(frame.lexer, frame.depth + 1, stop, words)
    end = inner.run(at)
    if not inner.seq.items and words is not ESAC:
        raise GiveUp
    node.parts.append((role, inner.seq))
    return inner.stopped, end


def _take(frame: Frame, node: Compound, at: int, words: frozenset[str], stop: str = "") -> int:
    """Read the body, the last part of a compound command."""
    end = _level(frame, node, "body", at, words, stop)[1]
    return _done(frame, node, end)


def _done(frame: Frame, node: Compound, end: int) -> int:
    frame.node = node
    return frame.extend(node.start, end)


def _test(frame: Frame, start: int, _: int) -> int:
    """``[[ ... ]]``, a command as far as we care."""
    text = frame.text
    end = text.find(" ]]", start) + 3
    if end < 3 or text[end : end + 1] not in ("", " ", ";", "\n", ")"):
        raise GiveUp
    ranges = split(text, start, end)
    if ranges[-1] != (end - 2, end) or any(char in "`(#;\n" for char in text[start:end]):
        raise GiveUp
    frame.words = [make_word(frame.lexer.body, *at) for at in ranges]
    return frame.extend(start, end)


def function(frame: Frame, start: int, end: int, at: int) -> int:
    """``name() { ...; }``; the name's range and the opening bracket."""
    text = frame.text
    name = text[start:end]
    at = frame.blank(at + 1)
    if frame.start >= 0 or frame.parts or not NAME.issuperset(name.replace("-", "_")) or text[at : at + 1] != ")":
        raise GiveUp
    node = Compound(start, 0, "function", [])
    node.name = name
    at = frame.blank(at + 1)
    inner = frame.__class__(frame.lexer, frame.depth + 1)
    if text[at : at + 2] in ("{ ", "{\n"):
        at = _take(inner, Compound(at, 0, "brace", []), at + 1, _BRACE)
    elif text[at : at + 1] == "(":
        at = subshell(inner, at)
    else:
        raise GiveUp
    inner.finish()
    node.parts.append(("body", inner.seq))
    return _done(frame, node, at)


def subshell(frame: Frame, at: int) -> int:
    """``( ... )``; also the brackets of a function that stand apart from its name."""
    if frame.start >= 0 and len(frame.words) == 1 and not (frame.assigns or frame.redirects or frame.subs):
        start, end = frame.start, frame.end
        frame.fresh()
        return function(frame, start, end, at)
    if frame.start >= 0 or frame.head or frame.text.startswith("((", at):
        raise GiveUp
    return _take(frame, Compound(at, 0, "subshell", []), at + 1, NO_WORDS, ")")


def _if(frame: Frame, start: int, at: int) -> int:
    node = Compound(start, 0, "if", [])
    word = "elif"
    while word == "elif":
        _, at = _level(frame, node, "cond", at, _THEN)
        word, at = _level(frame, node, "body", at, _BRANCH)
    if word == "else":
        _, at = _level(frame, node, "body", at, _FI)
    return _done(frame, node, at)


def _for(frame: Frame, start: int, at: int) -> int:
    node = Compound(start, 0, "for", [])
    head = frame.__class__(frame.lexer, frame.depth + 1, head=True)
    at = head.run(at)
    words = head.words
    if head.redirects or not words or not NAME.issuperset(words[0].text):
        raise GiveUp
    if len(words) > 1 and words[1].text != "in":
        raise GiveUp
    node.name = words[0].text
    node.words = words[2:] if len(words) > 1 else None
    node.subs = head.subs
    inner = frame.__class__(frame.lexer, frame.depth + 1, stop_words=_DO)
    at = inner.run(at)
    if inner.seq.items:
        raise GiveUp
    return _take(frame, node, at, _DONE)


def _case(frame: Frame, start: int, at: int) -> int:
    text = frame.text
    node = Compound(start, 0, "case", [])
    at = frame.blank(at)
    outer, frame.subs = frame.subs, node.subs
    at = frame.blank(frame.scan(at))
    frame.subs = outer
    if not text.startswith("in", at) or text[at + 2 : at + 3] not in (" ", "\n"):
        raise GiveUp
    at = frame.blank(at + 2)
    while not text.startswith("esac", at):
        at = _pattern(frame, at)
        word, at = _level(frame, node, "body", at, ESAC)
        if word == "esac":
            return _done(frame, node, at)
        at = frame.blank(at)
    return _done(frame, node, at + 4)


def _pattern(frame: Frame, at: int) -> int:
    """The offset after the bracket that ends the patterns of a case."""
    text = frame.text
    if text.startswith("(", at):
        at = frame.blank(at + 1)
    while True:
        end = frame.scan(at)
        if end == at or text[at] == "#":
            raise GiveUp
        at = frame.blank(end)
        if text.startswith(")", at):
            return at + 1
        if not text.startswith("|", at):
            raise GiveUp
        at = frame.blank(at + 1)


_READERS = {"if": _if, "for": _for, "case": _case, "[[": _test}
