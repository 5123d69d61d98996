"""From an instruction to the script it runs: shell form, exec form and heredocs."""

from __future__ import annotations

from dflint.shell import Opaque, parse_exec, parse_script, parse_shell
from dflint.syntax.nodes import Healthcheck, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.step import Step
    from dflint.shell import Script
    from dflint.syntax.nodes import Command, Heredoc


def read_script(step: Step) -> Script | Opaque:
    """The commands that a RUN, CMD, ENTRYPOINT or HEALTHCHECK runs."""
    node = step.node
    file = step.stage.build.file
    shell = step.shell
    if node.is_json:
        return parse_exec(node.words)
    if isinstance(node, Healthcheck) and (node.kind is None or node.kind.text.upper() != "CMD"):
        return Opaque(node.body_span, "no command")
    if isinstance(node, Run) and node.heredocs:
        script = _heredoc_script(step, node)
        if script is not None:
            return script
    return parse_shell(
        file.source.text, node.body_span.start, node.body_span.end,
        escape=file.escape, dialect=shell.dialect, errexit=shell.errexit, pipefail=shell.pipefail,
        heredocs=node.heredocs,
    )  # fmt: skip


def _heredoc_script(step: Step, node: Command) -> Script | Opaque | None:
    """The script of ``RUN <<EOF``: the body itself, where nothing but the marker (or a shell) is on the line."""
    heredoc: Heredoc = node.heredocs[0]
    text = step.stage.build.file.source.text
    before = text[node.body_span.start : heredoc.marker.start].strip()
    after = text[heredoc.marker.end : node.code_span.end].strip()
    program = before or after
    if (before and after) or len(node.heredocs) > 1:
        return None
    dialect = step.shell.dialect
    errexit, pipefail = step.shell.errexit, step.shell.pipefail
    if program:
        name, *options = program.split()
        name = name.rsplit("/", 1)[-1]
        if name not in ("sh", "bash", "ash", "dash"):
            return None
        dialect = "bash" if name == "bash" else "sh"
        errexit = any(option.startswith("-") and "e" in option for option in options)
        pipefail = "pipefail" in options
    return parse_script(text, heredoc.span.start, heredoc.span.end, dialect=dialect, errexit=errexit, pipefail=pipefail)
