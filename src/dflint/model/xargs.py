"""The words that ``xargs`` appends to a command, where a step shows them: ``echo a b | xargs``, ``xargs < file``."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dflint.model.step import Step
    from dflint.shell import Command, ShWord

    Words = list[tuple[str, ShWord]]

# Options with which xargs reads or passes its input in another way.
_OTHERWISE = ("-I", "-i", "--replace", "-a", "--arg-file", "-d", "--delimiter", "-0", "--null", "-E", "-e", "--eof")


def appended(step: Step, command: Command, place: ShWord, lookup: Callable[[str], str | None]) -> Words | None:
    """(text, word) of every word that xargs appends; None where they are not known.

    Args:
        place: the word to point at for what stands in a file of the build context.
    """
    outer = command.outer
    if outer is None or any(
        word.text.startswith(_OTHERWISE) for word in outer.args if word.span.end <= place.span.start
    ):
        return None
    inputs = [redirect for redirect in (*outer.redirects, *command.redirects) if redirect.op.startswith("<")]
    source = command.pipe_from
    if inputs:
        target = inputs[0].target
        name = target.expand(lookup) if target is not None and inputs[0].op == "<" else None
        return _of_file(step, name, place)
    if source is None or source.redirects or source.pipe_from is not None:
        return None
    words = [(word.expand(lookup), word) for word in source.args]
    if source.prog == "cat" and len(words) == 1:
        return _of_file(step, words[0][0], place)
    if source.prog == "printf" and words and words[0][0] in ("%s\\n", "%s "):
        words = words[1:]
    elif source.prog != "echo" or any((text or "-").startswith("-") or "\\" in (text or "") for text, _ in words):
        return None
    if any(text is None for text, _ in words):
        return None
    return [(part, word) for text, word in words for part in (text or "").split()]


def _of_file(step: Step, name: str | None, place: ShWord) -> Words | None:
    """The words of a file that was copied from the build context."""
    from dflint.model.copied import copied_text

    text = copied_text(step, name) if name is not None else None
    if text is None or any(char in text for char in "\"'\\"):
        return None
    return [(word, place) for word in text.split()]
