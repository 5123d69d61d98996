"""Sources that a JavaScript build reads and that are not in the image: of the package that is built, and of members
that it uses in source form.

Certain or silent, as in ``nodeneeds``: a file counts as missing only if it is in the context, git keeps it, and every
file that the import could mean is known to be absent.
"""

from __future__ import annotations

from dflint.context.workspace.imports import SOURCE_ENDINGS
from dflint.context.workspace.paths import below, parent
from dflint.model.nodemanifests import Modules
from dflint.model.wants import Want
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.context.workspace import Package, Reach, Tool, Use
    from dflint.model.nodebuild import Happening
    from dflint.model.nodeneeds import Needs
    from dflint.model.wants import State

_MAX_FILES = 4000
_SAMPLE = 50
# Tools that make an empty site where there are no pages.
_CONTENT = frozenset(("astro", "gatsby"))


def source_wants(needs: Needs, happening: Happening) -> Iterator[Want]:
    """The folders and files that a build tool reads and does not find."""
    tool, package = happening.event.tool, happening.event.package
    if tool is None or package is None or tool.resolves is None or tool.script is not None:
        return
    reading = _Reading(needs, happening, package, tool)
    if not reading.partial():
        return
    starts = reading.reach.starts(package, tool)
    if not starts:
        return
    present = [path for path in starts if reading.kind(path) != "absent"]
    if present:
        yield from reading.walk(present)
    elif tool.name not in _CONTENT and all(reading.uncopied(path) for path in starts):
        yield reading.want(package, starts[0], f"'{tool.name}' is run in {package.dir or 'the root'}")


