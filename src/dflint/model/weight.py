"""What each step of a stage adds to the image, as far as package facts and the build context tell.

Sizes are bytes and estimates: installed sizes as Debian's package indexes declare them, with the corrections of
`dflint.knowledge.sizes`; files as they lie in the build context. What nothing here can tell is named.
"""

from __future__ import annotations

from dflint.model.aptsources import apt_state
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Add, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.context import Context
    from dflint.knowledge.debian import PackageIndex
    from dflint.knowledge.solver import Solution
    from dflint.model.packages import Install
    from dflint.model.stage import Stage
    from dflint.model.step import Step
    from dflint.shell import Command

_APT = ("apt-get", "apt", "aptitude")
_FILE_LIMIT = 20_000
# Commands that leave nothing of note in a layer; whatever is neither here nor a known package manager is unknown.
_LIGHT = frozenset(
    ("[", "a2enmod", "addgroup", "adduser", "apt-mark", "cat", "cd", "chmod", "command", "corepack", "date",
     "dpkg-reconfigure", "echo", "env", "exit", "export", "false", "find", "grep", "groupadd", "id", "ldconfig",
     "ln", "locale-gen", "ls", "mkdir", "printf", "pwd", "rm", "rmdir", "sed", "set", "sha256sum", "sleep", "test",
     "touch", "true", "type", "umask", "uname", "unset", "update-alternatives", "update-ca-certificates", "useradd",
     "usermod", "which")
)  # fmt: skip


class Weight:
    """What one step adds.

    Attributes:
        step: the step.
        packages: bytes of apt packages, None when they cannot be told.
        recommended: the part of ``packages`` that only recommendations bring; 0 where they are off.
        lists: bytes of package lists that the step leaves behind.
        files: bytes of files from the build context, None when they cannot be told.
        unknown: what the step adds beside that nothing tells, as phrases ("what npm adds").
    """

    __slots__ = ("files", "lists", "packages", "recommended", "step", "unknown")

    def __init__(self, step: Step) -> None:
        self.step = step
        self.packages: int | None = 0
        self.recommended = 0
        self.lists = 0
        self.files: int | None = 0
        self.unknown: list[str] = []

    @property
    def known(self) -> int:
        """The bytes that are known."""
        return (self.packages or 0) + self.lists + (self.files or 0)


def weigh(stage: Stage) -> tuple[Weight, ...]:
    """What the steps of a stage add, those of the stages it is built from first; steps that add nothing left out."""
    apt = _Apt(stage)
    found = []
    for each in stage.chain:
        for step in each.steps:
            weight = Weight(step)
            if isinstance(step.node, Run):
                _run(weight, step, apt)
            elif isinstance(step.node, Transfer):
                _transfer(weight, step.node, step)
            if weight.known or weight.unknown or weight.packages is None or weight.files is None:
                found.append(weight)
    return tuple(found)


def recommended_size(step: Step) -> int:
    """Bytes of the packages that a RUN installs only because others recommend them; 0 where that is not known."""
    return sum(weight.recommended for weight in weigh(step.stage) if weight.step is step)


def base_size(stage: Stage) -> int | None:
    """Bytes of the base image's packages where these are all it holds (a distribution's own image), else None."""
    image = stage.image
    index = _index(stage)
    if stage.is_scratch:
        return 0
    if image is None or index is None or image.name != "debian":
        return None
    from dflint.knowledge.sizes import base_bytes

    return base_bytes(index, slim=_is_slim(stage)) if index.has_relations else None


def _is_slim(stage: Stage) -> bool:
    image = stage.image
    return image is not None and "slim" in (image.tag or "")


def _index(stage: Stage) -> PackageIndex | None:
    image = stage.image
    if image is None or image.distro != "debian" or image.release is None:
        return None
    from dflint.knowledge import packages

    return packages(image.release)


