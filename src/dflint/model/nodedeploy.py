"""``pnpm deploy``: a folder that holds one package with its modules, the members it needs copied in.

Source: the pnpm documentation ("pnpm deploy"); what is copied of each package is what npm would publish (``files``,
else everything but ``node_modules``; the file that ``main`` names always). Seen with pnpm 8, 9, 10 and 12.
"""

from __future__ import annotations

from dflint.context.workspace.paths import glob_match
from dflint.model.nodesite import Installed
from dflint.model.ops import ABSENT, Op, Place, inside
from dflint.model.step import clean_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dflint.context.workspace import Event, Package
    from dflint.model.filesystem import View
    from dflint.model.nodesite import Site
    from dflint.model.step import Step
    from dflint.shell import Command

# Files that npm packs whatever ``files`` says.
_ALWAYS = ("package.json", "readme", "license", "licence")
_HOOKS = ("preinstall", "install", "postinstall", "prepare", "prepack", "prepublish", "prepublishOnly")
_IGNORES = (".npmignore", ".gitignore")


class Deployed(Installed):
    """The modules of a deployed folder: ``members`` are the packages of the workspace that are copied into it."""

    __slots__ = ("command", "members", "step")

    def __init__(self, site: Site, package: Package, members: Sequence[Package], step: Step, command: Command) -> None:
        super().__init__(site, package, lambda other: True)
        self.members = tuple(members)
        self.step = step
        self.command = command

    def links(self, member: Package) -> bool:
        return member in self.members

    def may_build(self, member: Package) -> bool:
        """Whether a script of the member that the deploy may run could build it."""
        return any(name in member.scripts for name in _HOOKS)

    def holds(self, package: Package, name: str) -> bool:
        return True


class Deploys(Op):
    """The folder ``dest`` that a deploy fills, seen from the files before it."""

    __slots__ = ("deployed", "dest", "view")

    def __init__(self, deployed: Deployed, dest: str, view: View) -> None:
        super().__init__(deployed.step)
        self.deployed = deployed
        self.dest = dest
        self.view = view

    def prefixes(self) -> Collection[str]:
        return (self.dest,)

    def find(self, path: str) -> Place | None:
        rest = inside(path, self.dest)
        if not rest:
            return None
        package = self.deployed.package
        assert package is not None
        if not rest.startswith("node_modules/"):
            return self._copied(package, rest)
        for member in self.deployed.members:
            inner = inside(rest, f"node_modules/{member.name}") if member.name is not None else None
            if inner and not inner.startswith("node_modules/"):
                return self._copied(member, inner)
        return Place("made", by=self.deployed, step=self.step)

    def _copied(self, package: Package, inner: str) -> Place:
        image = self.deployed.site.image(package.path(inner))
        packed = is_packed(package, inner, self.view, self.deployed.site)
        if image is None or packed is None:
            return Place("unknown", why="it is not known what pnpm deploy copies", step=self.step)
        return self.view.find(image) if packed else ABSENT


def is_packed(package: Package, inner: str, view: View, site: Site) -> bool | None:
    """Whether npm would publish a file of a package (relative to it); None if that is not known."""
    if inner.startswith((".git/", "node_modules/")):
        return False
    main = package.raw.get("main")
    if inner.lower().startswith(_ALWAYS) or (isinstance(main, str) and inner == main.removeprefix("./")):
        return True
    files = package.raw.get("files")
    if isinstance(files, list):
        patterns = [item for item in files if isinstance(item, str)]
        if any(pattern.startswith("!") for pattern in patterns):
            return None
        return any(_selects(pattern.removeprefix("./").strip("/"), inner) for pattern in patterns)
    for name in _IGNORES:
        image = site.image(package.path(name))
        if image is None or view.find(image).kind != "absent":
            return None
    return True


def _selects(pattern: str, inner: str) -> bool:
    """Whether an entry of ``files`` (a file, a folder or a glob) selects a file."""
    parts = inner.split("/")
    return any(glob_match(pattern, "/".join(parts[:count])) for count in range(1, len(parts) + 1)) or pattern in (
        "",
        ".",
    )


def deploy(event: Event, site: Site, view: View, step: Step, command: Command) -> Deploys | None:
    """The operation of a deploy; None if its place or its package is not known."""
    package = event.package
    out = next((flag[len("out=") :] for flag in event.flags if flag.startswith("out=")), None)
    if package is None or out is None:
        return None
    if out.startswith("/"):
        dest: str | None = out.rstrip("/")
    else:
        base = site.image(event.cwd)
        dest = clean_path(f"{base}/{out}") if base is not None else None
    if not dest:
        return None
    production = bool(event.flags & {"--prod", "-P", "--production"})
    members = [each for each in site.workspace.closure([package], production=production) if each is not package]
    return Deploys(Deployed(site, package, members, step, command), dest, view)