class _Reading:
    """One run of a tool over sources."""

    def __init__(self, needs: Needs, happening: Happening, package: Package, tool: Tool) -> None:
        self.needs = needs
        self.happening = happening
        self.package = package
        self.tool = tool
        self.workspace = happening.site.workspace
        self.reach: Reach = needs.reach(self.workspace)
        self.context = needs.node.context
        self.modules = Modules(needs.node, happening)

    def kind(self, path: str) -> str:
        """What is known about the place of a context's file in the image."""
        place = self.happening.site.image(path)
        return self.happening.view.find(place).kind if place is not None else "unknown"

    def uncopied(self, path: str) -> bool:
        """Whether a file that git keeps was never brought into the image."""
        place = self.happening.site.image(path)
        return (
            place is not None
            and self.kind(path) == "absent"
            and self.happening.view.bringer(place) is None
            and self.context.is_file(path)
            and not self.context.git_ignored(path)
        )

    def partial(self) -> bool:
        """Whether a package that may be read is not there as a whole, modules included: nothing is read otherwise."""
        return any(
            not self._whole(each) or self.modules.unlinked(each) is not None or self._ignores(each)
            for each in self.workspace.closure([self.package])
        )

    def _ignores(self, package: Package) -> bool:
        """Whether the ignore file keeps a package's entry out."""
        purpose = self.tool.resolves
        assert purpose is not None
        return any(self.context.ignored(path) for path in self.reach.existing(package, ".", purpose))

    def _whole(self, package: Package) -> bool:
        # A RUN adds to what a package holds: asked once for all that it starts.
        key = (self.happening.step.stage.index, self.happening.step.index, package.dir)
        if key not in self.needs.whole and self._is_whole(package):
            self.needs.whole.add(key)
        return key in self.needs.whole

    def _is_whole(self, package: Package) -> bool:
        place = self.happening.site.image(package.path("package.json"))
        found = self.happening.view.find(place) if place is not None else None
        node = found.step.node if found is not None and found.step is not None else None
        if found is None or found.kind != "context" or not isinstance(node, Transfer):
            return False
        if not self.needs.node.has_sources(self.happening.site, package, self.happening.view):
            return False  # the manifests of ``turbo prune``
        assert found.step is not None
        sources = [found.step.expand(word.text) for word in node.sources]
        return not any(isinstance(each, Known) and each.text.endswith("package.json") for each in sources)

    def walk(self, starts: Sequence[str]) -> Iterator[Want]:
        """What the imports of files and of what they reach do not find."""
        values = self.tool.resolves != "types"
        queue = [(path, self.package) for path in starts]
        seen = set(starts)
        while queue and len(seen) < _MAX_FILES:
            path, owner = queue.pop()
            for each in self.reach.imports(path) or ():
                if not (each.value if values else each.checked):
                    continue
                use = self.reach.member(owner, each.specifier)
                if use is not None:
                    target, other = self._entry(use)
                elif (lost := self._lost(path, owner, each.specifier)) is not None:
                    yield lost
                    continue
                else:
                    target, other = self.reach.resolve(path, owner, each.specifier), owner
                    if not each.specifier.startswith("."):
                        other = self.workspace.package_at(parent(target)) or owner if target is not None else owner
                if target is None or target in seen or not target.endswith(SOURCE_ENDINGS):
                    continue
                seen.add(target)
                if self.kind(target) == "context":
                    queue.append((target, other))
                elif (use is not None or each.specifier.startswith(".")) and self.uncopied(target):
                    yield self.want(other if use is not None else None, target, f"{path} imports '{each.specifier}'")

    def _lost(self, path: str, owner: Package, specifier: str) -> Want | None:
        """The manifest of a package whose dependency an install left out because the manifest was not there."""
        if specifier.startswith((".", "/", "#", "~", "node:")):
            return None
        name = "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])
        # A bundler may be told to take the consumer's own copy.
        shared = owner is not self.package and (name in self.package.specs or f"@types/{name}" in self.package.specs)
        if shared or not owner.runtime(name) or self.workspace.resolve(owner, name) is not None:
            return None
        if self.reach.resolve(path, owner, specifier) is not None:
            return None
        return self.modules.lost(owner, name, self.package)

    def _entry(self, use: Use) -> tuple[str | None, Package]:
        """The source file that an import of a member means; None where another file answers it or may."""
        site, view, need = self.happening.site, self.happening.view, use.package
        purpose = self.tool.resolves
        assert purpose is not None
        left_out = self.tool.external is not None and self.tool.external(use.name)
        if left_out or (self.tool.dev_only and use.importer.runtime(use.name)):
            return None, need
        if self.needs.redirected(self.workspace, use.importer, need, use.name, self.tool):
            return None, need
        files = self.reach.existing(need, use.subpath, purpose)
        kept = next((file for file in files if not self.context.git_ignored(file)), None)
        if kept is None or self.kind(kept) == "context":
            return kept, need
        if self.needs.absent(site, view, need, use.subpath, purpose) is None:
            return None, need
        return (kept if self.needs.linked(site, view, use) else None), need

    def want(self, package: Package | None, path: str, why: str) -> Want:
        """The folder of a package of which nothing is there, or the smallest folder below it that holds the file."""
        site = self.happening.site
        owner = package or self.workspace.package_at(parent(path)) or self.package
        folder = owner.dir
        ignored = self.context.ignored(path)
        if ignored:
            folder = path
        elif not folder or not below(path, folder) or self._begun(owner):
            folder = self._folder(path, owner)
        place = site.image(folder)
        assert place is not None
        state: State = "ignored" if ignored else "uncopied"
        return Want(
            "source", state, self.happening.step, self.happening.command,
            path=folder, place=place, owner=owner.label, needed_by=self.package.label, why=why,
        )  # fmt: skip

    def _begun(self, package: Package) -> bool:
        """Whether some of a package's sources are there, configurations aside."""
        return any(self.kind(path) != "absent" for path in self.reach.sources(package)[:_SAMPLE])

    def _folder(self, path: str, owner: Package) -> str:
        """The highest folder of a package that holds a file and of which nothing else is there; else the file."""
        best = path
        here = parent(path)
        while here and here != owner.dir and below(here, owner.dir) and not self._holds(here):
            best, here = here, parent(here)
        return best

    def _holds(self, folder: str) -> bool:
        names = self.context.listdir(folder)
        return any(self.kind(f"{folder}/{name}") != "absent" for name in names) or any(
            self._holds(f"{folder}/{name}") for name in names if self.context.is_dir(f"{folder}/{name}")
        )
