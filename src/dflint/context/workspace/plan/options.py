"""The options and operands of a task runner's command line."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Words = Sequence[str | None]


class Options:
    """Options and operands of a runner; ``extra`` is what follows ``--``. None stands for what is not known."""

    __slots__ = ("extra", "flags", "operands", "pairs")

    def __init__(self, args: Words, valued: frozenset[str]) -> None:
        self.pairs: list[tuple[str, str | None]] = []
        self.flags: set[str] = set()
        self.operands: list[str | None] = []
        self.extra: list[str | None] = []
        at = 0
        while at < len(args):
            word = args[at]
            if word == "--":
                self.extra = list(args[at + 1 :])
                break
            if word is None or not word.startswith("-"):
                self.operands.append(word)
            elif "=" in word:
                name, _, value = word.partition("=")
                self.pairs.append((name, value))
            elif word in valued and at + 1 < len(args):
                self.pairs.append((word, args[at + 1]))
                at += 1
            else:
                self.flags.add(word)
            at += 1

    def values(self, *names: str) -> list[str | None]:
        """All values of an option."""
        return [value for name, value in self.pairs if name in names]
