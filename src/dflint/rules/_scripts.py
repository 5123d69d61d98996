"""What the rules about started files share: where a file comes from, and a repair right after its COPY."""

from __future__ import annotations

from dflint.syntax.expand import Known
from dflint.syntax.nodes import Healthcheck, Run, Transfer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Fix
    from dflint.model import Build, Step
    from dflint.model.started import Started
    from dflint.model.trail import Trail
    from dflint.shell import Command

    Repairs = Callable[[Command, str | None, str], bool]

_SYSTEM = ("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/")
_SHELLS = frozenset(("sh", "bash", "dash", "ash", ".", "source"))
_COMMON = frozenset(
    ("python", "python3", "node", "npm", "yarn", "pnpm", "java", "nginx", "php", "php-fpm", "apache2-foreground",
     "gunicorn", "uvicorn", "flask", "ruby", "bundle", "rails", "sleep", "tail", "curl", "wget", "dotnet", "echo")
)  # fmt: skip
_ROOT = frozenset(("root", "0", "root:root", "0:0"))
_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def copied_files(build: Build, repairs: Repairs) -> Iterator[tuple[Started, Trail]]:
    """Started files that come from the build context and that no command on their way may have changed.

    repairs  whether a command (its directory, the file's path) may have removed the trouble in question.
    """
    if build.context is None or not any(_may_start_a_file(step) for step in build.steps):
        return
    from dflint.model.started import started
    from dflint.model.trail import leaves_alone

    for each in started(build):
        way = _way(each)
        if way is not None and all(
            command is not None and leaves_alone(command, path) and not repairs(command, cwd, path)
            for command, cwd, path in way.commands()
        ):
            yield each, way


def _may_start_a_file(step: Step) -> bool:
    """A cheap look at the commands, so that little is loaded for files that start programs of the system only."""
    for command in step.commands:
        name = command.name.value if command.name is not None else None
        if name is None:
            continue
        if "/" in name:
            if not name.startswith(_SYSTEM):
                return True
        elif name in _SHELLS:
            if command.args:
                return True
        elif not isinstance(step.node, Run) and name not in _COMMON:
            return True
    return False


def _way(each: Started) -> Trail | None:
    from dflint.model.trail import trail

    if each.path is not None:
        return trail(each, each.path)
    if not each.at_start and "." not in each.name:
        return None  # a program of the system, hardly ever one that was copied
    return next((way for folder in _PATH if (way := trail(each, f"{folder}/{each.name}")) is not None), None)


def effect(each: Started) -> str:
    """The key of the message that says what fails."""
    if not each.at_start:
        return "step"
    return "health" if isinstance(each.step.node, Healthcheck) else "start"


def run_after_copy(ctx: RuleContext, way: Trail, title: str, command: str) -> Fix | None:
    """Insert a RUN right after the COPY from the context; None where no command can run or write there."""
    step = way.copies[-1]
    if not isinstance(step.node, Transfer) or step.trigger or not can_run_as_root(step):
        return None
    edit = ctx.edit.insert_instruction_after(step.node, f"RUN {command}")
    return ctx.fix(title, edit, changes=True)


def can_run_as_root(step: Step) -> bool:
    """Whether a RUN after a step works, and may change any file."""
    image = step.stage.image
    if image is None or image.distro in (None, "distroless", "windows", "busybox"):
        return False
    return isinstance(step.user, Known) and step.user.text in _ROOT
