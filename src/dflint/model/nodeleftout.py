"""Modules that the started program imports and that an install left out, because they are devDependencies only."""

from __future__ import annotations

from dflint.context.workspace.imports import SOURCE_ENDINGS
from dflint.context.workspace.provides import dev_module
from dflint.model.nodeemits import source_of
from dflint.model.nodeomits import Omission, is_added
from dflint.model.nodesite import Installed
from dflint.model.nodestart import NODE_ENDS, Starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.filesystem import View
    from dflint.model.nodeneeds import Needs
    from dflint.model.nodestart import Program

# Modules of Node itself, which win over packages of the same name.
_BUILTIN = frozenset(
    ("assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram", "dns",
     "domain", "events", "fs", "http", "http2", "https", "inspector", "module", "net", "os", "path", "perf_hooks",
     "process", "punycode", "querystring", "readline", "repl", "stream", "string_decoder", "sys", "timers", "tls",
     "tty", "url", "util", "v8", "vm", "worker_threads", "zlib")
)  # fmt: skip
_MAX_FILES = 2000


class LeftOut:
    """A module that is not installed: ``file`` of the program's sources imports ``name``; omission: the install."""

    __slots__ = ("file", "name", "omission", "program")

    def __init__(self, program: Program, file: str, name: str, omission: Omission) -> None:
        self.program = program
        self.file = file
        self.name = name
        self.omission = omission


def left_out(needs: Needs) -> list[LeftOut]:
    """The first such module of the program that the finished image starts."""
    final = needs.node.build.final
    if final is None:
        return []
    view = needs.node.fs.after(final)
    starts = Starts(needs.node, needs)
    return [found for program in starts.programs(final, view) for found in _of_program(needs, starts, program, view)][
        :1
    ]


def _of_program(needs: Needs, starts: Starts, program: Program, view: View) -> Iterator[LeftOut]:
    folder = program.file.rpartition("/")[0] or "/"
    folders = list(starts.folders(folder, view))
    installed = [each for _, each in folders]
    omissions = [each.omission for each in installed if isinstance(each, Installed)]
    if not omissions or len(omissions) != len(installed):
        return
    omission = omissions[0]
    if not isinstance(omission, Omission) or not all(isinstance(each, Omission) for each in omissions):
        return
    if any(each is None or each.site.workspace is not program.workspace for each in installed):
        return
    source = _source(needs, program, view)
    if source is None:
        return
    for file, name in _imported(needs, program, source):
        places = [f"{base.rstrip('/')}/node_modules/{name}/package.json" for base, _ in folders]
        if any(not isinstance(view.find(place).by, Installed) or view.may_be_overlaid(place) for place in places):
            continue
        stages = dict.fromkeys((*omission.step.stage.chain, *view.stage.chain))
        if any(is_added(stage, name) for stage in stages):
            continue
        if name not in _BUILTIN and dev_module(program.workspace, program.package, name):
            yield LeftOut(program, file, name, omission)


def _source(needs: Needs, program: Program, view: View) -> str | None:
    """The program's file in the context: itself, or what it is compiled from."""
    for end in NODE_ENDS:
        place = view.find(program.file + end)
        if place.kind == "context":
            return place.path
        if place.kind == "made":
            found = source_of(needs, view, program.file + end)
            if found is not None:
                return found
    return None


def _imported(needs: Needs, program: Program, source: str) -> Iterator[tuple[str, str]]:
    """(file, package) of all that is loaded with a file for certain, from other files of its package."""
    reach = needs.reach(program.workspace)
    queue, seen = [source], {source}
    while queue and len(seen) < _MAX_FILES:
        path = queue.pop(0)
        for each in reach.imports(path) or ():
            if not each.always:
                continue
            target = reach.resolve(path, program.package, each.specifier)
            if target is not None:
                if target not in seen and target.endswith(SOURCE_ENDINGS):
                    seen.add(target)
                    queue.append(target)
            elif not each.specifier.startswith((".", "/", "#", "~", "node:")):
                parts = each.specifier.split("/")
                yield path, "/".join(parts[: 2 if each.specifier.startswith("@") else 1])
