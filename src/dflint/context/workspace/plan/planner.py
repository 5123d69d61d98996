"""The planner: from one command line to events, through package managers, task runners and package scripts."""

from __future__ import annotations

from dflint.context.workspace.paths import join
from dflint.context.workspace.plan.bodies import bodies
from dflint.context.workspace.plan.events import Call, Event
from dflint.context.workspace.plan.scripts import read_script, read_shell
from dflint.context.workspace.tools import program, read_tools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dflint.context.workspace.graph import Workspace
    from dflint.context.workspace.package import Package

    Words = Sequence[str | None]

_DEPTH = 12
# Programs that run the command that follows their own options, with the options that take a value.
_WRAPPERS: dict[str, tuple[str, ...]] = {
    "npx": ("-p", "--package", "-c", "--call"),
    "pnpx": (),
    "bunx": (),
    "corepack": (),
    "cross-env": (),
    "cross-env-shell": (),
    "dotenv": ("-e", "-v", "-c", "-p"),
    "dotenvx": ("-f", "--env-file", "-e", "--env"),
    "env-cmd": ("-f", "--file", "-e", "--environments", "-r"),
    "env": ("-u",),
    "doppler": (),
    "infisical": ("--env", "--path"),
    "varlock": (),
    "nice": ("-n",),
    "time": (),
    "exec": (),
    "node": (),
}
# Those that download a program which is not installed.
_FETCHING = frozenset(("npx", "pnpx", "bunx"))
_MANAGERS = frozenset(("npm", "pnpm", "yarn", "yarnpkg", "bun"))
_RUNNERS = frozenset(
    ("turbo", "nx", "lerna", "npm-run-all", "npm-run-all2", "run-s", "run-p", "run-z", "concurrently", "wsrun",
     "run-script-os")
)  # fmt: skip
# Words in a script file that make it look like one that builds other packages.
_TELLING = ("pnpm", "yarn", "npm ", "npm run", "turbo", "lerna", "nx ", "workspace", "packages/")

# Words in a script file of no package that make it look like one that builds anything.
_RUNNING = ("child_process", "exec", "spawn", "build", "tsc", "zx")


