"""Rule lost-shell-state."""

from __future__ import annotations

from dflint.engine import rule
from dflint.model.step import join_path
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model import Step
    from dflint.shell import Command

_SETTING = frozenset(("export", "alias"))
# At the end of a longer RUN these tidy up.
_ALONE = frozenset(("unset", "umask", "ulimit", "set", "shopt", "pushd"))
# Files that only set variables and functions.
_SOURCED = ("/activate", "/.bashrc", "/.profile", "/.bash_profile", "/nvm.sh", "/.cargo/env", "/etc/profile", ".env",
            "/.zshrc", "/setup.bash", "/conda.sh")  # fmt: skip
_HINTS = ("cd ", "export ", "alias ", "unset ", "umask ", "ulimit ", "set -", "shopt ", "pushd ", "source ", ". ",
          "service ", "init.d/")  # fmt: skip


@rule("lost-shell-state")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """RUNs that end with a command whose effect ends with them."""
    text = ctx.source.text
    if not any(hint in text for hint in _HINTS):
        return
    from dflint.rules._lost import follower, last_command, lost_directory

    for step in ctx.steps(Run):
        command = last_command(step)
        if command is None or command.prog is None:
            continue
        prog = command.prog
        alone = len(step.commands) == 1
        if prog == "cd":
            directory = lost_directory(step)
            if directory is None or any(other.prog == "cd" for other in step.commands if other is not command):
                continue  # going back where the RUN came from
            if ctx.context is not None and ctx.context_certain and follower(step, directory) is not None:
                continue  # lost-working-directory says it
            fixes = [_workdir(ctx, step, command, directory)] if alone else []
            aliases = ("hadolint:DL3003",) if alone else ()
            yield ctx.finding(command.span, "directory", fixes=fixes, aliases=aliases, directory=directory)
        elif (prog in _SETTING or (alone and prog in _ALONE)) and command.args and not command.redirects:
            fixes = [_env(ctx, step, command)] if alone and prog == "export" else []
            yield ctx.finding(command.span, "setting", fixes=fixes, aliases=(), prog=prog, instead=_instead(prog))
        elif prog in ("source", ".") and command.args and command.args[0].text.strip("\"'").endswith(_SOURCED):
            yield ctx.finding(command.span, "setting", aliases=(), prog=prog, instead="do it in the RUN that needs it")
        elif alone and _starts_service(command):
            yield ctx.finding(command.span, "service", aliases=())


def _instead(prog: str) -> str:
    return "set it with ENV" if prog == "export" else "do it in the RUN that needs it"


def _starts_service(command: Command) -> bool:
    values = command.values()
    name = command.name.value if command.name is not None else None
    if command.prog == "service":
        return values[1:2] in (["start"], ["restart"])
    return name is not None and name.startswith("/etc/init.d/") and values[:1] in (["start"], ["restart"])


def _workdir(ctx: RuleContext, step: Step, command: Command, directory: str) -> Fix | None:
    target = join_path(step.workdir, Known(directory))
    path = target.text if isinstance(target, Known) else directory
    if "$" in command.args[0].text or " " in path:
        return None
    edits = (ctx.edit.replace_keyword(step.node, "WORKDIR"), ctx.edit.replace(command.span, path))
    return ctx.fix(f"Write WORKDIR {path}", *edits, safety="unsafe", changes=True)


def _env(ctx: RuleContext, step: Step, command: Command) -> Fix | None:
    """``export A=b`` as ENV, where the values are plain words."""
    pairs = []
    for word in command.args:
        name, equals, value = (word.value or "").partition("=")
        if not equals or not name.replace("_", "a").isalnum() or "$" in value:
            return None
        pairs.append(f"{name}={ctx.edit.quote_value(value, variables=False)}")
    edits = (ctx.edit.replace_keyword(step.node, "ENV"), ctx.edit.replace(command.span, " ".join(pairs)))
    return ctx.fix(f"Write ENV {' '.join(pairs)}", *edits, safety="unsafe", changes=True)
