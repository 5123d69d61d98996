"""The graph of each build: workspaces, stages, what is where, and the findings that come of it."""

from __future__ import annotations

from dflint.api.results import RunError
from dflint.model.graphparts import BuildGraph, FileGraph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.api import RunOptions
    from dflint.api.jobs import Job
    from dflint.engine.runner import BuildInput
    from dflint.findings import Finding
    from dflint.model import Build
    from dflint.model.nodeneeds import Needs

__all__ = ["FileGraph", "iter_graphs"]


def iter_graphs(paths: Sequence[str], options: RunOptions | None = None) -> Iterator[FileGraph | RunError]:
    """The graphs of the builds that files, folders, compose and bake files describe, one after the other.

    Raises ConfigError at the first step for a command line that cannot be used.
    """
    from dflint.api import RunOptions
    from dflint.api.jobs import find_jobs
    from dflint.model import Build

    for job in find_jobs(paths, options or RunOptions()):
        if isinstance(job, RunError):
            yield job
            continue
        for given in job.builds:
            build = Build(job.file, given.config, given.context)
            root = given.context.root if given.context is not None else None
            findings = _findings(job, given, build)
            yield FileGraph(job.source.path, given.service, root, given.certain, _graph(build), findings)


def _graph(build: Build) -> BuildGraph:
    from dflint.model.buildgraph import Grapher, called_projects, stage_nodes
    from dflint.rules._workspace import needs_of

    needs = needs_of(build)
    if needs is None:
        known = "no package.json in the context, or no JavaScript in the Dockerfile"
        note = known if build.context is not None else "the context is not known"
        graph = BuildGraph((), stage_nodes(build), (), note)
    else:
        graph = Grapher(needs).graph()
    graph.projects = called_projects(build)
    _mark_wants(graph, build, needs)
    if needs is not None:
        _mark_lacks(graph, needs)
    return graph


def _mark_wants(graph: BuildGraph, build: Build, needs: Needs | None) -> None:
    """Add the files that commands of any tool read and do not find, to the stage in which they do not."""
    from dflint.model.buildgraph import line_of
    from dflint.model.graphparts import Lacking
    from dflint.rules._wants import wants_of

    for want in wants_of(build):
        workspace = needs.node.workspace(want.path) if needs is not None else None
        owner = workspace.package_at(want.path) if workspace is not None else None
        folder = owner.dir if owner is not None else None
        graph.stages[want.step.stage.index].lacking.append(
            Lacking(line_of(want.step), want.kind, want.state, want.path, folder, want.owner, want.needed_by)
        )


def _mark_lacks(graph: BuildGraph, needs: Needs) -> None:
    """Add the packages that nobody has built, or that the image cannot load, to the stage in which they are needed."""
    from dflint.model.buildgraph import line_of
    from dflint.model.graphparts import Lacking
    from dflint.rules._workspace import lacks, unloadable

    for lack in lacks(needs):
        step = lack.happening.step
        graph.stages[step.stage.index].lacking += [
            Lacking(
                line_of(step), "output", "unbuilt", m.entry, m.package.dir, m.use.name, m.use.importer.label, m.script
            )
            for m in lack.missing
        ]
    final = needs.node.build.final
    if final is None:
        return
    for each in unloadable(needs):
        member = each.member
        part, owner = ("modules", each.importer) if member is None else ("output", member)
        graph.stages[final.index].lacking.append(
            Lacking(
                line_of(each.program.step), part, each.reason, each.entry, owner.dir, each.name, each.importer.label,
                each.script,
            )
        )  # fmt: skip


def _findings(job: Job, given: BuildInput, build: Build) -> dict[int, list[tuple[int, Finding]]]:
    from dflint.engine.runner import run_rules

    starts = [stage.node.span.start for stage in build.stages]
    found: dict[int, list[tuple[int, Finding]]] = {}
    for finding in run_rules(job.file, job.settings, [given]):
        if finding.category == "build":
            stage = max(sum(start <= finding.span.start for start in starts) - 1, 0)
            line = job.source.lines.position(finding.span.start)[0]
            found.setdefault(stage, []).append((line, finding))
    return found
