"""Steps: one instruction with everything that is in force when it runs."""

from __future__ import annotations

from dflint.syntax.expand import Known, Unknown, expand
from dflint.syntax.nodes import Command, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.packages import Install
    from dflint.model.scope import Scope
    from dflint.model.shellstate import ShellState
    from dflint.model.stage import Stage
    from dflint.shell import Command as ShellCommand
    from dflint.shell import Opaque, Script
    from dflint.syntax.expand import Value
    from dflint.syntax.nodes import Instruction


class Step:
    """An instruction and the state before it.

    node      the instruction; for ``trigger`` steps the inside of an ONBUILD of the stage's parent.
    scope     variables; workdir, user: Values; shell: the shell for shell forms.
    """

    __slots__ = ("_installs", "_script", "index", "node", "scope", "shell", "stage", "trigger", "user", "workdir")

    def __init__(
        self,
        stage: Stage,
        index: int,
        node: Instruction,
        scope: Scope,
        workdir: Value,
        user: Value,
        shell: ShellState,
        trigger: bool,
    ) -> None:
        self.stage = stage
        self.index = index
        self.node = node
        self.scope = scope
        self.workdir = workdir
        self.user = user
        self.shell = shell
        self.trigger = trigger
        self._script: Script | Opaque | None = None
        self._installs: tuple[Install, ...] | None = None

    def expand(self, text: str) -> Value:
        """Expand a word of this instruction as the builder does."""
        return expand(text, self.scope.lookup, self.stage.build.file.escape)

    @property
    def script(self) -> Script | Opaque | None:
        """What RUN, CMD, ENTRYPOINT or HEALTHCHECK runs, parsed on first use; None for other instructions."""
        if self._script is None and isinstance(self.node, Command):
            from dflint.model.scripts import read_script

            self._script = read_script(self)
        return self._script

    @property
    def commands(self) -> tuple[ShellCommand, ...]:
        """The commands of ``script``; empty where it is opaque."""
        return getattr(self.script, "commands", ())

    @property
    def installs(self) -> tuple[Install, ...]:
        """Package manager installs of this RUN, in order."""
        if self._installs is None:
            if isinstance(self.node, Run):
                from dflint.model.packages import find_installs

                self._installs = find_installs(self)
            else:
                self._installs = ()
        return self._installs

    @property
    def from_references(self) -> tuple[Value, ...]:
        """What ``COPY --from`` or ``RUN --mount=from=`` of this step name (stages, images, contexts)."""
        found = []
        if isinstance(self.node, Transfer):
            flag = self.node.flag("from")
            if flag is not None and flag.value:
                found.append(self.expand(flag.value))
        elif isinstance(self.node, Run):
            for flag in self.node.flags:
                source = flag.option("from") if flag.name == "mount" else None
                if source:
                    found.append(self.expand(source))
        return tuple(found)

    def __repr__(self) -> str:
        return f"Step({self.stage.index}.{self.index} {self.node.name})"


def join_path(base: Value, path: Value) -> Value:
    """The absolute, cleaned directory that WORKDIR ``path`` means when ``base`` is the directory before."""
    if not isinstance(path, Known):
        return path
    text = path.text.replace("\\", "/") if path.text[1:3] in (":\\", ":/") else path.text
    if text.startswith("/") or text[1:2] == ":":
        return Known(clean_path(text))
    if not isinstance(base, Known):
        return Unknown(base.why) if isinstance(base, Unknown) else base
    return Known(clean_path(base.text + "/" + text))


def clean_path(path: str) -> str:
    """An absolute POSIX path without ``.``, ``..``, double or trailing slashes."""
    # Most paths are clean already, and this is asked for each of them.
    if path[:1] == "/" and path[-1:] not in "/." and not ("//" in path or "/./" in path or "/../" in path):
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if parts:
                parts.pop()
        elif part and part != ".":
            parts.append(part)
    return "/" + "/".join(parts)
