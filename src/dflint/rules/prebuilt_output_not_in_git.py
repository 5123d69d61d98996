"""Rule prebuilt-output-not-in-git."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.rules._common import context_sources
from dflint.rules._workspace import needs_of
from dflint.syntax.nodes import Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context.workspace import Package, Workspace
    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model.nodeneeds import Needs


@rule("prebuilt-output-not-in-git")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Outputs of workspace packages that come from the machine that builds the image, and that git does not have."""
    needs = needs_of(ctx.build)
    if needs is None:
        return
    reported: set[str] = set()
    for _, word, path in context_sources(ctx):
        found = _output(needs, path)
        if found is not None:
            package, script = found
            reported.add(package.dir)
            yield ctx.finding(
                word.span, notes=[Note(f"its script '{script}' makes it", package.path("package.json"))],
                path=path, package=package.label,
            )  # fmt: skip
    yield from _implied(ctx, needs, reported)


def _output(needs: Needs, path: str) -> tuple[Package, str] | None:
    """The package whose build output a copied path is, if git ignores the path, and the script that makes it."""
    from dflint.model.nodeneeds import producer

    context = needs.node.context
    if not path or context.ignored(path) or not _git_ignored(needs, path):
        return None
    workspace = needs.node.workspace(path)
    package = workspace.package_at(path) if workspace is not None else None
    if workspace is None or package is None or package.dir == path or not _used(workspace, package):
        return None
    script = producer(workspace, package, path + "/index.js") or producer(workspace, package, path)
    return (package, script) if script is not None else None


def _git_ignored(needs: Needs, path: str) -> bool:
    """Whether git ignores a path, or (where nothing is there to be asked about) what would be in it."""
    context = needs.node.context
    return context.git_ignored(path) or (not context.exists(path) and context.git_ignored(path + "/index.js"))


def _used(workspace: Workspace, package: Package) -> bool:
    return package is not workspace.root_package and any(
        package in workspace.needs(other) for other in workspace.packages
    )


def _implied(ctx: RuleContext, needs: Needs, reported: set[str]) -> Iterator[Finding]:
    """Outputs that a copy of a whole folder brings along and that a build step lives on."""
    build = needs.node.build
    for stage in build.stages:
        if stage.index not in build.needed:
            continue
        for happening in needs.node.happenings(stage):
            if not happening.certain or happening.event.lifecycle:
                continue
            for use, place in needs.host_built(happening):
                step = place.step
                if use.package.dir in reported or step is None or not isinstance(step.node, Transfer) or step.trigger:
                    continue
                reported.add(use.package.dir)
                consumer = happening.event.package.label if happening.event.package is not None else ""
                yield ctx.finding(
                    step.node.code_span, "along",
                    notes=[Note(f"'{consumer}' is built here", span=happening.command.span)],
                    path=place.path, package=use.package.label, consumer=consumer,
                )  # fmt: skip