class Planner:
    """Plans command lines in one workspace.

    visible  whether a package's manifest is there (in the image); the root package is asked too.
    lookup   values of variables: "" if unset, None if not known.
    rooted   whether the file that declares the workspace is there; None: as the root package's manifest.
    """

    def __init__(
        self,
        workspace: Workspace,
        visible: Callable[[Package], bool] | None = None,
        lookup: Callable[[str], str | None] | None = None,
        rooted: bool | None = None,
    ) -> None:
        self.workspace = workspace
        self._visible = visible
        self._rooted = rooted
        self.lookup: Callable[[str], str | None] = lookup or (lambda name: None)
        self._active: list[tuple[str, str]] = []
        self._seen: dict[str, bool] = {}

    def sees(self, package: Package) -> bool:
        """Whether a package is visible."""
        found = self._seen.get(package.dir)
        if found is None:
            found = self._seen[package.dir] = self._visible is None or self._visible(package)
        return found

    @property
    def members(self) -> tuple[Package, ...]:
        """The visible packages, the root package last."""
        return tuple(package for package in self.workspace.packages if self.sees(package))

    @property
    def has_root(self) -> bool:
        """Whether the workspace root is visible, so that workspace commands find their members."""
        root = self.workspace.root_package
        return self._rooted if self._rooted is not None else root is None or self.sees(root)

    def plan(self, argv: Words, cwd: str | None, *, sure: bool = True) -> tuple[Event, ...]:
        """The events of a command line that is run in a directory of the context (None: not known)."""
        if cwd is None:
            return (self.opaque("a command runs in a directory that is not known", None),)
        return tuple(self._command(argv, cwd, sure))

    def opaque(self, why: str, cwd: str | None, *, everywhere: bool = True, sure: bool = True) -> Event:
        """An event for something that is not understood."""
        package = self.workspace.package_at(cwd) if cwd is not None else None
        return Event("opaque", package, cwd or "", why=why, everywhere=everywhere, sure=sure)

    def _command(self, argv: Words, cwd: str, sure: bool, fetched: bool = False) -> list[Event]:
        if len(self._active) > _DEPTH:
            return [self.opaque("scripts call each other too deeply", cwd)]
        name = program(argv)
        if name is None:
            return [self.opaque("a command's name is not known", cwd)]
        if name in _MANAGERS:
            from dflint.context.workspace.plan.managers import plan_manager

            return plan_manager(self, "yarn" if name == "yarnpkg" else name, argv[1:], cwd, sure)
        if name in ("rush", "rushx"):
            from dflint.context.workspace.plan.rush import plan_rush

            return plan_rush(self, name, argv[1:], cwd, sure)
        if name in _RUNNERS:
            from dflint.context.workspace.plan.runners import plan_runner

            return _called(plan_runner(self, name, argv[1:], cwd, sure), Call(name, cwd, sure, fetched))
        inner = unwrap(name, argv)
        if inner is None:
            found = self._tool(name, argv, cwd, sure)
        else:
            found = self._command(inner, cwd, sure, fetched or name in _FETCHING)
            if name in _FETCHING and any((word or "").startswith(("-p", "--package")) for word in argv[1:]):
                for event in found:
                    event.calls = event.calls[1:]  # it is fetched with the package that is named
            if name in _FETCHING or name == "node":
                return found
        return _called(found, Call(name, cwd, sure, fetched)) if _by_name(argv[0]) else found

    def _tool(self, name: str, argv: Words, cwd: str, sure: bool) -> list[Event]:
        workspace = self.workspace
        tools = read_tools(workspace, argv, cwd)
        package = workspace.package_at(cwd)
        if tools is None:
            found = self._bodies(argv, cwd, sure)
            return found if found is not None else [self._unknown(name, argv, cwd, sure)]
        found = []
        for tool in tools:
            owner = package
            if tool.config is not None:
                owner = workspace.package_at(tool.config.path.rpartition("/")[0]) or package
            found.append(Event("tool", owner, cwd, tool=tool, sure=sure))
            if tool.script is not None and self._telling(tool.script, owner):
                found.append(Event("opaque", owner, cwd, why=f"{name} {tool.script}", everywhere=True, sure=sure))
        return found

    def _bodies(self, argv: Words, cwd: str, sure: bool) -> list[Event] | None:
        """The events of a shell script or a make target of the context; None if it is not understood."""
        found: list[Event] = []
        for body in bodies(self.workspace.context, argv, cwd) or (None,):
            key = (body.path, body.text) if body is not None else ("", "")
            if body is None or key in self._active:
                return None
            home = body.path.rpartition("/")[0]
            lines = read_shell(body.text, body.cwd, self.lookup, body.dialect, errexit=body.errexit, home=home)
            if lines is None:
                return None
            self._active.append(key)
            try:
                for line in lines:
                    if line.cwd is None:
                        return None
                    found += self._command(line.words, line.cwd, sure and line.sure)
            finally:
                self._active.pop()
        return found

    def _unknown(self, name: str, argv: Words, cwd: str, sure: bool) -> Event:
        """A program that is not known: in a member's script it builds that member at most, unless it is a script file
        that mentions others."""
        package = self.workspace.package_at(cwd)
        member = package is not None and package is not self.workspace.root_package
        path = argv[0] if argv[0] is not None and "/" in argv[0] else None
        if name in ("sh", "bash", "dash", "zsh", "python", "python3", "deno", "zx", "ruby", "perl") and len(argv) > 1:
            path = argv[1]
            member = member and path is not None
        script = join(cwd, path) if path is not None else None
        everywhere = not member or not self._active or name in ("make", "just", "task", "moon", "rush")
        if script is not None and not everywhere:
            everywhere = self._telling(script, package)
        return Event("opaque", package, cwd, why=name, everywhere=everywhere, sure=sure)

    def _telling(self, script: str, package: Package | None) -> bool:
        """Whether a script file may build other packages than the one whose script runs it; so may one not at hand."""
        context = self.workspace.context
        own = bool(self._active) and package is not None and package is not self.workspace.root_package
        for candidate in (script, script + ".js", script + ".ts", script + ".mjs", script + "/index.js"):
            text = context.read(candidate) if context.is_file(candidate) else None
            if text is not None:
                return any(word in text for word in (_TELLING if own else (*_TELLING, *_RUNNING)))
        return True

    # -- scripts ----------------------------------------------------------------------------------------------

    def run_script(
        self,
        package: Package,
        name: str,
        args: Words = (),
        *,
        sure: bool = True,
        hooks: bool = True,
        cwd: str | None = None,
    ) -> list[Event]:
        """The events of a package script with its pre and post hooks; none if the package does not have it."""
        if name not in package.scripts:
            return []
        found: list[Event] = []
        for script in (f"pre{name}", name, f"post{name}") if hooks else (name,):
            text = package.scripts.get(script)
            if text is None or (package.dir, script) in self._active:
                continue
            self._active.append((package.dir, script))
            try:
                found += self._script(text, package, script, args if script == name else (), sure)
            finally:
                self._active.pop()
        return found

    def _script(self, text: str, package: Package, name: str, args: Words, sure: bool) -> list[Event]:
        lines = read_script(text, package.dir, self.lookup)
        if lines is None:
            event = self.opaque(f"the script '{name}' is not understood", package.dir, sure=sure)
            event.script = name
            return [event]
        found: list[Event] = []
        for at, line in enumerate(lines):
            words = (*line.words, *args) if at == len(lines) - 1 else line.words
            if line.cwd is None:
                found.append(self.opaque("a script changes to a directory that is not known", None))
                continue
            for event in self._command(words, line.cwd, sure and line.sure):
                if event.script is None:
                    event.script = name
                found.append(event)
        return found

    def run_in(self, packages: Sequence[Package], name: str, args: Words, sure: bool) -> list[Event]:
        """A script in several packages, in the given order."""
        found: list[Event] = []
        for package in packages:
            found += self.run_script(package, name, args, sure=sure)
        return found

    def command_in(self, packages: Sequence[Package], argv: Words, sure: bool) -> list[Event]:
        """A command in the folders of several packages."""
        found: list[Event] = []
        for package in packages:
            found += self._command(argv, package.dir, sure)
        return found

    def command(self, argv: Words, cwd: str, sure: bool) -> list[Event]:
        """A command line inside another one."""
        return self._command(argv, cwd, sure)

    def command_tool(self, argv: Words, cwd: str, sure: bool) -> list[Event]:
        """A command line that is a tool's own, whatever else its program can be."""
        return self._tool(program(argv) or "", argv, cwd, sure)


