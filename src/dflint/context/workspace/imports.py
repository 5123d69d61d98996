"""Which packages the sources of a package import, read from the files themselves.

A type-only import disappears when TypeScript is compiled or bundled, so two questions are kept apart: is it imported
at all (the TypeScript compiler must find it), and is it used as a value (bundlers and Node must find it).
"""

from __future__ import annotations

from dflint.context.workspace.paths import below

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from re import Pattern

    from dflint.context import Context
    from dflint.context.workspace.package import Package

_ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte", ".astro")
_TYPED = (".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".astro")
_SKIPPED = frozenset(
    ("node_modules", "dist", "build", "out", "lib-dist", "coverage", "test", "tests", "__tests__", "__mocks__", "e2e",
     "cypress", "playwright", "stories", ".git", ".next", ".turbo", "fixtures", "storybook-static", ".storybook")
)  # fmt: skip
_TESTS = (".test.", ".spec.", ".stories.", ".e2e-spec.", ".d.ts", ".config.")
_MAX_FILES = 4000
_MAX_FILE = 1 << 20


class Imports:
    """What a package's sources import of some other packages.

    complete  every source file could be read; if not, an import may exist that is not listed.
    uses      (package name, subpath) to whether it is used as a value; subpath is "." or ``./x``.
    """

    __slots__ = ("complete", "uses")

    def __init__(self, uses: Mapping[tuple[str, str], bool], complete: bool) -> None:
        self.uses = uses
        self.complete = complete

    def of(self, name: str, *, values: bool) -> tuple[str, ...]:
        """Subpaths that are imported of a package; with ``values`` those used as values only."""
        return tuple(sub for (package, sub), value in self.uses.items() if package == name and (value or not values))


def read_imports(context: Context, package: Package, names: Iterable[str], inner: Iterable[str] = ()) -> Imports:
    """Imports of the packages ``names`` in a package's own sources, tests and configuration files excluded.

    inner  directories of other packages below this one, which are left out.
    """
    wanted = sorted(names, key=len, reverse=True)
    uses: dict[tuple[str, str], bool] = {}
    if not wanted:
        return Imports(uses, True)
    pattern = _pattern(wanted)
    complete = True
    count = 0
    for path in _sources(context, package.dir, tuple(inner)):
        count += 1
        text = context.read(path, _MAX_FILE) if count <= _MAX_FILES else None
        if text is None:
            complete = False
            if count > _MAX_FILES:
                break
            continue
        if not any(name in text for name in wanted):
            continue
        typed = path.endswith(_TYPED)
        for found in pattern.finditer(text):
            key = (found["name"], "." + (found["sub"] or ""))
            uses[key] = uses.get(key, False) or _is_value(found["clause"], text, typed)
    return Imports(uses, complete)


def _pattern(names: list[str]) -> Pattern[str]:
    import re

    alternatives = "|".join(re.escape(name) for name in names)
    return re.compile(
        r"(?:(?P<clause>(?:import|export)\b[^;'\"`]*?\bfrom|import)\s*|(?:require(?:\.resolve)?|import)\s*\(\s*)"
        rf"['\"`](?P<name>{alternatives})(?P<sub>/[^'\"`]*)?['\"`]"
    )


def _is_value(clause: str | None, text: str, typed: bool) -> bool:
    """Whether an import leaves anything in the compiled file."""
    if clause is None or not typed:
        return True
    words = clause.split()
    if words[-1] != "from":
        return True  # import "x": for its side effects
    if len(words) > 1 and words[1] == "type":
        return False
    if words[0] == "export":
        return True
    return any(_used_as_value(name, text) for name in _bindings(clause))


def _bindings(clause: str) -> Iterator[str]:
    """Local names that an import clause binds, ``type`` ones left out."""
    body = clause[len("import") : -len("from")]
    head, brace, inside = body.partition("{")
    for part in head.split(","):
        words = part.split()
        if words:
            yield words[-1]
    if brace:
        for part in inside.partition("}")[0].split(","):
            words = part.split()
            if words and words[0] != "type":
                yield words[-1]


def _used_as_value(name: str, text: str) -> bool:
    """Whether a name is clearly used as a value: functions and constants by their spelling, others by a use."""
    if not name[:1].isupper() or name.isupper():
        return True
    import re

    word = re.escape(name)
    uses = (
        rf"\b(?:new|instanceof|class\s+\w+(?:<[^{{]*>)?\s+extends)\s+{word}\b"  # new X, class Y extends X
        rf"|\b{word}\s*[.(]"  # X.y, X()
        rf"|(?:^|[\s(\[{{>&|?:,])<{word}[\s/>]"  # <X a={{1}} />
        rf"|@{word}\b"  # a decorator
        rf"|[(\[]\s*{word}\s*[,\])]|,\s*{word}\s*[\])]"  # in an array or among arguments
    )
    return re.search(uses, text, re.MULTILINE) is not None


def _sources(context: Context, directory: str, inner: tuple[str, ...]) -> Iterator[str]:
    stack = [directory]
    while stack:
        here = stack.pop()
        for name in context.listdir(here):
            path = f"{here}/{name}" if here else name
            if name.endswith(_ENDINGS):
                if not any(mark in name for mark in _TESTS):
                    yield path
            elif name not in _SKIPPED and context.is_dir(path) and not any(below(path, other) for other in inner):
                stack.append(path)
