"""Texts of files that COPY or ADD brought from the build context into a stage."""

from __future__ import annotations

from dflint.model.step import clean_path
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.step import Step

_READ_LIMIT = 1 << 18


def copied_source(step: Step, path: str) -> str | None:
    """Context path of the file that is at ``path`` of the image when ``step`` runs; None if that is not certain.

    A relative path is taken from the step's working directory. Follows copies from the context and between stages.
    """
    if not path.startswith("/"):
        if not isinstance(step.workdir, Known):
            return None
        path = step.workdir.text + "/" + path
    path = clean_path(path)
    for stage in reversed(step.stage.chain):
        for earlier in reversed(stage.steps):
            if stage is step.stage and earlier.index >= step.index:
                continue
            if isinstance(earlier.node, Transfer):
                found = _through(earlier, earlier.node, path)
                if found is not None:
                    return found
    return None


def copied_text(step: Step, path: str) -> str | None:
    """Text of such a file; None if it is not certain or cannot be read."""
    context = step.stage.build.context
    source = copied_source(step, path) if context is not None else None
    return context.read(source, _READ_LIMIT) if source is not None and context is not None else None


def _through(step: Step, node: Transfer, path: str) -> str | None:
    """Where a COPY takes the file at ``path`` from, if it does."""
    build = step.stage.build
    dest = step.expand(node.dest.text)
    if not isinstance(dest, Known) or build.context is None:
        return None
    target = dest.text
    if not target.startswith("/"):
        if not isinstance(step.workdir, Known):
            return None
        target = step.workdir.text + "/" + target
    into_dir = target.endswith(("/", "/.")) or dest.text in (".", "./") or len(node.sources) > 1
    target = clean_path(target)
    for word in node.sources:
        value = step.expand(word.text)
        if isinstance(value, Known):
            inner = _inner(step, node, value.text, target, path, into_dir)
            if inner is not None:
                return inner
    return None


def _inner(step: Step, node: Transfer, source: str, target: str, path: str, into_dir: bool) -> str | None:
    build = step.stage.build
    context = build.context
    assert context is not None
    flag = node.flag("from")
    base = source.rstrip("/").rsplit("/", 1)[-1]
    prefix = target.rstrip("/") + "/"
    if flag is not None:
        reference = step.expand(flag.value or "")
        stage = build.stage_named(reference.text, step.stage.index) if isinstance(reference, Known) else None
        if stage is None or not stage.steps:
            return None
        last = stage.steps[-1]
        for candidate in (source, source.rstrip("/") + "/" + path[len(prefix) :] if path.startswith(prefix) else ""):
            if candidate and (path in (target, prefix + base) or candidate != source):
                found = copied_source(_AtEnd(last), candidate)  # type: ignore[arg-type]
                if found is not None:
                    return found
        return None
    source = clean_path("/" + source).lstrip("/")
    if any(char in source for char in "*?["):
        if not path.startswith(prefix):
            return None
        matches = [item for item in context.glob(source) if item.rsplit("/", 1)[-1] == path[len(prefix) :]]
        return matches[0] if matches else None
    if source == "" or context.is_dir(source):
        if not path.startswith(prefix):
            return None
        candidate = (source + "/" if source else "") + path[len(prefix) :]
        return candidate if context.is_file(candidate) and not context.ignored(candidate) else None
    if path == (prefix + base if into_dir else target) or (not into_dir and path == prefix + base):
        return source if context.is_file(source) and not context.ignored(source) else None
    return None


class _AtEnd:
    """A step's place just after the last step of its stage, for looking back over all of them."""

    def __init__(self, last: Step) -> None:
        self.stage = last.stage
        self.index = last.index + 1
        self.workdir = last.stage.after.workdir