class _Apt:
    """The packages that are installed so far."""

    def __init__(self, stage: Stage) -> None:
        self.index = _index(stage)
        self.slim = _is_slim(stage)
        held = stage.image.packages if stage.image is not None else None
        self.installed: set[str] | None = set(held) if held is not None and self.index is not None else None

    def install(self, installs: list[Install], purged: set[str], weight: Weight) -> None:
        """Add the installs of one RUN, less what the same RUN purges again."""
        if self.index is None or self.installed is None:
            weight.packages = None
            weight.unknown.append("packages")
            return
        names: list[str] = []
        recommends = False
        for install in installs:
            if not self._readable(install):
                weight.packages = None
                weight.unknown.append(f"some of the packages that {install.program} installs")
                self.installed = None
                return
            names += [spec.name for spec in install.specs if spec.installs and spec.name not in purged]
            recommends = recommends or wants_recommends(install)
        lean = self._solve(names, False)
        full = self._solve(names, True) if recommends else lean
        if lean is None or full is None:
            weight.packages = None
            weight.unknown.append("packages")
            return
        if full.missing:
            weight.unknown.append("packages that the release lacks")
        weight.packages = self._bytes(full)
        weight.recommended = weight.packages - self._bytes(lean)
        self.installed |= set(full.packages)

    def _solve(self, names: list[str], recommends: bool) -> Solution | None:
        """What an install adds; None where that is not known."""
        if self.index is None or self.installed is None:
            return None
        from dflint.knowledge.solver import solve

        found = solve(self.index, names, self.installed, recommends=recommends)
        return None if found is None or found.unknown or found.conflicts else found

    def _bytes(self, solution: Solution) -> int:
        from dflint.knowledge.sizes import layer_bytes

        assert self.index is not None
        return layer_bytes(self.index, solution.packages, slim=self.slim)

    def _readable(self, install: Install) -> bool:
        if install.unknown or install.target_suite is not None or install.verb.value != "install":
            return False
        if any(
            spec.local or spec.pattern or spec.version is not None or spec.suite is not None for spec in install.specs
        ):
            return False
        state = apt_state(install.step, install.command)
        index = self.index
        if index is None:
            return False
        own = all(index.verdict(spec.name, {"main", *state.components}).status == "ok" for spec in install.specs)
        return own or state.foreign is None


def wants_recommends(install: Install) -> bool:
    """Whether an apt install takes recommended packages along, by its own options."""
    options = " ".join(install.options).lower()
    return not ("--no-install-recommends" in options or "install-recommends=false" in options.replace("0", "false"))


def _run(weight: Weight, step: Step, apt: _Apt) -> None:
    script = step.script
    if not isinstance(script, Script) or script.has_errors:
        weight.unknown.append("what the script adds")
        return
    installs = [install for install in step.installs if install.manager == "apt"]
    purged = {value for command in script.commands for value in _purged(command)}
    if installs:
        apt.install(installs, purged, weight)
    weight.lists = _lists(step, apt)
    other = dict.fromkeys(
        command.prog or "a command" for command in script.commands if command.prog not in _LIGHT and _adds(command)
    )
    weight.unknown += [f"what {name} adds" for name in other]


def _adds(command: Command) -> bool:
    return command.name is not None and command.prog not in _APT


def _purged(command: Command) -> list[str]:
    values = [value for value in command.values() if value is not None]
    if command.prog not in _APT or not {"purge", "remove"} & set(values):
        return []
    return [value for value in values if not value.startswith("-") and value not in ("purge", "remove")]


def _lists(step: Step, apt: _Apt) -> int:
    from dflint.model.leftovers import kept_update

    if apt.index is None or kept_update(step) is None:
        return 0
    from dflint.knowledge.sizes import apt_lists_bytes

    return apt_lists_bytes(apt.index.release) or 0


def _transfer(weight: Weight, node: Transfer, step: Step) -> None:
    if node.flag("from") is not None:
        weight.unknown.append("what it copies from another stage or image")
        return
    context = step.stage.build.context
    for word in node.sources:
        value = step.expand(word.text)
        size = None
        if context is not None and isinstance(value, Known) and not (isinstance(node, Add) and _is_special(value.text)):
            size = _tree_size(context, value.text)
        if size is None:
            weight.files = None
            weight.unknown.append(f"the size of {word.text}")
            return
        weight.files = (weight.files or 0) + size


def _is_special(source: str) -> bool:
    """Whether ADD fetches or unpacks a source, by its name."""
    return (
        "://" in source or source.startswith("git@") or any(part in source for part in (".tar", ".tgz", ".tbz", ".txz"))
    )


def _tree_size(context: Context, pattern: str) -> int | None:
    """Bytes of what a COPY source selects; None where that cannot be told."""
    total = 0
    queue = list(context.glob(pattern))
    if not queue:
        return None
    for seen, path in enumerate(queue):
        if seen > _FILE_LIMIT:
            return None
        if context.is_link(path):
            continue
        if context.is_dir(path):
            queue += [
                f"{path}/{name}".lstrip("/")
                for name in context.listdir(path)
                if context.sent(f"{path}/{name}".lstrip("/"))
            ]
            continue
        size = context.size(path)
        if size is None:
            return None
        total += size
    return total
