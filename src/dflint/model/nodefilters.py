"""Package filters on command lines that no package answers: of the workspace, or of those that are in the image.

Observed: ``npm -w``, ``yarn workspace``, ``bun --filter``, ``turbo --filter`` and ``lerna --scope`` fail; ``pnpm
--filter`` says that no project matched, does nothing and ends with status 0.
"""

from __future__ import annotations

from dflint.context.workspace.paths import below, join, parent
from dflint.context.workspace.plan.filters import Selector, match
from dflint.context.workspace.plan.line import VALUED
from dflint.model.nodeinstall import mentions
from dflint.model.nodesite import rooted_in
from dflint.model.wants import Want

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.context.workspace import Package
    from dflint.model.nodebuild import Call, NodeBuild
    from dflint.shell.words import ShWord

_SPECIAL = frozenset("*?[]{}!^$()")
# Commands of pnpm and bun behind which options of the manager still count.
_GOING_ON = frozenset(("run", "exec", "recursive", "install", "i", "ci", "deploy", "list", "ls"))
_INSTALLING = frozenset(("install", "i", "ci", "add"))
_OPTIONS = {
    "npm": ("-w", "--workspace"),
    "pnpm": ("--filter", "-F", "--filter-prod"),
    "bun": ("--filter", "-F"),
    "turbo": ("--filter", "-F"),
    "lerna": ("--scope",),
}


class Unmatched:
    """A filter that names a package which the workspace does not have.

    program  who reads it. word: the word of the command that holds it. name: what it names.
    fails    the command fails, and does not only do nothing.
    """

    __slots__ = ("call", "fails", "name", "program", "word")

    def __init__(self, call: Call, program: str, word: ShWord, name: str, *, fails: bool) -> None:
        self.call = call
        self.program = program
        self.word = word
        self.name = name
        self.fails = fails


def unmatched(node: NodeBuild) -> Iterator[Unmatched]:
    """The filters of all stages that are needed which match nothing."""
    for stage in node.build.stages:
        for call in node.calls(stage) if stage.index in node.build.needed else ():
            yield from _of_call(call)


def _of_call(call: Call) -> Iterator[Unmatched]:
    if not call.command.exact or not _is_known(call):
        return
    program, found = _filters(call)
    wrong = [(word, name) for word, name in found if _matches_nothing(call, program, name)]
    # pnpm goes on with what the other filters choose.
    if wrong and (program != "pnpm" or len(wrong) == len(found)):
        for word, name in wrong:
            fails = program != "pnpm" or "--fail-if-no-match" in call.values
            yield Unmatched(call, program, word, Selector(name).body, fails=fails and call.certain)


def _filters(call: Call) -> tuple[str, list[tuple[ShWord, str]]]:
    """The program that reads the filters of a command, and the filters with the words that they are part of."""
    words, values = _unwrapped(call)
    program = (values[0] or "").rpartition("/")[2] if values else ""
    given = [value or "" for value in values]
    if None in values:
        return program, []
    if program in ("yarn", "yarnpkg"):
        return "yarn", [(words[2], given[2])] if given[1:2] == ["workspace"] and len(given) > 3 else []
    names = _OPTIONS.get(program)
    if names is None or (program == "bun" and "run" not in given and "install" in given):
        return program, []
    return program, list(_given(program, words, given, names))


def filter_wants(node: NodeBuild, call: Call) -> Iterator[Want]:
    """The packages that a command is told to work in and that are not in the image, where none of them is."""
    if not call.certain or call.site.root is None or not rooted_in(call.site, call.view):
        return
    program, found = _filters(call)
    wanted = [_meant(call, program, text) for _, text in found]
    if not wanted or any(package is None or not _uncopied(node, call, package) for package in wanted):
        return
    installs = not _INSTALLING.isdisjoint(value or "" for value in call.values[1:])
    if installs and program == "pnpm":
        return  # nothing is installed, and that may be all that is meant for now
    for package in wanted:
        assert package is not None
        path = package.path("package.json") if installs else package.dir
        ignored = node.context.ignored(package.path("package.json"))
        effect = "does nothing and reports success" if program == "pnpm" else "fails"
        yield Want(
            "manifest" if installs else "source", "ignored" if ignored else "uncopied", call.step, call.command,
            path=path, place=call.site.image(path) or "", owner=package.label, needed_by=package.label,
            why=f"{program} finds no package '{package.label}' and {effect}",
        )  # fmt: skip


