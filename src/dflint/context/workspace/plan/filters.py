"""Package selectors: pnpm's and turbo's ``--filter``, lerna's ``--scope``, bun's ``--filter``.

Sources: the pnpm documentation ("Filtering"), the turborepo documentation ("--filter"). A selector with a git range
or with a part that is not known selects nobody can say what: the answer is then None.
"""

from __future__ import annotations

from dflint.context.workspace.paths import below, clean, glob_match, join, relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    visible: Sequence[Package],
    *,
    production: bool = False,
) -> tuple[Package, ...] | None:
    """The packages that all selectors together choose among the visible ones, dependencies first; None if unknown."""
    chosen: dict[str, Package] = {}
    excluded: set[str] = set()
    any_include = False
    for text in selectors:
        if text is None:
            return None
        selector = Selector(text)
        if not selector.known:
            return None
        packages = _expand(workspace, selector, match(workspace, selector.body, cwd, visible), production)
        if selector.exclude:
            excluded.update(package.dir for package in packages)
        else:
            any_include = True
            chosen.update({package.dir: package for package in packages})
    if not any_include:
        chosen = {package.dir: package for package in visible if package is not workspace.root_package}
    seen = {package.dir for package in visible}
    order = workspace.closure(chosen.values())
    return tuple(p for p in order if p.dir in chosen and p.dir not in excluded and p.dir in seen)


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


def match(workspace: Workspace, body: str, cwd: str, visible: Sequence[Package]) -> tuple[Package, ...]:
    """Packages that the body of a selector (a name, a name glob, ``./dir`` or ``{dir}``) means."""
    if body.startswith("{") and body.endswith("}"):
        return _by_folder(body[1:-1], cwd, visible)
    if body.startswith((".", "/")):
        return _by_folder(body, cwd, visible)
    name, brace, folder = body.partition("{")
    found = _by_name(name, visible) if name else tuple(visible)
    if brace:
        inside = _by_folder(folder.rstrip("}"), cwd, visible)
        found = tuple(package for package in found if package in inside)
    if not found and "/" in body:
        found = _by_folder(body, workspace.root, visible)
    return found


def _by_name(pattern: str, visible: Sequence[Package]) -> tuple[Package, ...]:
    exact = tuple(package for package in visible if package.name == pattern)
    if exact:
        return exact
    if "*" in pattern:
        from fnmatch import fnmatchcase

        return tuple(package for package in visible if package.name is not None and fnmatchcase(package.name, pattern))
    # A bare name also means the one scoped package of that name.
    scoped = tuple(
        p for p in visible if p.name is not None and p.name.startswith("@") and p.name.endswith("/" + pattern)
    )
    return scoped if len(scoped) == 1 else ()


def _by_folder(pattern: str, cwd: str, visible: Sequence[Package]) -> tuple[Package, ...]:
    if pattern.startswith("/"):
        return ()
    base = cwd
    pattern = clean(pattern)
    if "*" not in pattern:
        target = join(base, pattern)
        if target is None:
            return ()
        exact = tuple(package for package in visible if package.dir == target)
        return exact or tuple(package for package in visible if below(package.dir, target))
    return tuple(package for package in visible if glob_match(pattern, relative(package.dir, base)))
