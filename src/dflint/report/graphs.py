"""`dflint graph` for people and as JSON: workspaces, stages, and what of each package is in each stage."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dflint.findings import Finding
    from dflint.model.graphparts import (
        FileGraph,
        PackageNode,
        PackageState,
        Presence,
        StageEvent,
        StageNode,
        WorkspaceNode,
    )
    from dflint.report import Style

FORMATS = ("text", "json", "dot", "mermaid")
PARTS = ("manifest", "source", "output", "modules")
_SHOWN = 40
_NAMED = 4
_LEGEND = (
    "copied 7: line 7 copies it from the build context; built 9: line 9 makes it; via 12: line 12 brings it from"
    " another stage; -: it is not in the stage; MISSING: it is not and something there needs it\n"
)


def render_graphs(format: str, graphs: Iterable[FileGraph], style: Style) -> Iterator[str]:
    """The graphs in one of ``FORMATS``."""
    if format == "json":
        return render_graphs_json(graphs)
    if format == "text":
        return render_graphs_text(graphs, style)
    from dflint.report.graphdraw import render_dot, render_mermaid

    return render_dot(graphs) if format == "dot" else render_mermaid(graphs)


# -- text -----------------------------------------------------------------------------------------------------


def render_graphs_text(graphs: Iterable[FileGraph], style: Style) -> Iterator[str]:
    """One block per build; what the words in the tables mean is told at the end."""
    from dflint.report.display import visible

    told = False
    for each in graphs:
        service = f" (service {visible(each.service)})" if each.service else ""
        guess = "" if each.certain else ", which is a guess"
        where = f"context {visible(each.context)}{guess}" if each.context is not None else "context not known"
        yield f"{visible(each.path)}{service}, {where}\n"
        for workspace in each.graph.workspaces:
            yield from _workspace(workspace, style)
        for project in each.graph.projects[:_SHOWN]:
            needs = f", needs {_named(project.needs, 12)}" if project.needs else ""
            yield f"  project {visible(project.label)} ({project.tool}, {visible(project.manifest)}){needs}\n"
        if each.graph.note:
            yield f"  no workspace: {each.graph.note}\n"
        for stage in each.graph.stages:
            yield from _stage(stage, each.findings.get(stage.index, ()), style)
            told = told or bool(stage.packages)
        for start in each.graph.starts:
            names = _named([need.label for need in start.needs])
            needs = f", which needs {names}" if names else ""
            yield f"  line {start.line} starts {visible(start.file)} of {visible(start.package.label)}{needs}\n"
        yield "\n"
    if told:
        from dflint.report.display import wrap

        yield wrap(_LEGEND, style.width)


def _workspace(node: WorkspaceNode, style: Style) -> Iterator[str]:
    from dflint.report.display import visible, wrap

    workspace = node.workspace
    settings = workspace.settings
    manager = (
        f"{settings.manager or 'package manager not known'}{'' if settings.major is None else f' {settings.major}'}"
    )
    if workspace.members:
        matter = f"{len(workspace.members)} members, {_count(node)} of them matter for this build"
        yield f"  workspace {visible(workspace.root) or '.'} ({manager}, {settings.linker} node_modules): {matter}\n"
    else:
        yield f"  package {visible(workspace.root) or '.'} ({manager}), no workspace\n"
    for each in node.packages[:_SHOWN]:
        package = each.package
        yield f"    {visible(package.label)}  {visible(package.dir) or '.'}\n"
        if each.needs:
            yield (
                "      " + wrap(f"needs {_named([n.label for n in each.needs], 12)}", style.width, "        ", 6) + "\n"
            )
        for entry in each.entries:
            what = (
                f"entry {visible(entry.file)} for {'/'.join(entry.purposes)}" if entry.purposes else visible(entry.file)
            )
            yield f"      {what}: {_made(entry.kind, entry.script)}\n"
    if len(node.packages) > _SHOWN:
        yield f"    and {len(node.packages) - _SHOWN} more; --format json lists them\n"


def _count(node: WorkspaceNode) -> int:
    return sum(each.package is not node.workspace.root_package for each in node.packages)


def _made(kind: str, script: str | None) -> str:
    from dflint.report.display import visible

    if kind == "source":
        return "a source file, no build needed"
    return f"its script '{visible(script)}' makes it" if script is not None else "nothing is known to make it"


def _named(names: Sequence[str], limit: int = _NAMED) -> str:
    """The first names, and how many more there are."""
    from dflint.report.display import visible

    shown = ", ".join([visible(name) for name in names[:limit]])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown


def _stage(stage: StageNode, findings: Iterable[tuple[int, Finding]], style: Style) -> Iterator[str]:
    from dflint.report.display import visible, wrap
    from dflint.report.text import PAINT, paint

    rest = "" if stage.in_image else ", not part of the image" if stage.needed else ", not run by this build"
    yield f"  stage {visible(stage.label)}, line {stage.line}: FROM {visible(stage.reference)}{rest}\n"
    for source, lines in _sources(stage):
        yield f"    takes from {visible(source)} at line {_named([str(line) for line in lines], 8)}\n"
    for text in _events(stage.events):
        yield "    " + wrap(text, style.width, "      ", 4) + "\n"
    yield from _table(stage, style)
    for missing in stage.lacking:
        if missing.path and (missing.part in ("lock", "config") or missing.folder is None):
            yield f"    line {missing.line} needs {visible(missing.path)}, which is not there\n"
    for line, finding in findings:
        text = wrap(f"! line {line} {finding.rule}: {visible(finding.message)}", style.width, "      ", 4)
        yield "    " + paint(text, PAINT[finding.severity], style) + "\n"


def _sources(stage: StageNode) -> list[tuple[str, list[int]]]:
    found: dict[str, list[int]] = {}
    for each in stage.copies:
        found.setdefault(each.source, []).append(each.line)
    return list(found.items())


def _events(events: Sequence[StageEvent]) -> Iterator[str]:
    """What commands do, the same doing of one line as one sentence."""
    groups: dict[tuple[int, str], list[StageEvent]] = {}
    for event in events:
        groups.setdefault((event.line, event.kind), []).append(event)
    for (line, kind), group in groups.items():
        labels = list(dict.fromkeys(event.package.label for event in group if event.package is not None))
        tools = list(dict.fromkeys(event.tool for event in group if event.tool is not None))
        if kind == "unknown":
            what = "not understood: " + _named(list(dict.fromkeys(event.why for event in group)))
        elif kind == "install":
            what = "installs"
        elif kind in ("prune", "trim"):
            what = "prunes the workspace" if kind == "prune" else "removes modules that are not needed any more"
        else:
            what = f"{kind}s {_named(labels) or 'outside of the packages'} ({_named(tools)})"
        yield f"line {line} {what}"


def _table(stage: StageNode, style: Style) -> Iterator[str]:
    """The packages as rows, their parts as columns, and below what is not known."""
    from dflint.report.display import visible
    from dflint.report.text import paint

    missing = _missing(stage)
    if not missing and all(each.is_absent for each in stage.packages):
        if stage.packages:
            yield "    holds nothing of the packages\n"
        return
    rows = [("package", "manifest", "source", "output", "node_modules")]
    doubts: dict[str, None] = {}
    for each in stage.packages[:_SHOWN]:
        cells = [_cell(each, part, missing, doubts) for part in PARTS]
        rows.append((visible(each.package.label), *cells))  # type: ignore[arg-type]
    sizes = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        line = "    " + "  ".join([f"{cell:<{size}}" for cell, size in zip(row, sizes, strict=True)])
        yield line.rstrip().replace("MISSING", paint("MISSING", "1;31", style)) + "\n"
    if len(stage.packages) > _SHOWN:
        yield f"    and {len(stage.packages) - _SHOWN} more packages\n"
    for why in doubts:
        yield f"    ?: {visible(why)}\n"


def _missing(stage: StageNode) -> set[tuple[str, str]]:
    """The parts that something in the stage needs and does not find: (folder, part)."""
    found: set[tuple[str, str]] = set()
    for each in stage.lacking:
        if each.folder is not None:
            found.add((each.folder, each.part))
            if each.part == "output":
                found.add((each.folder, "manifest"))
    return found


def _cell(each: PackageState, part: str, missing: set[tuple[str, str]], doubts: dict[str, None]) -> str:
    presence = each.parts[part]
    if presence is None:
        return ""
    if presence.state == "absent":
        return "MISSING" if (each.package.dir, part) in missing else "-"
    if presence.state == "unknown":
        doubts[presence.why] = None
        return "?"
    word = "installed" if part == "modules" else presence.state
    via = f" via {presence.via}" if presence.via is not None else ""
    return f"{word} {presence.line}{via}"


# -- json -----------------------------------------------------------------------------------------------------


def render_graphs_json(graphs: Iterable[FileGraph]) -> Iterator[str]:
    """A flat array, one object per build. Packages are told apart by their folder in the context, stages by index."""
    import json

    yield json.dumps([_build(each) for each in graphs], indent=1, ensure_ascii=True) + "\n"


def _build(each: FileGraph) -> dict[str, object]:
    found: dict[str, object] = {"path": each.path}
    if each.service is not None:
        found["service"] = each.service
    found |= {"context": each.context, "context_certain": each.certain, "note": each.graph.note or None}
    found["workspaces"] = [_workspace_object(node) for node in each.graph.workspaces]
    found["projects"] = [
        {"tool": p.tool, "folder": p.dir, "name": p.label, "manifest": p.manifest, "needs": list(p.needs)}
        for p in each.graph.projects
    ]
    found["stages"] = [_stage_object(stage, each.findings.get(stage.index, ())) for stage in each.graph.stages]
    found["starts"] = [
        {"line": s.line, "file": s.file, "package": s.package.dir, "needs": [need.dir for need in s.needs]}
        for s in each.graph.starts
    ]
    return found


def _workspace_object(node: WorkspaceNode) -> dict[str, object]:
    workspace = node.workspace
    settings = workspace.settings
    return {
        "language": "javascript",
        "root": workspace.root,
        "manager": settings.manager,
        "major": settings.major,
        "linker": settings.linker,
        "members": len(workspace.members),
        "packages": [_package_object(each) for each in node.packages],
    }


def _package_object(each: PackageNode) -> dict[str, object]:
    return {
        "folder": each.package.dir,
        "name": each.package.name,
        "version": each.package.version,
        "needs": [need.dir for need in each.needs],
        "runtime_needs": [need.dir for need in each.runtime],
        "entries": [
            {"file": entry.file, "kind": entry.kind, "script": entry.script, "for": list(entry.purposes)}
            for entry in each.entries
        ],
    }


def _stage_object(stage: StageNode, findings: Iterable[tuple[int, Finding]]) -> dict[str, object]:
    return {
        "index": stage.index,
        "name": stage.name,
        "line": stage.line,
        "from": stage.reference,
        "parent": stage.parent,
        "built": stage.needed,
        "in_image": stage.in_image,
        "copies": [{"line": each.line, "from": each.source, "stage": each.stage} for each in stage.copies],
        "events": [
            {
                "line": event.line,
                "kind": event.kind,
                "package": event.package.dir if event.package is not None else None,
                "tool": event.tool,
                "script": event.script,
                "why": event.why or None,
            }
            for event in stage.events
        ],
        "packages": [
            {"folder": each.package.dir, **{part: _presence(each.parts[part]) for part in PARTS}}
            for each in stage.packages
        ],
        "missing": [
            {
                "line": each.line,
                "part": each.part,
                "reason": each.reason,
                "path": each.path or None,
                "folder": each.folder,
                "name": each.name,
                "needed_by": each.needed_by,
                "script": each.script or None,
            }
            for each in stage.lacking
        ],
        "findings": [
            {"line": line, "name": finding.rule, "severity": finding.severity, "message": finding.message}
            for line, finding in findings
        ],
    }


def _presence(presence: Presence | None) -> dict[str, object] | None:
    if presence is None:
        return None
    return {"state": presence.state, "line": presence.line, "via": presence.via, "why": presence.why or None}
