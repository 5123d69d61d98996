"""Rule wrong-build-context."""

from __future__ import annotations

from dflint.context.paths import join
from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._common import context_sources, outside_source
from dflint.rules._workspace import command_span, needs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("wrong-build-context")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Installs and copies that need what the repository has outside of the build context."""
    context = ctx.context
    found = context.enclosing() if context is not None and ctx.context_certain else None
    if found is None:
        return
    folder = found[1]
    whose = f" of service '{ctx.build.config.service}'" if ctx.build.config.service is not None else ""
    for _, word, _ in context_sources(ctx):
        path = outside_source(ctx, word)
        if path is not None:
            top = _shared(path, folder)
            yield ctx.finding(
                word.span, "copy", notes=[_advice(ctx, top, folder, path)], source=word.text, path=path,
                folder=folder, whose=whose, top=top or "the repository's root",
            )  # fmt: skip
    needs = needs_of(ctx.build)
    if needs is None:
        return
    from dflint.model.nodeoutside import outside

    for each in outside(needs.node):
        happening = each.happening
        top = _shared(each.root, folder)
        manifest = Note(f"it asks for '{each.wanted}'", each.package.path("package.json"))
        yield ctx.finding(
            command_span(happening.step, happening.command),
            notes=[manifest, _advice(ctx, top, folder, join(folder, each.package.path("package.json")))],
            manager=each.manager, package=each.package.label, name=each.name, member=each.member.dir, folder=folder,
            whose=whose, top=top or "the repository's root",
        )  # fmt: skip


def _shared(path: str, folder: str) -> str:
    """The innermost folder of the repository that holds a path and the context."""
    one, two = path.split("/"), folder.split("/")
    same = 0
    while same < min(len(one), len(two)) and one[same] == two[same]:
        same += 1
    return "/".join(one[:same])


def _advice(ctx: RuleContext, top: str, folder: str, example: str) -> Note:
    """What to write where the build is described, and what changes in the Dockerfile."""
    inner = folder[len(top) :].lstrip("/")
    name = ctx.source.path.rpartition("/")[2]
    source = example[len(top) :].lstrip("/")
    where = f"{ctx.build.config.service}: " if ctx.build.config.service is not None else ""
    up = "/".join([".."] * (inner.count("/") + 1))
    return Note(
        f"{where}set 'context' to {up} seen from {folder}, 'dockerfile' to the path of this {name} there, and write "
        f"the sources of COPY from there too: 'COPY {source} ...'"
    )
