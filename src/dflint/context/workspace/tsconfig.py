"""TypeScript configurations: the options that decide what is built, where to, and what imports mean.

Source: the TSConfig reference (``extends``, ``references``, ``paths``, ``outDir``, ``noEmit``, ``customConditions``).
"""

from __future__ import annotations

from dflint.context.workspace.jsonc import parse_object
from dflint.context.workspace.paths import below, glob_match, join, parent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dflint.context import Context
    from dflint.context.workspace.graph import Workspace

_DEPTH = 8
_KEY = "tsconfigs"
_LOCAL = ("outDir", "rootDir", "baseUrl", "declarationDir", "outFile")


class TsConfig:
    """One configuration with everything it extends.

    path     the file in the context. options: compilerOptions, directories already relative to the context.
    files    all files that were read, this one first; partial: something it extends could not be read.
    references  project references: context paths of directories or files.
    """

    __slots__ = ("files", "options", "partial", "path", "paths_base", "references", "selection")

    def __init__(self, path: str) -> None:
        self.path = path
        self.options: dict[str, Any] = {}
        self.references: tuple[str, ...] = ()
        self.files: tuple[str, ...] = (path,)
        self.partial = False
        self.paths_base = parent(path)
        # files, include and exclude: patterns with the folder they are relative to, as the nearest file gives them.
        self.selection: dict[str, tuple[str, tuple[str, ...]]] = {}

    def includes(self, path: str) -> bool:
        """Whether a source file belongs to the program by ``files``, ``include`` and ``exclude``."""
        if "exclude" in self.selection and covers(path, *self.selection["exclude"]):
            return False
        if "include" not in self.selection and "files" not in self.selection:
            return below(path, parent(self.path))
        return any(covers(path, *self.selection[key]) for key in ("include", "files") if key in self.selection)

    def targets(self, specifier: str) -> tuple[str, ...]:
        """Context paths that ``paths`` and ``baseUrl`` try for a specifier."""
        found: list[str | None] = []
        paths = self.options.get("paths")
        base = self.options.get("baseUrl")
        start = base if isinstance(base, str) else self.paths_base
        for pattern, values in paths.items() if isinstance(paths, dict) else ():
            head, star, tail = pattern.partition("*")
            fits = specifier.startswith(head) and specifier.endswith(tail) if star else specifier == pattern
            if fits and isinstance(values, list):
                inner = specifier[len(head) : len(specifier) - len(tail)] if star else ""
                found += [join(start, value.replace("*", inner)) for value in values if isinstance(value, str)]
        if isinstance(base, str):
            found.append(join(base, specifier))
        return tuple(path for path in found if path is not None)

    @property
    def emits(self) -> bool:
        """Whether a plain ``tsc -p`` writes files."""
        return not self.options.get("noEmit")

    @property
    def outputs(self) -> tuple[str, ...]:
        """Directories of the context that the compiler writes to: outDir and declarationDir, else its own folder."""
        found = [value for key in ("outDir", "declarationDir") if isinstance(value := self.options.get(key), str)]
        if isinstance(self.options.get("outFile"), str):
            found.append(parent(self.options["outFile"]))
        return tuple(found) if found else (parent(self.path),)

    def maps(self, specifier: str) -> bool:
        """Whether ``paths`` may send an import elsewhere than to node_modules."""
        paths = self.options.get("paths")
        if not isinstance(paths, dict):
            return False
        for pattern in paths:
            head, star, tail = pattern.partition("*")
            if pattern == specifier or (
                star and pattern != "*" and specifier.startswith(head) and specifier.endswith(tail)
            ):
                return True
            if star and head.rstrip("/") == specifier:
                return True
        return False


def covers(path: str, base: str, patterns: Sequence[str]) -> bool:
    """Whether a path lies in what patterns (relative to ``base``) select; a folder means everything below it."""
    for pattern in patterns:
        target = join(base, pattern.replace("${configDir}", "."))
        if target is not None and (below(path, target) or glob_match(target, path)):
            return True
    return False


def load_tsconfig(context: Context, path: str, workspace: Workspace | None = None) -> TsConfig | None:
    """The configuration at a path (a file, or a directory with a tsconfig.json); None if it cannot be read."""
    file = path if path.endswith(".json") else f"{path}/tsconfig.json" if path else "tsconfig.json"
    known = context.memo.setdefault(_KEY, {})
    assert isinstance(known, dict)
    key = (file, workspace.root if workspace is not None else None)
    if key not in known:
        known[key] = _load(context, file, workspace)
    found: TsConfig | None = known[key]
    return found


def _load(context: Context, file: str, workspace: Workspace | None) -> TsConfig | None:
    raw = parse_object(context.read(file))
    if raw is None:
        return None
    config = TsConfig(file)
    _merge(config, context, file, raw, workspace=workspace)
    references = raw.get("references")
    if isinstance(references, list):
        found = [join(parent(file), item["path"]) for item in references if _is_reference(item)]
        config.references = tuple(item for item in found if item is not None)
    return config


def _is_reference(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get("path"), str)


def _merge(
    config: TsConfig,
    context: Context,
    file: str,
    raw: Mapping[str, Any],
    *,
    workspace: Workspace | None,
    depth: int = 0,
) -> None:
    """Add the options of a file after those of what it extends."""
    extends = raw.get("extends")
    for base in extends if isinstance(extends, list) else [extends]:
        if not isinstance(base, str):
            continue
        found = _base(context, file, base, workspace) if depth < _DEPTH else None
        inner = parse_object(context.read(found)) if found is not None else None
        if found is None or inner is None:
            config.partial = True
            continue
        if found not in config.files:
            config.files = (*config.files, found)
        _merge(config, context, found, inner, workspace=workspace, depth=depth + 1)
    for key in ("files", "include", "exclude"):
        if isinstance(raw.get(key), list):
            config.selection[key] = (parent(file), tuple(item for item in raw[key] if isinstance(item, str)))
    options = raw.get("compilerOptions")
    if not isinstance(options, dict):
        return
    for key, value in options.items():
        if key in _LOCAL and isinstance(value, str):
            value = join(parent(config.path if "${configDir}" in value else file), value.replace("${configDir}", "."))
        config.options[key] = value
    if "paths" in options:
        config.paths_base = parent(file)


def _base(context: Context, file: str, base: str, workspace: Workspace | None) -> str | None:
    """The file that ``extends`` names: a relative path, or one in a package of the workspace."""
    if base.startswith("."):
        target = join(parent(file), base)
        return _existing(context, target)
    if workspace is None:
        return None
    parts = base.split("/")
    count = 2 if base.startswith("@") else 1
    member = workspace.named("/".join(parts[:count]))
    if member is None:
        return None
    inner = "/".join(parts[count:]) or str(member.raw.get("tsconfig") or "tsconfig.json")
    return _existing(context, join(member.dir, inner))


def _existing(context: Context, target: str | None) -> str | None:
    if target is None:
        return None
    for candidate in (target, target + ".json", target + "/tsconfig.json"):
        if context.is_file(candidate):
            return candidate
    return None
