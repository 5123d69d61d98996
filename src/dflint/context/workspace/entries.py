"""Which files an import of a package may mean: main, module, types and exports with their conditions.

Sources: the Node.js documentation (Packages, "Package entry points", "Conditional exports", "Subpath patterns"), the
TypeScript handbook (Modules - Reference, "package.json exports", "Directory modules"). ``publishConfig`` counts only
for a published package, so it is not read: inside a workspace the manifest itself is what tools see.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

    from dflint.context.workspace.package import Package

    Purpose = Literal["types", "bundle", "node"]

# Conditions that Node itself sets, or that a plain run of it may be given by default.
_NODE = frozenset(("node", "import", "require", "default", "module-sync", "node-addons", "production"))
_SCRIPTS = (".js", ".mjs", ".cjs", ".json", ".node")
_SOURCES = (".ts", ".tsx", ".mts", ".cts", ".jsx", ".vue", ".svelte")
_TYPED = {".js": (".d.ts", ".ts", ".tsx"), ".mjs": (".d.mts", ".mts"), ".cjs": (".d.cts", ".cts"), ".jsx": (".tsx",)}


def candidates(package: Package, subpath: str, purpose: Purpose) -> tuple[str, ...] | None:
    """Files of the package (relative to it), any of which satisfies an import of ``name/subpath``.

    subpath  "." for the package itself, else ``./x``.
    purpose  types: the TypeScript compiler; bundle: a bundler or a runtime that reads source; node: plain Node.
    None     where that cannot be told (an unknown form, or a path that is not exported at all).

    Generous on purpose: a file that any tool of that kind could take is listed, so that "none of them is there" is
    certain.
    """
    exports = package.raw.get("exports")
    found: dict[str, None] = {}
    if exports is not None:
        targets = _exported(exports, subpath, purpose)
        if targets is None and purpose != "types":
            return None
        for target in targets or ():
            _add(found, target, purpose)
    if exports is None or purpose == "types":
        if package.raw.get("typesVersions") is not None and purpose == "types":
            return None
        for target in _legacy(package, subpath, purpose):
            found.setdefault(target)
    return tuple(found) or None


def subpaths(package: Package) -> tuple[str, ...]:
    """The import paths that a package offers: ".", and the exported ones without patterns."""
    exports = package.raw.get("exports")
    if not isinstance(exports, dict) or not any(key.startswith(".") for key in exports):
        return (".",)
    return tuple(key for key in exports if "*" not in key and key != "./package.json")


def conditions(package: Package) -> frozenset[str]:
    """All condition names that the exports of a package use."""
    found: set[str] = set()
    stack: list[Any] = [package.raw.get("exports")]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            found.update(key for key in value if not key.startswith("."))
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
    return frozenset(found)


def _clean(path: str) -> str:
    while path.startswith("./"):
        path = path[2:]
    return path.lstrip("/")


def _add(found: dict[str, None], target: str, purpose: Purpose) -> None:
    found.setdefault(_clean(target))
    if purpose == "types":
        for other in _typed(_clean(target)):
            found.setdefault(other)


def _typed(path: str) -> Iterator[str]:
    """Declaration and source files that TypeScript looks for in the place of a script."""
    for end, others in _TYPED.items():
        if path.endswith(end) and not path.endswith(".d" + end):
            for other in others:
                yield path[: -len(end)] + other


def _exported(exports: Any, subpath: str, purpose: Purpose) -> tuple[str, ...] | None:
    """Targets of a subpath under every condition that may hold; None if it is not exported."""
    if not isinstance(exports, dict) or not any(key.startswith(".") for key in exports):
        exports = {".": exports}
    value = exports.get(subpath)
    fill: str | None = None
    if value is None:
        best = ""
        for key in exports:
            head, star, tail = key.partition("*")
            if star and subpath.startswith(head) and subpath.endswith(tail) and len(head) > len(best.partition("*")[0]):
                if len(subpath) >= len(head) + len(tail):
                    best, value = key, exports[key]
                    fill = subpath[len(head) : len(subpath) - len(tail)]
            elif key.endswith("/") and subpath.startswith(key) and not best:
                value, fill = exports[key], subpath[len(key) :]
                value = value + "*" if isinstance(value, str) else None
    if value is None:
        return None
    targets = [target.replace("*", fill) if fill is not None else target for target in _targets(value, purpose)]
    return tuple(targets)


def _targets(value: Any, purpose: Purpose) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _targets(item, purpose)
    elif isinstance(value, dict):
        for condition, inner in value.items():
            if _holds(condition, purpose):
                yield from _targets(inner, purpose)


def _holds(condition: str, purpose: Purpose) -> bool:
    if condition == "types" or condition.startswith("types@"):
        return purpose == "types"
    return purpose != "node" or condition in _NODE


def _legacy(package: Package, subpath: str, purpose: Purpose) -> Iterator[str]:
    """Files that an import means where ``exports`` says nothing."""
    raw = package.raw
    if subpath != ".":
        yield from _file(_clean(subpath), purpose)
        return
    if purpose == "types":
        for field in ("types", "typings"):
            if isinstance(raw.get(field), str):
                yield from _file(_clean(raw[field]), purpose)
    fields = ("main",) if purpose == "node" else ("main", "module", "browser", "source", "react-native")
    for field in fields:
        if isinstance(raw.get(field), str):
            yield from _file(_clean(raw[field]), purpose)
    yield from _file("index", purpose)


def _file(path: str, purpose: Purpose) -> Iterator[str]:
    """A path as resolvers try it: itself, with an extension, as a directory with an index."""
    path = path.rstrip("/")
    if not path or path == ".":
        path = "index"
    endings = _SCRIPTS if purpose == "node" else (*_SCRIPTS, *_SOURCES)
    if purpose == "types":
        endings = (*endings, ".d.ts", ".d.mts", ".d.cts")
    yield path
    if purpose == "types":
        yield from _typed(path)
    if path.endswith(endings):
        return
    for ending in endings:
        yield path + ending
    for ending in endings:
        yield f"{path}/index{ending}"