def _meant(call: Call, program: str, text: str) -> Package | None:
    """The one member that a filter without patterns means."""
    workspace = call.site.workspace
    name = text if program in ("npm", "yarn") else Selector(text).body
    if not name or _SPECIAL.intersection(name) or text.startswith("!"):
        return None
    if program in ("npm", "yarn"):
        target = join(workspace.root, name) if program == "npm" else None
        found = workspace.named(name) or (workspace.by_dir.get(target) if target is not None else None)
    else:
        matched = match(workspace, name, call.directory)
        found = matched[0] if len(matched) == 1 else None
    return found if found is not workspace.root_package else None


def _uncopied(node: NodeBuild, call: Call, package: Package) -> bool:
    path = package.path("package.json")
    place = call.site.image(path)
    return (
        place is not None
        and call.view.find(place).kind == "absent"
        and call.view.bringer(place) is None
        and not node.context.git_ignored(path)
    )


def _unwrapped(call: Call) -> tuple[Sequence[ShWord], Sequence[str | None]]:
    """The words of a command without npx, ``pnpm exec`` and the like in front of a task runner."""
    values = list(call.values)
    for at in range(min(3, len(values))):
        if values[at] in ("turbo", "lerna") and values[0] in ("npx", "pnpm", "yarn", "bunx", "npm", "bun", values[at]):
            return call.command.words[at:], values[at:]
    return call.command.words, values


def _given(
    program: str, words: Sequence[ShWord], values: Sequence[str], names: Sequence[str]
) -> Iterator[tuple[ShWord, str]]:
    """The values of an option, with the words that they are part of.

    pnpm and bun hand everything after a script's name to the script; nobody reads what follows ``--``.
    """
    at = 1
    while at < len(values) and values[at] != "--":
        value = values[at]
        name, equals, text = value.partition("=")
        if name in names and equals:
            yield words[at], text
        elif value in names and at + 1 < len(values):
            yield words[at + 1], values[at + 1]
        if value.startswith("-"):
            at += 1 if not equals and value in VALUED.get(program, ()) else 0
        elif program in ("pnpm", "bun") and value not in _GOING_ON:
            return
        at += 1


def _matches_nothing(call: Call, program: str, text: str) -> bool:
    workspace = call.site.workspace
    name = Selector(text).body if program != "npm" else text
    if not name or _SPECIAL.intersection(name) or text.startswith("!") or name == "//":
        return False
    if program == "yarn":
        return workspace.named(name) is None
    if program == "npm":
        target = join(workspace.root, name)
        places = target is not None and any(below(package.dir, target) for package in workspace.packages)
        return workspace.named(name) is None and not places
    if name.startswith((".", "/")) or (program == "turbo" and "#" in name):
        return False
    return not match(workspace, name, call.directory)


def _is_known(call: Call) -> bool:
    """Whether the workspace is what the context says: its root is there, and no command adds or renames packages."""
    site, view = call.site, call.view
    root, members = site.root, site.workspace.members
    if root is None or not members or not rooted_in(site, view):
        return False
    if view.find(f"{root.rstrip('/')}/package.json").kind != "context" or mentions(call.step, "package.json"):
        return False
    probe = site.image(f"{parent(members[0].dir)}/.other/package.json".lstrip("/"))
    return probe is not None and view.find(probe).kind == "absent"
