"""`dflint graph` as drawings: Graphviz and Mermaid. Both draw the same boxes and arrows.

Sources: the Graphviz documentation ("The DOT Language": quoted strings, clusters), the Mermaid documentation
("Flowcharts": subgraphs, quoted labels, entity codes, classes).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dflint.model.graphparts import FileGraph, StageNode

_SHOWN = 40


class _Drawing:
    """The boxes and arrows of one build: boxes as (id, lines of the label, missing), arrows as (from, to, label, kind).

    Kinds of arrows: ``from`` (FROM), ``copy`` (COPY --from), ``need`` (a package needs another), ``in`` (parts of a
    package are in a stage), ``missing`` (parts that are not and are needed).
    """

    def __init__(self, number: int, each: FileGraph) -> None:
        self.key = f"b{number}"
        self.title = each.path + (f" (service {each.service})" if each.service else "")
        self.packages: list[tuple[str, list[str], bool]] = []
        self.stages: list[tuple[str, list[str], bool]] = []
        self.images: dict[str, str] = {}
        self.arrows: list[tuple[str, str, str, str]] = []
        self._known: dict[str, str] = {}
        for workspace in each.graph.workspaces:
            for node in workspace.packages[:_SHOWN]:
                self._known[node.package.dir] = f"{self.key}p{len(self._known)}"
                entries = [f"{entry.file}: {entry.kind}" for entry in node.entries]
                label = [node.package.label, node.package.dir or ".", *entries]
                self.packages.append((self._known[node.package.dir], label, False))
        for workspace in each.graph.workspaces:
            for node in workspace.packages[:_SHOWN]:
                for need in node.needs:
                    self._arrow(self._known[node.package.dir], self._known.get(need.dir), "needs", "need")
        for stage in each.graph.stages:
            self._stage(stage, [finding.rule for _, finding in each.findings.get(stage.index, ())])

    def _stage(self, stage: StageNode, rules: list[str]) -> None:
        name = f"{self.key}s{stage.index}"
        label = [f"stage {stage.label}", f"line {stage.line}", *dict.fromkeys(rules)]
        self.stages.append((name, label, bool(stage.lacking or rules)))
        parent = f"{self.key}s{stage.parent}" if stage.parent is not None else self._image(stage.reference)
        self._arrow(parent, name, "FROM", "from")
        sources: dict[str, list[int]] = {}
        for each in stage.copies:
            other = f"{self.key}s{each.stage}" if each.stage is not None else self._image(each.source)
            sources.setdefault(other, []).append(each.line)
        for other, lines in sources.items():
            self._arrow(other, name, f"COPY {', '.join([str(line) for line in lines])}", "copy")
        for state in stage.packages:
            here = [part for part, found in state.parts.items() if found is not None and found.state != "absent"]
            shown = [part if _certain(state.parts[part]) else f"{part}?" for part in here]
            if shown:
                self._arrow(self._known.get(state.package.dir), name, ", ".join(shown), "in")
        for lacking in stage.lacking:
            text = f"{lacking.part} {lacking.reason}, needed at line {lacking.line}"
            self._arrow(self._known.get(lacking.folder or ""), name, text, "missing")

    def _image(self, reference: str) -> str:
        return self.images.setdefault(reference, f"{self.key}i{len(self.images)}")

    def _arrow(self, start: str | None, end: str | None, label: str, kind: str) -> None:
        if start is not None and end is not None:
            self.arrows.append((start, end, label, kind))


def _certain(found: object) -> bool:
    return getattr(found, "state", "unknown") != "unknown"


# -- Graphviz -------------------------------------------------------------------------------------------------

_DOT_ARROWS = {
    "from": "style=bold",
    "copy": "style=dashed",
    "need": "arrowhead=open",
    "in": "style=dotted",
    "missing": 'color="#b00020", fontcolor="#b00020", style=bold',
}
_DOT_MISSING = ', color="#b00020", fontcolor="#b00020"'


def render_dot(graphs: Iterable[FileGraph]) -> Iterator[str]:
    """One digraph with a cluster for each build."""
    yield "digraph dflint {\n  rankdir=LR;\n"
    yield '  node [shape=box, fontname="sans-serif"];\n  edge [fontname="sans-serif"];\n'
    for number, each in enumerate(graphs):
        drawing = _Drawing(number, each)
        yield f"  subgraph cluster_{drawing.key} {{\n    label={_dot([drawing.title])};\n"
        for name, label, _ in drawing.packages:
            yield f'    {name} [label={_dot(label)}, shape=component, style=filled, fillcolor="#eef3fb"];\n'
        for name, label, missing in drawing.stages:
            yield f"    {name} [label={_dot(label)}{_DOT_MISSING if missing else ''}];\n"
        for reference, name in drawing.images.items():
            yield f"    {name} [label={_dot([reference])}, shape=ellipse];\n"
        for start, end, text, kind in drawing.arrows:
            yield f"    {start} -> {end} [label={_dot([text])}, {_DOT_ARROWS[kind]}];\n"
        yield "  }\n"
    yield "}\n"


def _dot(lines: Iterable[str]) -> str:
    """A quoted string; ``\\n`` parts lines."""
    from dflint.report.display import visible

    escaped = [visible(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return '"' + "\\n".join(escaped) + '"'


# -- Mermaid --------------------------------------------------------------------------------------------------

_MERMAID_ARROWS = {"from": "==>", "copy": "-.->", "need": "-->", "in": "-.->", "missing": "--x"}
# What would end a label or start markup in it, as entity codes.
_MERMAID_CODES = {'"': "#quot;", "#": "#35;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "\\": "#92;"}


def render_mermaid(graphs: Iterable[FileGraph]) -> Iterator[str]:
    """One flowchart with a subgraph for each build."""
    yield "flowchart LR\n"
    broken: list[str] = []
    for number, each in enumerate(graphs):
        drawing = _Drawing(number, each)
        yield f"  subgraph {drawing.key}[{_mermaid([drawing.title])}]\n"
        for name, label, _ in drawing.packages:
            yield f"    {name}[[{_mermaid(label)}]]\n"
        for name, label, missing in drawing.stages:
            yield f"    {name}[{_mermaid(label)}]\n"
            broken += [name] if missing else []
        for reference, name in drawing.images.items():
            yield f"    {name}([{_mermaid([reference])}])\n"
        yield "  end\n"
        for start, end, text, kind in drawing.arrows:
            yield f"  {start} {_MERMAID_ARROWS[kind]}|{_mermaid([text])}| {end}\n"
    yield "  classDef missing stroke:#b00020,color:#b00020\n"
    if broken:
        yield f"  class {','.join(broken)} missing\n"


def _mermaid(lines: Iterable[str]) -> str:
    """A quoted label; ``<br/>`` parts lines."""
    from dflint.report.display import visible

    return '"' + "<br/>".join(["".join([_MERMAID_CODES.get(c, c) for c in visible(line)]) for line in lines]) + '"'
