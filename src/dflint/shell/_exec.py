"""The exec form: words that no shell reads, unless one is called by name."""

from __future__ import annotations

from dflint.shell._ast import Simple
from dflint.shell._body import Body
from dflint.shell._facts import Fate, Place, State
from dflint.shell._lower import Lowering
from dflint.shell.nodes import Script
from dflint.shell.words import ShWord
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dflint.shell._ast import Seq
    from dflint.syntax.nodes import Word


class JsonBody(Body):
    """Stands for the array: its words have spans of their own."""

    __slots__ = ()

    def __init__(self, span: Span) -> None:
        super().__init__("", span.start, fixed=span)

    @property
    def exact(self) -> bool:
        return True

    def script_of(self, word: ShWord) -> Body | None:
        if len(word.span) == len(word.text) + 2:
            # Nothing in the string is escaped.
            return Body(word.text, word.span.start + 1)
        return Body(word.text, 0, fixed=word.span)


def exec_script(words: Sequence[Word], read: Callable[[Body], Seq | None]) -> Script:
    """The script of an exec form."""
    span = Span(words[0].span.start, words[-1].span.end) if words else Span(0, 0)
    lowering = Lowering(read)
    state = State(False, False)
    if words:
        simple = Simple(0, 0, [], [_word(word) for word in words], [])
        place = Place(state, JsonBody(span))
        lowering.simple(simple, place, Fate(True, False, False))
    chains = tuple(chain for chain in lowering.chains if chain is not None)
    functions, probes = frozenset(lowering.functions), frozenset(lowering.probes)
    return Script(span, tuple(lowering.commands), chains, functions, probes, "sh", False, False)


def _word(word: Word) -> ShWord:
    return ShWord(word.span, word.text, word.text, None, True)
