"""Started files that a build script of their package would write, and that no step writes.

Certain or silent: no stage brings the file, ``.dockerignore`` keeps a copy that was built outside of the image out, and
a script of the package is known to write it.
"""

from __future__ import annotations

from dflint.context.workspace.paths import parent
from dflint.model.nodeneeds import producer
from dflint.model.nodestart import NODE_ENDS, Starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.nodeneeds import Needs
    from dflint.model.step import Step
    from dflint.shell import Command


class Unmade:
    """A file that a container starts: ``script`` of ``manifest`` makes it."""

    __slots__ = ("command", "file", "manifest", "script", "step")

    def __init__(self, step: Step, command: Command, file: str, *, script: str, manifest: str) -> None:
        self.step = step
        self.command = command
        self.file = file
        self.script = script
        self.manifest = manifest


def unmade(needs: Needs) -> Iterator[Unmade]:
    """What the finished image starts although nothing has made it."""
    node = needs.node
    final = node.build.final
    if final is None:
        return
    view = node.fs.after(final)
    for step, command, file, _, _ in Starts(node, needs).files(final):
        if any(view.find(file + end).kind != "absent" for end in NODE_ENDS):
            continue
        folder = "/" + parent(file.lstrip("/"))
        site = node.site(view, folder)
        directory = site.context(folder) if site is not None else None
        if site is None or directory is None:
            continue
        name = file.rpartition("/")[2]
        path = f"{directory}/{name}" if directory else name
        package = site.workspace.package_at(directory)
        if package is None or any(node.context.is_file(path + end) for end in NODE_ENDS):
            continue
        if not all(node.context.ignored(path + end) for end in ("", ".js")):
            continue
        script = producer(site.workspace, package, path)
        if script is not None:
            yield Unmade(step, command, file, script=script, manifest=package.path("package.json"))
