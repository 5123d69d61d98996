"""A package manager's command line, taken apart."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Words = Sequence[str | None]

VALUED = {
    "pnpm": frozenset(
        ("-C", "--dir", "--filter", "-F", "--filter-prod", "--workspace-concurrency", "--reporter", "--loglevel",
         "--resume-from", "--test-pattern", "--changed-files-ignore-pattern", "--store-dir",
         "--network-concurrency", "--virtual-store-dir", "--registry", "--modules-dir", "--lockfile-dir",
         "--package-import-method")
    ),
    "npm": frozenset(
        ("-w", "--workspace", "--prefix", "-C", "--loglevel", "--registry", "--cache", "--userconfig",
         "--script-shell", "--omit", "--include", "--only", "--also", "--location", "--fetch-retries",
         "--fetch-timeout", "--install-strategy", "--maxsockets")
    ),
    "yarn": frozenset(
        ("--cwd", "--network-timeout", "--cache-folder", "--registry", "--mutex", "--network-concurrency",
         "--modules-folder", "--use-yarnrc", "--mode")
    ),
    "bun": frozenset(
        ("--cwd", "--filter", "-F", "--config", "-c", "--registry", "--cache-dir", "--backend", "--linker", "--omit")
    ),
}  # fmt: skip
# Subcommands that neither run package scripts nor write into packages.
QUIET = frozenset(
    ("add", "audit", "bin", "cache", "config", "dedupe", "doctor", "env", "fund", "help", "import", "info", "init",
     "licenses", "link", "list", "ll", "login", "ls", "outdated", "pack", "patch", "patch-commit", "pkg", "plugin",
     "prune", "publish", "query", "remove", "rm", "root", "sbom", "self-update", "set", "setup", "shrinkwrap",
     "store", "uninstall", "unlink", "up", "update", "upgrade", "version", "versions", "view", "whoami", "why",
     "fetch", "global", "approve-builds", "completion", "pm", "autoclean", "dist-tag")
)  # fmt: skip
INSTALLS = frozenset(
    ("install", "i", "ci", "clean-install", "install-clean", "isntall", "rebuild", "rb", "install-test", "it")
)
RUNS = frozenset(("run", "run-script", "rum", "urn"))
SHORT = frozenset(("start", "test", "stop", "restart", "t", "tst"))


class Line:
    """A manager's command line, taken apart: options before the command, the command, and what follows.

    Options are read wherever the manager reads them: up to the script's name for ``run``, everywhere otherwise.
    """

    def __init__(self, manager: str, args: Words) -> None:
        self.manager = manager
        self.options: list[tuple[str, str | None]] = []
        self.flags: set[str] = set()
        rest = self._options(list(args))
        self.command = rest[0] if rest else None
        self.rest: list[str | None] = rest[1:]
        self.named = bool(rest)

    def _options(self, args: list[str | None]) -> list[str | None]:
        """Take the options at the start of the arguments; what follows them is returned."""
        valued = VALUED[self.manager]
        at = 0
        while at < len(args):
            word = args[at]
            if word is None or not word.startswith("-") or word == "--":
                break
            name, equals, value = word.partition("=")
            if equals:
                self.options.append((name, value))
                self.flags.add(name)
            elif word in valued:
                self.options.append((word, args[at + 1] if at + 1 < len(args) else None))
                at += 1
            else:
                self.flags.add(word)
            at += 1
        return args[at:]

    def more(self) -> None:
        """Read further options between ``run`` and the script's name."""
        self.rest = self._options(self.rest)

    def everywhere(self) -> None:
        """Read the options that stand among the remaining words (install commands)."""
        left: list[str | None] = []
        rest = self.rest
        while rest:
            rest = self._options(rest)
            if rest:
                left.append(rest[0])
                rest = rest[1:]
        self.rest = left

    def values(self, *names: str) -> list[str | None]:
        """All values of an option."""
        return [value for name, value in self.options if name in names]

    def value(self, *names: str) -> str | None:
        """The last value of an option."""
        found = self.values(*names)
        return found[-1] if found else None

    def has(self, *names: str) -> bool:
        """Whether a flag or option is given."""
        return any(name in self.flags for name in names) or any(name in names for name, _ in self.options)


def script_name(line: Line) -> str | None:
    """The script that a ``run`` or a short form of it means, taken off the line; None if missing or not known."""
    command = line.command
    if command in RUNS:
        line.more()
        if not line.rest or line.rest[0] is None:
            return None
        command, line.rest = line.rest[0], line.rest[1:]
    return "test" if command in ("t", "tst") else command
