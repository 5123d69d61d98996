"""Started files that are certainly not in the image, and the file that was probably meant.

Absent is what no step brings: the base image is a plain runtime, every COPY is followed into a build context that is
known, and every command is understood. What somebody may mount over the image, or make before it is built, is not
absent.
"""

from __future__ import annotations

from dflint.model.ops import ContextCopy, StageCopy, inside
from dflint.model.plainfiles import view_of
from dflint.model.started import resolved
from dflint.model.step import clean_path
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Transfer, Volume, Workdir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.context import Context
    from dflint.model.filesystem import View
    from dflint.model.stage import Stage
    from dflint.model.started import Started

# Directories that belong to the system, to its packages, or to what tools install.
_SYSTEM = ("/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev", "/run", "/var/run", "/mnt", "/media",
           "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/share", "/usr/libexec", "/usr/local/bin", "/usr/local/sbin",
           "/usr/local/lib", "/usr/local/share", "/usr/local/go", "/var/lib", "/var/cache")  # fmt: skip
_INSTALLED = frozenset(("bin", "sbin", "node_modules", "vendor", "site-packages", ".venv", "venv", "env"))
# Folders of files that are commonly made outside of the image.
_MADE = frozenset(
    ("dist", "build", "target", "out", "output", "publish", "release", "lib", "obj", "generated", "gen", "_build")
)  # fmt: skip
_BASE_FILES = ("/docker-entrypoint", "/__cacert")
_NODE_ENDS = ("", ".js", ".cjs", ".mjs", ".json", ".node", "/package.json", "/index.js", "/index.json", "/index.node")
_COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml", "docker-compose.override.yml",
            "docker-compose.dev.yml")  # fmt: skip


class Absent:
    """A started file that is nowhere.

    source   where in the context it would come from, "" if no COPY of a folder covers its place.
    ignored  it is there, and .dockerignore keeps it out.
    near     absolute path in the image of the file that was probably meant; None without one.
    """

    __slots__ = ("ignored", "near", "source")

    def __init__(self, source: str, ignored: bool, near: str | None) -> None:
        self.source = source
        self.ignored = ignored
        self.near = near


def absence(each: Started) -> Absent | None:
    """What is certain about the absence of a started file; None if it is there or may be."""
    path = each.path
    if path is None or _is_installed(path) or not _is_claimed(each.stage, path):
        return None
    view = view_of(each)
    if any(view.find(candidate).kind != "absent" for candidate in _candidates(each, path)):
        return None
    context = each.stage.build.context
    sources = list(_sources(view, path)) if context is not None else []
    if context is not None and any(_may_be_made(context, source) for source in sources):
        return None
    near = _near(view, path, context)
    ignored = [source for source in sources if context is not None and context.is_file(source)]
    if each.at_start:
        if _is_mounted(each.stage, path) or (near is None and not sources):
            return None
        if ignored and context is not None and _compose_mounts(context, path):
            return None
    return Absent((ignored or sources or [""])[0], bool(ignored), near)


def _is_installed(path: str) -> bool:
    folder = path.rpartition("/")[0]
    if any(inside(folder, system) is not None for system in _SYSTEM) or path.startswith(_BASE_FILES):
        return True
    return not _INSTALLED.isdisjoint(folder.split("/")) or "/." in path


def _is_claimed(stage: Stage, path: str) -> bool:
    """Whether the Dockerfile itself says what is in the file's directory."""
    folder = path.rpartition("/")[0] or "/"
    for each in stage.chain:
        for step in each.steps:
            if isinstance(step.node, Workdir) and step.node.words:
                value = step.expand(step.node.words[0].text)
            elif isinstance(step.node, Transfer) and step.node.words:
                value = step.expand(step.node.dest.text)
            else:
                continue
            cwd = step.workdir.text if isinstance(step.workdir, Known) else None
            claimed = resolved(cwd, value.text) if isinstance(value, Known) else None
            if claimed is not None and (claimed == folder or (claimed != "/" and inside(folder, claimed) is not None)):
                return True
    return folder == "/"