def _called(events: list[Event], call: Call) -> list[Event]:
    """The events with one more program around them."""
    for event in events:
        event.calls = (call, *event.calls)
    return events


def _by_name(word: str | None) -> bool:
    """Whether a program is looked for in node_modules, by its name or by its place there."""
    return word is not None and ("/" not in word or "node_modules/.bin/" in word)


def unwrap(name: str, argv: Words) -> Words | None:
    """The command line that a wrapper runs; None if the program is no wrapper."""
    if name == "node":
        from dflint.context.workspace.plan.rush import rush_words

        rush = rush_words(argv)
        if rush is not None:
            return rush
        # node_modules/typescript/bin/tsc, ./node_modules/.bin/next
        path = argv[1] if len(argv) > 1 else None
        return argv[1:] if path is not None and "node_modules/" in path else None
    valued = _WRAPPERS.get(name)
    if valued is None:
        return None
    at = 1
    while at < len(argv):
        word = argv[at]
        if word is None:
            return argv[at:]
        if word in valued:
            at += 2
        elif (
            word.startswith("-")
            or "=" in word
            or (name in ("dotenvx", "doppler", "infisical", "varlock") and word == "run")
        ):
            at += 1
        else:
            return (_unversioned(word), *argv[at + 1 :]) if name in ("npx", "pnpx", "bunx") else argv[at:]
    return ("true",)


def _unversioned(word: str) -> str:
    """``turbo@2`` as ``turbo``: the program of a package that is fetched to be run."""
    name, at, _ = word.rpartition("@")
    return name if at and name else word
