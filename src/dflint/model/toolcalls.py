"""Calls of build tools: their words, the directory they work in, and the files that they find there."""

from __future__ import annotations

from dflint.model.ops import ABSENT
from dflint.model.projectfiles import view_before
from dflint.model.started import commands_with_directory, resolved
from dflint.model.step import clean_path
from dflint.model.wants import Want
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dflint.context import Context
    from dflint.model.build import Build
    from dflint.model.filesystem import View
    from dflint.model.ops import Place
    from dflint.model.step import Step
    from dflint.model.wants import Kind, State
    from dflint.shell import Command

_MOST_FOLDERS = 2000


class Arguments:
    """Words after a program's name: ``operands``, and ``flags`` with their values in order ("" without one).

    A value is None where it is not known.
    """

    __slots__ = ("flags", "operands")

    def __init__(self) -> None:
        self.operands: list[str] = []
        self.flags: dict[str, list[str | None]] = {}

    def has(self, *names: str) -> bool:
        """Whether one of these flags is given."""
        return any(name in self.flags for name in names)

    def value(self, *names: str) -> str | None:
        """The last value that one of these flags is given; None without one."""
        given = [value for name in names for value in self.flags.get(name, ())]
        return given[-1] if given else None

    def values(self, *names: str) -> list[str | None]:
        """All values that these flags are given."""
        return [value for name in names for value in self.flags.get(name, ())]


class Call:
    """A command of a RUN that runs for certain, and whose failure fails the step.

    words  its name without directory, and its arguments as far as they are known. cwd: where it runs.
    """

    __slots__ = ("_view", "command", "cwd", "step", "words")

    def __init__(self, step: Step, command: Command, words: tuple[str | None, ...], cwd: str) -> None:
        self.step = step
        self.command = command
        self.words = words
        self.cwd = cwd
        self._view: View | None = None

    @property
    def context(self) -> Context:
        """The build context."""
        context = self.step.stage.build.context
        assert context is not None
        return context

    @property
    def view(self) -> View:
        """The files when it starts."""
        if self._view is None:
            self._view = view_before(self.command, self.step)
        return self._view

    def variable(self, name: str) -> str | None:
        """Value of a variable that the Dockerfile or the command itself sets; "" if neither does, None if unknown."""
        for key, word in self.command.assigns:
            if key == name:
                return word.expand(self.step.scope.shell) if word is not None else ""
        for other in self.step.commands:
            if other.name is not None and other.prog == "export" and any(name in word.text for word in other.args):
                return None
        return self.step.scope.shell(name) if self.step.scope.declared(name) else ""

    def arguments(self, start: int, with_value: Collection[str]) -> Arguments | None:
        """The words from ``start`` on; None where one that is no flag's value is not known.

        with_value  flags that take the next word as their value, unless it is given after ``=``.
        """
        found = Arguments()
        at = start
        while at < len(self.words):
            value = self.words[at]
            shown = value if value is not None else self.command.words[at].text.lstrip("\"'")
            at += 1
            if shown[:1] != "-" or shown == "-":
                if value is None:
                    return None
                found.operands.append(value)
                continue
            name, equals, rest = shown.partition("=")
            if value is None and not equals:
                return None
            given: str | None = rest if value is not None else None
            if not equals and name in with_value and at < len(self.words):
                given = self.words[at]
                at += 1
            found.flags.setdefault(name, []).append(given)
        return found

    def place(self, path: str) -> str:
        """The absolute path that a word means where the command runs."""
        return resolved(self.cwd, path) or clean_path(path)

    def find(self, place: str) -> Place:
        """What is at an absolute path."""
        return self.view.find(place)

    def lacks(self, place: str) -> bool:
        """Whether there is certainly no file at an absolute path."""
        return self.find(place).kind == "absent" and not self.view.may_be_made(place)

    def upwards(self, directory: str, name: str) -> tuple[str, Place]:
        """The nearest directory, from ``directory`` upwards, that has (or may have) a file of this name."""
        while True:
            place = self.find(f"{directory.rstrip('/')}/{name}")
            if place.kind != "absent":
                return directory, place
            if directory == "/":
                return "/", ABSENT
            directory = directory.rpartition("/")[0] or "/"

    def holds_nothing(self, layout: Layout, folder: str) -> bool:
        """Whether certainly no file of a folder of the context is in the image."""
        queue = [folder]
        for each in queue:
            if len(queue) > _MOST_FOLDERS:
                return False
            for name in self.context.listdir(each):
                path = f"{each}/{name}"
                if self.context.is_dir(path):
                    queue.append(path)
                elif self.find(layout.place(path)).kind != "absent":
                    return False
        return not self.view.may_be_made(layout.place(folder) + "/file")

    def want(self, kind: Kind, path: str, place: str, *, owner: str, needed_by: str, why: str) -> Iterator[Want]:
        """The want of a file (or folder of sources) that ``lacks`` says is not there.

        Nothing if it cannot be told why. What the context lacks as well is somebody else's output, a lock file aside.
        """
        context = self.context
        state: State
        if not context.readable(path):
            return
        if not context.exists(path):
            if kind != "lock":
                return
            state = "nowhere"
        else:
            state = "uncopied" if context.sent(path) else "ignored"
        yield Want(
            kind, state, self.step, self.command, path=path, place=place, owner=owner, needed_by=needed_by, why=why
        )

    def project(self, layout: Layout, manifest: str, *, owner: str, needed_by: str, why: str) -> Iterator[Want]:
        """The want of a project of which the tool reads the manifest and more: its folder, if nothing of that is there.

        Nothing if the manifest may be there.
        """
        place, folder = layout.place(manifest), manifest.rpartition("/")[0]
        if not self.lacks(place):
            return
        if folder and folder != layout.directory and self.holds_nothing(layout, folder):
            where = layout.place(folder)
            yield from self.want("source", folder, where, owner=owner, needed_by=needed_by, why=why)
        else:
            yield from self.want("manifest", manifest, place, owner=owner, needed_by=needed_by, why=why)


