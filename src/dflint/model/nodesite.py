"""Where a workspace lies in an image, and what an install links there."""

from __future__ import annotations

from dflint.context.workspace.paths import below, join, relative
from dflint.model.step import clean_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from dflint.context.workspace import Package, Workspace
    from dflint.model.filesystem import View
    from dflint.model.nodeomits import Omission


class Site:
    """A workspace laid out in an image: ``root`` is the directory of the image that holds its root.

    ``root`` is None where the one package ``alone`` lies elsewhere than its place in the workspace.
    """

    __slots__ = ("alone", "alone_at", "root", "workspace")

    def __init__(self, workspace: Workspace, root: str | None, alone: Package | None, alone_at: str) -> None:
        self.workspace = workspace
        self.root = root
        self.alone = alone
        self.alone_at = alone_at

    def image(self, path: str) -> str | None:
        """Where a path of the context lies in the image; None if the layout does not say."""
        if self.root is not None and not self.workspace.root:
            return clean_path(f"{self.root}/{path}") if path else self.root
        if self.root is not None and below(path, self.workspace.root):
            return clean_path(f"{self.root}/{relative(path, self.workspace.root)}")
        if self.alone is not None and below(path, self.alone.dir):
            return clean_path(f"{self.alone_at}/{relative(path, self.alone.dir)}")
        return None

    def context(self, path: str) -> str | None:
        """The directory of the context that corresponds to one of the image."""
        if self.root is not None and below(path, self.root):
            return join(self.workspace.root, relative(path, self.root))
        if self.alone is not None and below(path, self.alone_at):
            return join(self.alone.dir, relative(path, self.alone_at))
        return None


class Installed:
    """What makes a node_modules folder: an install in ``site``.

    package  the package in whose folder it lies (None: a root without manifest). sees: whether the manifest of a
             package was there, so that it could be linked.
    omission  why it lacks devDependencies; False if it has them, None if that is not known.
    """

    __slots__ = ("omission", "package", "sees", "site")

    def __init__(
        self,
        site: Site,
        package: Package | None,
        sees: Callable[[Package], bool],
        omission: Omission | Literal[False] | None = None,
    ) -> None:
        self.site = site
        self.package = package
        self.sees = sees
        self.omission: Omission | Literal[False] | None = omission

    def links(self, member: Package) -> bool:
        """Whether the folder holds a link to a member of the workspace."""
        workspace = self.site.workspace
        settings = workspace.settings
        if not self.sees(member):
            return False
        if self.package is workspace.root_package and (settings.linker == "hoisted" or settings.hoists):
            return True
        isolated = settings.linker != "hoisted"
        return isolated and self.package is not None and member in workspace.needs(self.package)

    def holds(self, package: Package, name: str) -> bool:
        """Whether the folder, or a place it leads to, holds a package's dependency from a registry."""
        settings = self.site.workspace.settings
        if settings.linker == "hoisted" or self.package is package:
            return True
        if self.package is None or self.package is not self.site.workspace.root_package:
            return False
        return settings.hoists or name in self.package.specs

    def __repr__(self) -> str:
        return f"Installed({self.package!r})"


def visible_in(site: Site, view: View) -> Callable[[Package], bool]:
    """Whether a package's manifest is in the image, as a function that remembers its answers."""
    known: dict[str, bool] = {}

    def visible(package: Package) -> bool:
        found = known.get(package.dir)
        if found is None:
            place = site.image(package.path("package.json"))
            found = known[package.dir] = place is not None and view.has(place) is not False
        return found

    return visible


def rooted_in(site: Site, view: View) -> bool:
    """Whether the workspace's own declaration is in the image."""
    if site.root is None:
        return False
    return view.has(f"{site.root.rstrip('/')}/{site.workspace.settings.declaration}") is not False
