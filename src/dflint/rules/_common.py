"""What more than one rule needs and is not a fact of the static build."""

from __future__ import annotations

from dflint.syntax.expand import Known
from dflint.syntax.nodes import Add, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dflint.engine import RuleContext
    from dflint.model import Build, Step
    from dflint.syntax.nodes import Word
    from dflint.text import Edit


def closest(name: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` that ``name`` is most likely a slip of; None if none is near or two are equally near.

    Near means one edit (insert, delete, replace, swap of neighbours), two from eight characters on. Case counts half.
    """
    limit = 2.0 if len(name) >= 8 else 1.0
    best: list[tuple[float, str]] = []
    for candidate in set(names):
        if candidate != name and abs(len(candidate) - len(name)) <= limit:
            distance = _distance(name, candidate, limit)
            if distance <= limit:
                best.append((distance, candidate))
    best.sort()
    if not best or (len(best) > 1 and best[0][0] == best[1][0]) or len(name) < 3:
        return None
    return best[0][1]


def _distance(first: str, second: str, limit: float) -> float:
    """Optimal string alignment distance, a difference in case only counting half; more than ``limit`` is not exact."""
    older: list[float] = []
    previous = [float(column) for column in range(len(second) + 1)]
    for row, left in enumerate(first, 1):
        current = [float(row)]
        for column, right in enumerate(second, 1):
            cost = 0.0 if left == right else 0.5 if left.lower() == right.lower() else 1.0
            value = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + cost)
            if row > 1 and column > 1 and left == second[column - 2] and first[row - 2] == right:
                value = min(value, older[column - 2] + 1)
            current.append(value)
        if min(current) > limit:
            return limit + 1
        older, previous = previous, current
    return previous[-1]


def context_sources(ctx: RuleContext) -> Iterator[tuple[Step, Word, str]]:
    """The plain sources that COPY and ADD take from the build context: (step, word, path below the context).

    Left out: ``--from``, here-documents, URLs and git references, globs, and words whose value is not known. The path
    is cleaned as BuildKit does it (it cannot leave the context); "" is the context itself.
    """
    for step in ctx.steps(Transfer):
        node = step.node
        assert isinstance(node, Transfer)
        if node.flag("from") is not None:
            continue
        for word in node.sources:
            value = step.expand(word.text)
            if isinstance(value, Known) and not _is_pattern(value.text):
                if isinstance(node, Add) and is_remote(value.text):
                    continue
                yield step, word, clean(value.text)


def outside_source(ctx: RuleContext, word: Word) -> str | None:
    """Where the repository has a source that starts with ``..`` and that the context lacks; None if it does not."""
    context = ctx.context
    found = context.enclosing() if context is not None and word.text.startswith("../") else None
    if context is None or found is None or context.exists(clean(word.text)) or "$" in word.text:
        return None
    repository, folder = found
    parts = folder.split("/")
    rest = word.text
    while rest.startswith("../") and parts:
        parts, rest = parts[:-1], rest[3:].lstrip("/")
    path = "/".join([*parts, clean(rest)]).strip("/")
    return path if rest and ".." not in rest and path and repository.exists(path) else None


def _is_pattern(text: str) -> bool:
    return any(char in text for char in "*?[\\")


def is_remote(source: str) -> bool:
    """Whether ADD fetches a source instead of reading it from the context."""
    return source.startswith(("http://", "https://", "git@", "git://", "ssh://")) or source.endswith(".git")


def clean(path: str) -> str:
    """A context path without ``.``, ``..`` and double slashes, relative to the context's root."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def rebuilt(build: Build, edits: Iterable[Edit]) -> Build | None:
    """The same build with edits applied; None if they do not fit together or break the file."""
    from dflint.model import Build
    from dflint.syntax import parse
    from dflint.text import Source, apply_edits

    source = build.file.source
    try:
        text = apply_edits(source.text, edits)
    except ValueError:
        return None
    file = parse(Source(text, source.path))
    if file.errors and len(file.errors) > len(build.file.errors):
        return None
    return Build(file, build.config, build.context)
