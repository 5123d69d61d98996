"""Package manager commands: what an install names, with every name's place in the file."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Literal

    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand
    from dflint.shell import ShWord

    Manager = Literal["apt", "apk", "dnf", "zypper", "pip", "npm", "gem"]

# Sub-commands that install, and options that take a value as the next word, from each manager's manual page.
_APT_VALUES = frozenset(("-t", "--target-release", "--default-release", "-o", "--option", "-c", "--config-file", "-a",
                         "--host-architecture", "-P", "--build-profiles", "--solver"))  # fmt: skip
_APK_VALUES = frozenset(("-t", "--virtual", "-X", "--repository", "-p", "--root", "--arch", "--keys-dir",
                         "--repositories-file", "--wait", "--cache-dir", "--cache-max-age"))  # fmt: skip
_DNF_VALUES = frozenset(("-c", "--config", "-x", "--exclude", "--enablerepo", "--disablerepo", "--repo", "--repoid",
                         "--installroot", "--releasever", "--setopt", "-d", "-e", "--forcearch"))  # fmt: skip
_ZYPPER_VALUES = frozenset(("-R", "--root", "-r", "--repo", "--from", "-t", "--type", "-C", "--capability"))
_RPM_ARCHES = frozenset(("x86_64", "aarch64", "noarch", "i686", "ppc64le", "s390x"))
_MANAGERS: Mapping[str, tuple[Manager, frozenset[str], frozenset[str]]] = {
    "apt-get": ("apt", frozenset(("install", "reinstall", "build-dep", "satisfy")), _APT_VALUES),
    "apt": ("apt", frozenset(("install", "reinstall", "build-dep", "satisfy")), _APT_VALUES),
    "aptitude": ("apt", frozenset(("install",)), _APT_VALUES | {"-q"}),
    "apk": ("apk", frozenset(("add",)), _APK_VALUES),
    "dnf": ("dnf", frozenset(("install", "localinstall", "reinstall")), _DNF_VALUES),
    "microdnf": ("dnf", frozenset(("install", "reinstall")), _DNF_VALUES),
    "yum": ("dnf", frozenset(("install", "localinstall", "reinstall")), _DNF_VALUES),
    "zypper": ("zypper", frozenset(("install", "in")), _ZYPPER_VALUES),
}


class PackageSpec:
    """One package that an install names.

    name      after expansion, without version, architecture and suite.
    text      the whole specification after expansion (``pkg=1.0``, ``pkg:arm64``, ``pkg/suite``).
    version, arch, suite   what follows ``=``, ``:`` (``.`` for RPM) and ``/``; None if absent. For apk the version is
              all that follows an operator, the operator included (``~=1.2``), and the suite is the tag after ``@``.
    word      the shell word it stands in.
    literal   True if the word is that text as written, so that it can be edited.
    installs  False for ``pkg-``, which removes (``!pkg`` for apk).
    local     True for a file or URL (``./x.deb``).
    pattern   True if the name has glob characters, or is no name but a group, a capability or a file.
    """

    __slots__ = ("arch", "installs", "literal", "local", "name", "pattern", "suite", "text", "version", "word")

    def __init__(self, text: str, word: ShWord, literal: bool, manager: Manager = "apt") -> None:
        self.text = text
        self.word = word
        self.literal = literal
        self.local = "://" in text or text.startswith(("/", "./", "../")) or text.endswith((".deb", ".rpm", ".apk"))
        self.arch: str | None = None
        self.suite: str | None = None
        if manager == "apt":
            name = self._apt(text)
        elif manager == "apk":
            name = self._apk(text)
        else:
            name = self._rpm(text)
        self.name = name
        self.pattern = any(char in name for char in "*?[]^$@(): ") or name.startswith("-")

    def _apt(self, text: str) -> str:
        name, _, version = text.partition("=")
        name, _, suite = name.partition("/")
        name, _, arch = name.partition(":")
        self.version = version or None
        self.suite = suite or None
        self.arch = arch or None
        self.installs = not (name.endswith("-") and len(name) > 1)
        return name if self.installs else name[:-1]

    def _apk(self, text: str) -> str:
        self.installs = not text.startswith("!")
        rest, _, tag = text.removeprefix("!").partition("@")
        name = rest.partition("=")[0].partition("<")[0].partition(">")[0].partition("~")[0]
        self.version = rest[len(name) :] or None
        self.suite = tag or None
        return name

    def _rpm(self, text: str) -> str:
        self.installs = not text.startswith("-")
        name, _, version = text.partition("=")
        self.version = version or None
        base, _, arch = name.rpartition(".")
        if base and arch in _RPM_ARCHES:
            self.arch = arch
            return base
        return name

    def __repr__(self) -> str:
        return f"PackageSpec({self.text!r})"


class Install:
    """One install command of a package manager.

    manager     ``apt``, ``apk``, ``dnf`` (also yum and microdnf) or ``zypper``; program: the command as called.
    verb        the sub-command word (``install``, ``add``).
    specs       the packages, in order; unknown: True if there are operands whose value is not known.
    options     the option words (with their values joined by ``=`` where they were separate), expanded if possible.
    """

    __slots__ = ("command", "manager", "options", "program", "specs", "step", "unknown", "verb")

    def __init__(self, step: Step, command: ShellCommand, manager: Manager, verb: ShWord) -> None:
        self.step = step
        self.command = command
        self.manager: Manager = manager
        self.program = command.prog or ""
        self.verb = verb
        self.specs: tuple[PackageSpec, ...] = ()
        self.options: tuple[str, ...] = ()
        self.unknown = False

    def option(self, *names: str) -> str | None:
        """Value of the first of these options (``''`` without a value), also bundled short ones; None if absent."""
        for option in self.options:
            name, _, value = option.partition("=")
            if name in names:
                return value
            if option[:1] == "-" and option[1:2] != "-" and any("-" + letter in names for letter in name[1:]):
                return ""
        return None

    @property
    def target_suite(self) -> str | None:
        """The suite that apt is told to prefer by ``-t``."""
        return self.option("-t", "--target-release", "--default-release") if self.manager == "apt" else None


def find_installs(step: Step) -> tuple[Install, ...]:
    """All installs of a RUN, in order of the commands."""
    values: dict[str, str | None] = {}
    found: list[Install] = []
    for command in step.commands:
        for name, word in command.assigns:
            if command.name is None:
                values[name] = "" if word is None else word.expand(_lookup(step, values, command))
        install = _read(step, command, _lookup(step, values, command))
        if install is not None:
            found.append(install)
    return tuple(found)


def _lookup(step: Step, values: Mapping[str, str | None], command: ShellCommand) -> Callable[[str], str | None]:
    loops = dict(command.loops)

    def lookup(name: str) -> str | None:
        if name in loops:
            items = [word.expand(lookup) if name not in _names(word) else None for word in loops[name]]
            return None if None in items else " ".join(item for item in items if item)
        if name in values:
            return values[name]
        return step.scope.shell(name)

    return lookup


def _names(word: ShWord) -> tuple[str, ...]:
    return tuple(word.variables)


def _read(step: Step, command: ShellCommand, lookup: Callable[[str], str | None]) -> Install | None:
    entry = _MANAGERS.get(command.prog or "")
    if entry is None:
        return None
    manager, verbs, with_value = entry
    install: Install | None = None
    options: list[str] = []
    specs: list[PackageSpec] = []
    unknown = False
    for option, word, text in _split(command.args, with_value, lookup):
        if option is not None:
            options.append(option)
        elif install is None:
            if text not in verbs:
                return None
            install = Install(step, command, manager, word)
        elif text is None:
            unknown = True
        elif word.literal:
            specs.append(PackageSpec(text, word, True, manager))
        else:
            specs.extend(PackageSpec(part, word, False, manager) for part in text.split())
    if install is None:
        return None
    if "xargs" in command.wrapper_names:
        from dflint.model.xargs import appended

        words = appended(step, command, install.verb, lookup)
        unknown = unknown or words is None
        for text, word in words or ():
            literal = word.literal and word.value == text and word is not install.verb
            specs.append(PackageSpec(text, word, literal, manager))
    install.options = tuple(options)
    install.specs = tuple(specs)
    install.unknown = unknown
    return install


def _split(
    words: tuple[ShWord, ...], with_value: frozenset[str], lookup: Callable[[str], str | None]
) -> Iterator[tuple[str | None, ShWord, str | None]]:
    """Yield (option, word, text): options with their values joined, operands with their expanded text."""
    pending: str | None = None
    only_operands = False
    for word in words:
        text = word.expand(lookup)
        if pending is not None:
            yield f"{pending}={text or ''}", word, text
            pending = None
        elif text is not None and text.startswith("-") and len(text) > 1 and not only_operands:
            if text == "--":
                only_operands = True
            elif text in with_value:
                pending = text
            else:
                yield text, word, text
        else:
            yield None, word, text
