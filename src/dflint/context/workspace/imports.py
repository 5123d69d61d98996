"""Import statements of source files: which specifiers, and whether anything of them is left at run time.

A type-only import disappears when TypeScript is compiled or bundled, so two questions are kept apart: is it imported
at all (the TypeScript compiler must find it), and is it used as a value (bundlers and Node must find it).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match, Pattern

SOURCE_ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte", ".astro")
_TYPED = (".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".astro")
_ASSETS = (
    ".css",
    ".scss",
    ".sass",
    ".less",
    ".svg",
    ".png",
    ".jpg",
    ".webp",
    ".json",
    ".wasm",
    ".html",
    ".md",
    ".woff2",
)
_patterns: list[Pattern[str]] = []


class Import:
    """One imported specifier.

    value  it is there at run time too. checked: the TypeScript compiler must resolve it (not ``import "x"`` for its
           side effects, nor ``require`` as a function).
    always  beyond doubt it is loaded whenever the file is: a statement of the file itself, and used as a value.
    """

    __slots__ = ("always", "checked", "specifier", "value")

    def __init__(self, specifier: str, value: bool, checked: bool = True, always: bool = False) -> None:
        self.specifier = specifier
        self.value = value
        self.checked = checked
        self.always = always

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Import) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, bool, bool]:
        return (self.specifier, self.value, self.checked)

    def __repr__(self) -> str:
        return f"Import({self.specifier!r}{'' if self.value else ', type'})"


def read_imports(text: str, path: str) -> tuple[Import, ...]:
    """The imports of a source text; ``path`` tells its language. Lines of comments are left out."""
    typed = path.endswith(_TYPED)
    found: dict[str, Import] = {}
    for match in _pattern().finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip()
        if line.startswith(("//", "*", "/*")):
            continue
        specifier, clause = match["name"], match["clause"]
        value = _is_value(clause, text, typed) if clause is not None else not _in_type(match, text)
        checked = typed and _is_checked(match)
        always = value and _is_always(match, text, typed)
        known = found.get(specifier)
        if known is not None:
            value, checked = value or known.value, checked or known.checked
            always = always or known.always
        found[specifier] = Import(specifier, value, checked and not specifier.endswith(_ASSETS), always)
    return tuple(found.values())


def _is_checked(match: Match[str]) -> bool:
    clause = match["clause"]
    if clause is not None:
        return clause.split()[-1] == "from"
    return match["call"].startswith("import") or "=" in match["call"]


def _is_always(match: Match[str], text: str, typed: bool) -> bool:
    """Whether an import is a statement of the file itself, of which something is left for certain."""
    start = text.rfind("\n", 0, match.start()) + 1
    clause = match["clause"]
    if not _is_outermost(text[:start]):
        return False
    if clause is None:
        line = text[start : match.start()]
        words = line.split()
        plain = not words or (words[0] in ("const", "let", "var") and words[-1] == "=")
        return match["call"].startswith("require") and "resolve" not in match["call"] and line[:1] != " " and plain
    if text[start : match.start()].strip():
        return False
    words = clause.split()
    if not typed or words[-1] != "from":
        return True
    return words[0] == "import" and any(_is_called(name, text) for name in _bindings(clause))


def _is_outermost(before: str) -> bool:
    """Whether what follows a text is a statement of the file itself: in no block, comment or template."""
    if before.count("{") != before.count("}") or before.count("/*") != before.count("*/") or before.count("`") % 2:
        return False
    last = before.rstrip().rpartition("\n")[2].lstrip("} ")
    governs = last.startswith(("if", "for", "while", "else")) and last.endswith((")", "else"))
    return not governs and not last.endswith(("=>", "&&", "||", "?", ":"))


def _is_called(name: str, text: str) -> bool:
    """Whether a name (or a property of it) is called, constructed, extended or used as a decorator."""
    import re

    word = re.escape(name)
    uses = rf"(?:\bnew\s+|\bextends\s+|@){word}\b|(?<![\w$.'\"`]){word}\s*(?:\.\s*\w+\s*)*\("
    return any(not text[text.rfind("\n", 0, m.start()) + 1 : m.start()].lstrip().startswith(("//", "*", "/*"))
               for m in re.finditer(uses, text))  # fmt: skip


def _in_type(match: Match[str], text: str) -> bool:
    """Whether ``import("x")`` stands in a type: ``typeof import("x")``, ``import("x").Name``."""
    if not match["call"].startswith("import"):
        return False
    after = text[match.end() : match.end() + 3].lstrip(" )").lstrip()
    before = text[: match.start()].rstrip()
    return before.endswith(("typeof", ":", "<", "|")) or (after[:1] == "." and after[1:2].isupper())


def _pattern() -> Pattern[str]:
    if not _patterns:
        import re

        _patterns.append(
            re.compile(
                r"(?<![\w$.])(?:(?P<clause>(?:import|export)\b[^;'\"`=]*?\bfrom|import)\s*"
                r"|(?P<call>import\s+\w+\s*=\s*require|require(?:\.resolve)?|import)\s*\(\s*)"
                r"['\"`](?P<name>[^'\"`\n$]+)['\"`]"
            )
        )
    return _patterns[0]


def _is_value(clause: str, text: str, typed: bool) -> bool:
    """Whether an import statement leaves anything in the compiled file."""
    if not typed:
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
