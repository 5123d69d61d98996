"""Events: the leaves of a command, after package scripts and task runners are resolved."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from dflint.context.workspace.package import Package
    from dflint.context.workspace.tools import Tool

    Kind = Literal["tool", "install", "trim", "deploy", "opaque", "prune"]


class Call:
    """A program that a command line starts by its name.

    cwd      the directory of the context in which it is looked for.
    sure     it runs for certain, and its failure fails the command. fetched: npx and the like download it if need be.
    """

    __slots__ = ("cwd", "fetched", "program", "sure")

    def __init__(self, program: str, cwd: str, sure: bool, fetched: bool) -> None:
        self.program = program
        self.cwd = cwd
        self.sure = sure
        self.fetched = fetched

    def __repr__(self) -> str:
        return f"Call({self.program!r}, {self.cwd!r})"


class Event:
    """One thing that happens.

    kind     tool: a known program runs; install: dependencies are installed; trim: some of them are removed again;
             deploy: ``pnpm deploy`` fills a folder; prune: ``turbo prune`` writes its output;
             opaque: something that is not understood runs and may write files.
    package  the package in whose folder it happens; None outside of all packages.
    cwd      its directory in the context.
    tool     what runs (kind tool). why: what is not understood (kind opaque).
    everywhere  an opaque event may build any package, not only its own.
    sure     it runs for certain, and its failure fails the command.
    script   the package script it comes from, lifecycle: that one is run by an install.
    selected  members that an install or a prune is restricted to; None: all.
    manager  the package manager that installs.
    calls    the programs that lead to it, the outermost first: task runners and wrappers, then the program itself.
    """

    __slots__ = (
        "calls", "cwd", "everywhere", "flags", "kind", "lifecycle", "manager", "package", "script", "selected", "sure",
        "tool", "why",
    )  # fmt: skip

    def __init__(
        self,
        kind: Kind,
        package: Package | None,
        cwd: str,
        *,
        tool: Tool | None = None,
        why: str = "",
        everywhere: bool = False,
        sure: bool = True,
        script: str | None = None,
        lifecycle: bool = False,
        selected: tuple[Package, ...] | None = None,
        flags: frozenset[str] = frozenset(),
        manager: str = "",
    ) -> None:
        self.kind: Kind = kind
        self.package = package
        self.cwd = cwd
        self.tool = tool
        self.why = why
        self.everywhere = everywhere
        self.sure = sure
        self.script = script
        self.lifecycle = lifecycle
        self.selected = selected
        self.flags = flags
        self.manager = manager
        self.calls: tuple[Call, ...] = ()

    def __repr__(self) -> str:
        where = self.package.label if self.package is not None else self.cwd
        what = self.tool.name if self.tool is not None else self.why
        return f"Event({self.kind} {where!r} {self.script or ''} {what!r}{'' if self.sure else ' unsure'})"
