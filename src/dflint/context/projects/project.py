"""What all readers of projects share: the value, and files of the context as plain tables."""

from __future__ import annotations

from dflint.context.paths import join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Literal, TypeVar
    from xml.etree.ElementTree import Element

    from dflint.context import Context

    T = TypeVar("T")
    Tool = Literal["python", "cargo", "go", "maven", "gradle", "dotnet"]

_LIMIT = 1 << 24  # lock files are long
_KEY = "projects"


class Project:
    """A package, module or program of the context that a build tool knows by its manifest.

    tool   whose manifest it is. dir: its directory in the context ("" for the root). label: the name it is known by.
    manifest  path of the file that declares it.
    needs  manifests of other projects of the context without which the tool does not load or install this one.
    files  other files that the manifest names and the tool opens.
    """

    __slots__ = ("dir", "files", "label", "manifest", "needs", "tool")

    def __init__(
        self,
        tool: Tool,
        manifest: str,
        label: str,
        *,
        needs: tuple[str, ...] = (),
        files: tuple[str, ...] = (),
    ) -> None:
        self.tool: Tool = tool
        self.manifest = manifest
        self.dir = manifest.rpartition("/")[0]
        self.label = label or self.dir or manifest
        self.needs = needs
        self.files = files

    def __repr__(self) -> str:
        return f"Project({self.tool!r}, {self.manifest!r})"


def remembered(context: Context, what: str, path: str, read: Callable[[], T]) -> T:
    """What ``read`` gives for a file of the context, asked for once in a run."""
    known = context.memo.setdefault(_KEY, {})
    assert isinstance(known, dict)
    key = (what, path)
    if key not in known:
        known[key] = read()
    found: T = known[key]
    return found


def read_toml(context: Context, path: str) -> dict[str, Any] | None:
    """The table of a TOML file of the context; None if there is none or it cannot be read."""

    def read() -> dict[str, Any] | None:
        import sys

        text = context.read(path, _LIMIT)
        if text is None:
            return None
        tomllib: Any = __import__("tomllib" if sys.version_info >= (3, 11) else "tomli")
        try:
            found: dict[str, Any] = tomllib.loads(text)
        except (ValueError, RecursionError):
            return None
        return found

    return remembered(context, "toml", path, read)


def read_xml(context: Context, path: str) -> Element | None:
    """The root element of an XML file of the context, names without their namespace; None if it cannot be read."""

    def read() -> Element | None:
        text = context.read(path)
        if text is None or "<!ENTITY" in text:
            return None
        from xml.etree import ElementTree

        try:
            root = ElementTree.fromstring(text.lstrip("\ufeff").encode("utf-8", "replace"))
        except (ElementTree.ParseError, ValueError):
            return None
        for element in root.iter():
            if isinstance(element.tag, str):
                element.tag = element.tag.rpartition("}")[2]
        return root

    return remembered(context, "xml", path, read)


def table(value: object, *keys: str) -> dict[str, Any]:
    """The table at a path of keys; empty where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def strings(value: object) -> list[str]:
    """The texts of a list; empty for anything else."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def tables(value: object) -> Iterator[dict[str, Any]]:
    """The tables of a list."""
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


def seen_from(directory: str, path: str) -> str | None:
    """A relative path of a manifest in ``directory`` as a path of the context; None if it leaves the context."""
    from dflint.context import paths

    return None if "\\" in path else paths.seen_from(directory, path)


def matching(context: Context, directory: str, pattern: str) -> list[str]:
    """The directories below ``directory`` that a glob of a workspace selects (``*``, ``?``, ``[...]``, ``**``)."""
    from fnmatch import fnmatchcase

    found = [directory]
    for part in pattern.strip("/").split("/"):
        if part in ("", "."):
            continue
        if part == "**":
            found = [below for folder in found for below in _all_below(context, folder)]
        elif any(char in part for char in "*?["):
            found = [
                join(folder, name)
                for folder in found
                for name in context.listdir(folder)
                if fnmatchcase(name, part) and name not in INSTALLED and context.is_dir(join(folder, name))
            ]
        else:
            found = [join(folder, part) for folder in found if context.is_dir(join(folder, part))]
    return list(dict.fromkeys(found))


#: Folders of installed or built files, which hold no project of the repository.
INSTALLED = frozenset(
    ("node_modules", "vendor", "target", "dist", "build", "out", "bin", "obj", "__pycache__", ".venv", "venv", ".git",
     ".tox", ".gradle", "site-packages", ".mypy_cache", ".cargo")
)  # fmt: skip


def _all_below(context: Context, directory: str) -> Iterator[str]:
    queue = [directory]
    for folder in queue:
        yield folder
        queue += [
            join(folder, name)
            for name in context.listdir(folder)
            if name not in INSTALLED and not name.startswith(".") and context.is_dir(join(folder, name))
        ]