class Layout:
    """Where a directory of the context lies in the image: paths are the same as seen from it."""

    __slots__ = ("directory", "image")

    def __init__(self, directory: str, image: str) -> None:
        self.directory = directory
        self.image = image

    def place(self, path: str) -> str:
        """The absolute path in the image that a path of the context has beside the directory."""
        here = self.directory.split("/") if self.directory else []
        there = path.split("/") if path else []
        same = 0
        while same < min(len(here), len(there)) and here[same] == there[same]:
            same += 1
        return clean_path("/".join([self.image, *[".."] * (len(here) - same), *there[same:]]))

    def path(self, place: str) -> str | None:
        """The path of the context that lies at an absolute path of the image; None if it would be outside."""
        if _is_inside(place, self.image):
            rest = place[len(self.image.rstrip("/")) + 1 :]
            return f"{self.directory}/{rest}".strip("/") if rest else self.directory
        above, home = self.directory, self.image
        while above and home != "/" and above.rpartition("/")[2] == home.rpartition("/")[2]:
            above, home = above.rpartition("/")[0], home.rpartition("/")[0] or "/"
            if _is_inside(place, home):
                return f"{above}/{place[len(home.rstrip('/')) + 1 :]}".strip("/")
        return None


def _is_inside(place: str, directory: str) -> bool:
    return place == directory or place.startswith(directory.rstrip("/") + "/")


def guessed(context: Context, place: str, cwd: str | None = None) -> str | None:
    """The path of the context that a file at an absolute path of the image most likely comes from: its last parts.

    cwd  at most the parts that are those of this directory are left out in front.
    """
    parts = place.strip("/").split("/")
    most = len(parts)
    if cwd is not None:
        here = cwd.strip("/").split("/")
        most = 1 + next((at for at, part in enumerate(parts) if here[at : at + 1] != [part]), len(parts))
    paths = ["/".join(parts[at:]) for at in range(most)]
    return next((path for path in paths if context.is_file(path)), None)


def layout_of(place: Place, image: str) -> Layout:
    """The layout of the manifest that a copy of the context left in a directory of the image."""
    return Layout(place.path.rpartition("/")[0], image)


def calls_of(build: Build, programs: Collection[str]) -> Iterator[Call]:
    """The calls of these programs in the stages that the build needs, in order."""
    for stage in build.stages:
        if stage.index not in build.needed:
            continue
        for step in stage.steps:
            if isinstance(step.node, Run) and not step.trigger and not getattr(step.script, "has_errors", True):
                yield from _in_step(step, programs)


def _in_step(step: Step, programs: Collection[str]) -> Iterator[Call]:
    for command, cwd in commands_with_directory(step, step.workdir):
        if command.name is None or command.prog is None or cwd is None:
            continue
        prog = "python" if command.prog.startswith("python") else command.prog
        if prog not in programs or command.guarded or command.conditional or command.substitution:
            continue
        if command.function is None and not command.background and "xargs" not in command.wrapper_names:
            words = (command.prog, *[word.expand(step.scope.shell) for word in command.args])
            yield Call(step, command, words, cwd)
