"""Package selectors: pnpm's and turbo's ``--filter``, lerna's ``--scope``, bun's ``--filter``.

Sources: the pnpm documentation ("Filtering"), the turborepo documentation ("--filter"). A selector with a git range
or with a part that is not known selects nobody can say what: the answer is then None.
"""

from __future__ import annotations

from dflint.context.workspace.paths import below, clean, glob_match, join, relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dflint.context.workspace.graph import Workspace
    from dflint.context.workspace.package import Package


class Selector:
    """One selector, taken apart. Raises nothing; ``known`` is False where it cannot be evaluated."""

    __slots__ = ("body", "dependencies", "dependents", "exclude", "known", "no_self")

    def __init__(self, text: str) -> None:
        text = text.strip().strip("\"'")
        self.exclude = text.startswith("!")
        text = text.removeprefix("!")
        self.dependents = text.startswith("...")
        text = text.removeprefix("...")
        self.no_self = text.startswith("^")
        text = text.removeprefix("^")
        self.dependencies = text.endswith("...")
        text = text.removesuffix("...")
        if text.endswith("^"):
            self.no_self = True
            text = text[:-1]
        self.known = "[" not in text
        self.body = text


def select(
    workspace: Workspace,
    selectors: Iterable[str | None],
    cwd: str,
    sees: Callable[[Package], bool],
    *,
    production: bool = False,
    root: bool = True,
) -> tuple[Package, ...] | None:
    """The visible packages that all selectors together choose, dependencies first; None if that is not known.

    root  False: the root package is never chosen.
    """
    chosen: dict[str, Package] = {}
    excluded: set[str] = set()
    any_include = False
    for text in selectors:
        if text is None:
            return None
        selector = Selector(text)
        if not selector.known:
            return None
        packages = _expand(workspace, selector, match(workspace, selector.body, cwd), production)
        if selector.exclude:
            excluded.update(package.dir for package in packages)
        else:
            any_include = True
            chosen.update({package.dir: package for package in packages})
    if not any_include:
        chosen = {package.dir: package for package in workspace.members}
    if not root and workspace.root_package is not None:
        excluded.add(workspace.root_package.dir)
    order = workspace.closure(chosen.values())
    return tuple(p for p in order if p.dir in chosen and p.dir not in excluded and sees(p))


def _expand(
    workspace: Workspace, selector: Selector, matched: Sequence[Package], production: bool
) -> tuple[Package, ...]:
    found: dict[str, Package] = {} if selector.no_self else {package.dir: package for package in matched}
    base = list(matched)
    if selector.dependents:
        for package in matched:
            for dependent in workspace.dependents(package):
                found[dependent.dir] = dependent
                base.append(dependent)
    if selector.dependencies:
        own = {package.dir for package in matched}
        for need in workspace.closure(base, production=production):
            if not (selector.no_self and need.dir in own):
                found[need.dir] = need
    return tuple(found.values())


def match(workspace: Workspace, body: str, cwd: str) -> tuple[Package, ...]:
    """Packages that the body of a selector (a name, a name glob, ``./dir`` or ``{dir}``) means."""
    if body.startswith("{") and body.endswith("}"):
        return _by_folder(workspace, body[1:-1], cwd)
    if body.startswith((".", "/")):
        return _by_folder(workspace, body, cwd)
    name, brace, folder = body.partition("{")
    found = _by_name(workspace, name) if name else workspace.packages
    if brace:
        inside = _by_folder(workspace, folder.rstrip("}"), cwd)
        found = tuple(package for package in found if package in inside)
    if not found and "/" in body:
        found = _by_folder(workspace, body, workspace.root)
    return found


def _by_name(workspace: Workspace, pattern: str) -> tuple[Package, ...]:
    exact = workspace.named(pattern)
    if exact is not None:
        return (exact,)
    packages = workspace.packages
    if "*" in pattern:
        from fnmatch import fnmatchcase

        return tuple(package for package in packages if package.name is not None and fnmatchcase(package.name, pattern))
    # A bare name also means the one scoped package of that name.
    end = "/" + pattern
    scoped = tuple(p for p in packages if p.name is not None and p.name[0] == "@" and p.name.endswith(end))
    return scoped if len(scoped) == 1 else ()


def _by_folder(workspace: Workspace, pattern: str, cwd: str) -> tuple[Package, ...]:
    if pattern.startswith("/"):
        return ()
    pattern = clean(pattern)
    if "*" not in pattern:
        target = join(cwd, pattern)
        if target is None:
            return ()
        exact = workspace.by_dir.get(target)
        return (exact,) if exact is not None else tuple(p for p in workspace.packages if below(p.dir, target))
    return tuple(package for package in workspace.packages if glob_match(pattern, relative(package.dir, cwd)))