def _candidates(each: Started, path: str) -> list[str]:
    """The files of which one must be there."""
    if each.program == "node":
        return [path.rstrip("/") + end for end in _NODE_ENDS]
    if each.program in ("python", "pypy"):
        return [path, f"{path}/__main__.py", f"{path}/__init__.py"]
    return [path]


def _sources(view: View, path: str) -> Iterator[str]:
    """Where in the context the folders that are copied over a path would have it."""
    for op in view.operations():
        rest = inside(path, op.dest) if isinstance(op, (ContextCopy, StageCopy)) else None
        if not rest:
            continue
        if isinstance(op, StageCopy):
            yield from _sources(op.view, clean_path(f"{op.source}/{rest}"))
        elif isinstance(op, ContextCopy) and op.parents is None:
            for match in op.matches:
                if op.context.is_dir(match):
                    yield f"{match}/{rest}" if match else rest
    if view.stage.parent is not None:
        yield from _sources(view.fs.after(view.stage.parent), path)


def _may_be_made(context: Context, source: str) -> bool:
    """Whether a file that the context lacks may be there when somebody else builds."""
    parts = source.split("/")
    if not _MADE.isdisjoint(parts[:-1]) or (not context.is_file(source) and context.git_ignored(source)):
        return True
    modules = context.read(".gitmodules") or ""
    return any(f"path = {'/'.join(parts[:at])}\n" in modules + "\n" for at in range(1, len(parts)))


def _near(view: View, path: str, context: Context | None) -> str | None:
    """A file of the same name (but for case) elsewhere in the image, or of nearly the same name in its place."""
    if context is None:
        return None
    base = path.rpartition("/")[2]
    found: set[str] = set()
    for op in _all_copies(view):
        for match in op.matches:
            if context.is_dir(match):
                for name in _below(context, match, base):
                    found.add(clean_path(f"{op.dest}/{name}"))
            elif match.rpartition("/")[2].lower() == base.lower():
                found.add(clean_path(f"{op.dest}/{match.rpartition('/')[2]}") if op.into else op.dest)
    there = sorted(each for each in found if each != path and view.find(each).kind == "context")
    same = [each for each in there if each.rpartition("/")[2] == base] or there
    return same[0] if len(same) == 1 else None


def _all_copies(view: View) -> Iterator[ContextCopy]:
    for op in view.operations():
        if isinstance(op, ContextCopy):
            yield op
    if view.stage.parent is not None:
        yield from _all_copies(view.fs.after(view.stage.parent))


def _below(context: Context, folder: str, base: str) -> Iterator[str]:
    """Files called like ``base`` (but for case) in a folder of the context and in the folders right below it."""
    prefix = folder + "/" if folder else ""
    for name in context.listdir(folder):
        if name.lower() == base.lower():
            yield name
        elif "." not in name and name not in _INSTALLED and context.is_dir(prefix + name):
            for inner in context.listdir(prefix + name):
                if inner.lower() == base.lower():
                    yield f"{name}/{inner}"


def _is_mounted(stage: Stage, path: str) -> bool:
    """Whether a VOLUME of the stage lies over a path."""
    for each in stage.chain:
        for step in each.steps:
            if isinstance(step.node, Volume):
                values = [step.expand(word.text) for word in step.node.words]
                if any(not isinstance(v, Known) or inside(path, clean_path(v.text)) is not None for v in values):
                    return True
    return False


def _compose_mounts(context: Context, path: str) -> bool:
    """Whether a compose file of the context may mount something over a path."""
    folders = [path[:at] for at in range(1, len(path)) if path[at] == "/"]
    for name in _COMPOSE:
        text = context.read(name) or ""
        if any(f":{folder}" in text or f"target: {folder}" in text for folder in folders):
            return True
    return False
