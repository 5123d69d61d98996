"""The parts of the graph that ``dflint graph`` prints: packages, stages, and what of the packages is in each stage."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from dflint.context.projects import Project
    from dflint.context.workspace import Package, Workspace
    from dflint.findings import Finding

    # copied: from the build context; built: a command of the build writes it.
    State = Literal["copied", "built", "absent", "unknown"]
    # source: a file of the context that git keeps; built: a script makes it; unknown: neither is known.
    EntryKind = Literal["source", "built", "unknown"]
    EventKind = Literal["install", "build", "run", "trim", "prune", "unknown"]


class Presence:
    """Whether a part of a package is in a stage.

    line  of the instruction that copies it from the context or makes it. via: line of the stage's own instruction
          that brings it from another stage. why: what is not known.
    """

    __slots__ = ("line", "state", "via", "why")

    def __init__(self, state: State, line: int | None = None, via: int | None = None, why: str = "") -> None:
        self.state: State = state
        self.line = line
        self.via = via
        self.why = why

    def __repr__(self) -> str:
        return f"Presence({self.state!r}, {self.line}, {self.via})"


class Entry:
    """A file that an import of a package means, or a folder that its build makes.

    file      relative to the package. purposes: to whom an import means it (types, bundle, node); none: to nobody.
    script    of the package, that makes the file (kind built).
    """

    __slots__ = ("file", "kind", "purposes", "script")

    def __init__(self, file: str, kind: EntryKind, script: str | None, purposes: tuple[str, ...]) -> None:
        self.file = file
        self.kind: EntryKind = kind
        self.script = script
        self.purposes = purposes


class PackageNode:
    """A package that matters for a build, with the members that it needs directly and its entries."""

    __slots__ = ("entries", "needs", "package", "runtime")

    def __init__(
        self, package: Package, needs: Sequence[Package], runtime: Sequence[Package], entries: Sequence[Entry]
    ) -> None:
        self.package = package
        self.needs = tuple(needs)
        self.runtime = tuple(runtime)
        self.entries = tuple(entries)


class WorkspaceNode:
    """A workspace (or a lone package) and those of its packages that matter for the build, the root's last."""

    __slots__ = ("packages", "workspace")

    def __init__(self, workspace: Workspace, packages: Sequence[PackageNode]) -> None:
        self.workspace = workspace
        self.packages = tuple(packages)


class PackageState:
    """What of a package is in a finished stage; None for a part that it does not have."""

    __slots__ = ("manifest", "modules", "output", "package", "source")

    def __init__(
        self,
        package: Package,
        manifest: Presence,
        source: Presence | None,
        output: Presence | None,
        modules: Presence | None,
    ) -> None:
        self.package = package
        self.manifest = manifest
        self.source = source
        self.output = output
        self.modules = modules

    @property
    def is_absent(self) -> bool:
        """Whether nothing of the package is in the stage, for certain."""
        return all(part is None or part.state == "absent" for part in self.parts.values())

    @property
    def parts(self) -> dict[str, Presence | None]:
        """The parts by name."""
        return {"manifest": self.manifest, "source": self.source, "output": self.output, "modules": self.modules}


class StageEvent:
    """What a command of a stage does with packages: ``tool`` runs in ``package``, by its ``script`` if it has one."""

    __slots__ = ("kind", "line", "package", "script", "tool", "why")

    def __init__(
        self, kind: EventKind, line: int, package: Package | None, tool: str | None, script: str | None, why: str
    ) -> None:
        self.kind: EventKind = kind
        self.line = line
        self.package = package
        self.tool = tool
        self.script = script
        self.why = why


class Copies:
    """``COPY --from`` (or a mount) of a stage: ``source`` names the other stage, image or context."""

    __slots__ = ("line", "source", "stage")

    def __init__(self, line: int, source: str, stage: int | None) -> None:
        self.line = line
        self.source = source
        self.stage = stage


class Lacking:
    """Something that a command needs and that is not there.

    line    of the command. part: what it is of (output, modules, manifest, source, lock, config).
    reason  unbuilt: nothing makes it; uncopied: it is elsewhere; lost: no node_modules leads to it; ignored: an ignore
            file keeps it out; nowhere: the context does not have it.
    path    the file in the context ("" for a module from a registry). folder: that of its package, None outside of all.
    name    of the package, as it is imported. needed_by: whose code or manifest asks for it. script: what makes it.
    """

    __slots__ = ("folder", "line", "name", "needed_by", "part", "path", "reason", "script")

    def __init__(
        self,
        line: int,
        part: str,
        reason: str,
        path: str,
        folder: str | None,
        name: str,
        needed_by: str,
        script: str = "",
    ) -> None:
        self.line = line
        self.part = part
        self.reason = reason
        self.path = path
        self.folder = folder
        self.name = name
        self.needed_by = needed_by
        self.script = script


class Start:
    """What the image starts: the program's ``file`` (in the image) and the members that it may load."""

    __slots__ = ("file", "line", "needs", "package")

    def __init__(self, line: int, file: str, package: Package, needs: Sequence[Package]) -> None:
        self.line = line
        self.file = file
        self.package = package
        self.needs = tuple(needs)


class StageNode:
    """A stage.

    index, name  as in the file. line: of its FROM. reference: what FROM names; parent: the index of that stage.
    needed       whether this build runs it. in_image: whether it is part of the image and not only copied from.
    """

    __slots__ = (
        "copies", "events", "in_image", "index", "lacking", "line", "name", "needed", "packages", "parent",
        "reference",
    )  # fmt: skip

    def __init__(
        self, index: int, name: str | None, line: int, reference: str, parent: int | None, needed: bool, in_image: bool
    ) -> None:
        self.index = index
        self.name = name
        self.line = line
        self.reference = reference
        self.parent = parent
        self.needed = needed
        self.in_image = in_image
        self.copies: list[Copies] = []
        self.events: list[StageEvent] = []
        self.packages: list[PackageState] = []
        self.lacking: list[Lacking] = []

    @property
    def label(self) -> str:
        """Its name, else its number."""
        return self.name or str(self.index)


class BuildGraph:
    """One build: its workspaces, its stages, and what the image starts (Node programs only).

    note      why there is no workspace, where there is none.
    projects  those of the context that belong to other tools than JavaScript's which the Dockerfile calls.
    """

    __slots__ = ("note", "projects", "stages", "starts", "workspaces")

    def __init__(
        self, workspaces: Sequence[WorkspaceNode], stages: Sequence[StageNode], starts: Sequence[Start], note: str
    ) -> None:
        self.projects: Sequence[Project] = ()
        self.workspaces = tuple(workspaces)
        self.stages = tuple(stages)
        self.starts = tuple(starts)
        self.note = note


class FileGraph:
    """The graph of one build of a Dockerfile.

    Attributes:
        path: the Dockerfile, as users see it.
        service: the compose or bake name of the build, None for a file on its own.
        context: the folder of the build context, None where it is not known. certain: False if it is a guess.
        graph: workspaces and stages.
        findings: of category ``build``, by the index of the stage that they lie in, each with its line.
    """

    __slots__ = ("certain", "context", "findings", "graph", "path", "service")

    def __init__(
        self,
        path: str,
        service: str | None,
        context: str | None,
        certain: bool,
        graph: BuildGraph,
        findings: Mapping[int, Sequence[tuple[int, Finding]]],
    ) -> None:
        self.path = path
        self.service = service
        self.context = context
        self.certain = certain
        self.graph = graph
        self.findings = findings
