"""Where the TypeScript compiler writes the program's files to.

Source: the TSConfig reference: ``rootDir`` ("default: the longest common path of all non-declaration input files"; with
``composite`` the folder of tsconfig.json), ``outDir``, ``include``, ``exclude``, ``resolveJsonModule``. A file that is
imported is an input file too, wherever it lies. Since TypeScript 6 the default of ``rootDir`` is the folder of
tsconfig.json.
"""

from __future__ import annotations

from dflint.context.workspace.paths import below, join, parent, relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dflint.context.workspace.package import Package
    from dflint.context.workspace.reach import Reach
    from dflint.context.workspace.tsconfig import TsConfig

_TYPED = (".ts", ".tsx", ".mts", ".cts")
_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs")
_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
_EMITS = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs", ".jsx": ".js"}
_NEVER = frozenset(("node_modules", "bower_components", "jspm_packages"))
_MAX_FILES = 3000


class Emitted:
    """What one run of the compiler writes.

    outdir  its folder in the context. files: output (relative to ``outdir``) to source (in the context).
    root    the folder that ``outdir`` stands for.
    """

    __slots__ = ("files", "outdir", "root")

    def __init__(self, outdir: str, root: str, files: dict[str, str]) -> None:
        self.outdir = outdir
        self.root = root
        self.files = files

    def beside(self, folder: str) -> str | None:
        """A source that lies outside of a folder, so that the folder is kept in the output."""
        return next((path for path in sorted(self.files.values()) if not below(path, folder)), None)


def emitted(config: TsConfig, package: Package, reach: Reach, there: Callable[[str], bool | None]) -> Emitted | None:
    """The output of ``tsc -p``; None if it cannot be told.

    there  whether a file of the context is in the image when the compiler runs (None: not known).
    """
    options = config.options
    outdir = options.get("outDir")
    if config.partial or not isinstance(outdir, str) or "outFile" in options or options.get("emitDeclarationOnly"):
        return None
    if any(pattern.startswith("..") for _, patterns in config.selection.values() for pattern in patterns):
        return None
    inputs = _inputs(config, package, reach, there)
    if not inputs:
        return None
    root = options.get("rootDir")
    if options.get("composite"):
        root = root if isinstance(root, str) else parent(config.path)
    elif not isinstance(root, str):
        root, home = _common(inputs), parent(config.path)
        major = _major(package, reach)
        if root != home and (major is None or major >= 6):
            if major is None or not below(root, home):
                return None
            root = home
    if not all(below(path, root) for path in inputs):
        return None
    return Emitted(outdir, root, {_output(relative(path, root)): path for path in inputs})


def _major(package: Package, reach: Reach) -> int | None:
    """The major version of TypeScript that a package's manifest, or the root's, asks for."""
    workspace = reach.workspace
    for each in (package, workspace.root_package):
        wanted = each.specs.get("typescript", ("", ""))[1] if each is not None else ""
        if wanted.startswith("catalog:"):
            wanted = workspace.settings.catalog(wanted[len("catalog:") :].strip(), "typescript") or ""
        first = wanted.lstrip("^~=v").partition(".")[0]
        if first.isdigit():
            return int(first)
    return None


def _output(path: str) -> str:
    for end, other in _EMITS.items():
        if path.endswith(end):
            return path[: -len(end)] + other
    return path


def _common(inputs: list[str]) -> str:
    """The longest common folder."""
    root = parent(inputs[0])
    for path in inputs:
        while not below(path, root):
            root = parent(root)
    return root


def _inputs(config: TsConfig, package: Package, reach: Reach, there: Callable[[str], bool | None]) -> list[str] | None:
    """The input files of the program that are compiled: those that are selected, and all that they import."""
    scripts = bool(config.options.get("allowJs"))
    endings = (*_TYPED, *(_SCRIPTS if scripts else ()))
    found: dict[str, None] = {}
    for path in _listed(config, reach, endings):
        present = there(path)
        if present is None or len(found) > _MAX_FILES:
            return None
        if present:
            found[path] = None
    queue = list(found)
    while queue:
        path = queue.pop()
        for each in reach.imports(path) or ():
            target = _target(path, each.specifier, package, reach)
            if target is None and _is_own(path, each.specifier, config, reach):
                return None  # a file that is generated, who knows where
            if target is None or target in found or target.endswith(_DECLARATIONS):
                continue
            compiled = target.endswith(endings) or (
                target.endswith(".json") and config.options.get("resolveJsonModule")
            )
            if not compiled or "node_modules" in target.split("/"):
                continue
            if there(target) is not True:
                return None
            found[target] = None
            queue.append(target)
    return list(found)


def _is_own(path: str, specifier: str, config: TsConfig, reach: Reach) -> bool:
    """Whether an import means a file of the program that the context lacks."""
    if not specifier.startswith("."):
        return config.maps(specifier)
    target = join(parent(path), specifier)
    return target is None or not reach.context.is_file(target)


def _target(path: str, specifier: str, package: Package, reach: Reach) -> str | None:
    """The file of the context that an import means, members of the workspace that are used from source included."""
    inner = reach.resolve(path, package, specifier)
    if inner is not None:
        return inner
    if specifier.startswith(".") and specifier.endswith(".json"):
        target = join(parent(path), specifier)
        return target if target is not None and reach.context.is_file(target) else None
    use = reach.member(package, specifier)
    return next(iter(reach.existing(use.package, use.subpath, "types")), None) if use is not None else None


def _listed(config: TsConfig, reach: Reach, endings: tuple[str, ...]) -> tuple[str, ...]:
    """The files that a configuration selects, listed once in a run."""
    key = (config.path, endings)
    found = reach.selected.get(key)
    if found is None:
        found = reach.selected[key] = tuple(_list(config, reach, endings))
    return found


def _list(config: TsConfig, reach: Reach, endings: tuple[str, ...]) -> Iterator[str]:
    """The files that ``files``, ``include`` and ``exclude`` select; hidden folders and the output are left out."""
    context = reach.context
    skipped = {value for key in ("outDir", "declarationDir") if isinstance(value := config.options.get(key), str)}
    bases = {base for base, _ in config.selection.values()} | {parent(config.path)}
    stack = [min(bases, key=len)]
    while stack:
        here = stack.pop()
        for name in context.listdir(here):
            path = f"{here}/{name}" if here else name
            if name.endswith(endings):
                if not name.endswith(_DECLARATIONS) and config.includes(path):
                    yield path
            elif name not in _NEVER and name[:1] != "." and path not in skipped and context.is_dir(path):
                stack.append(path)
