"""Rule missing-no-install-recommends."""

from __future__ import annotations

from dflint.engine import rule
from dflint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.model import Step
    from dflint.model.packages import Install

_OFF = ("false", "0", "no", "off")


@rule("missing-no-install-recommends")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """apt-get and apt installs that leave recommendations on."""
    for stage in ctx.build.stages:
        configured = any(_configures(ctx, step) for ancestor in stage.chain[:-1] for step in ancestor.steps)
        for step in stage.steps:
            configured = configured or _configures(ctx, step)
            if configured or step.trigger:
                continue
            for install in step.installs:
                if install.manager == "apt" and install.program in ("apt", "apt-get") and not _is_off(install):
                    edit = ctx.edit.insert_word_after(install.verb, "--no-install-recommends")
                    fix = ctx.fix("Add --no-install-recommends", edit, safety="unsafe")
                    name = install.command.name
                    start = name.span.start if name is not None else install.verb.span.start
                    size = _size(step)
                    key = "sized" if size else "default"
                    yield ctx.finding(Span(start, install.verb.span.end), key, fixes=[fix], size=size)


def _size(step: Step) -> str:
    """How much the recommended packages of a step are, in words; "" where that is not known."""
    from dflint.model.weight import recommended_size

    size = recommended_size(step)
    if not size:
        return ""
    from dflint.knowledge.sizes import about

    return about(size)


def _is_off(install: Install) -> bool:
    if install.verb.value != "install" or install.option("--no-install-recommends") is not None:
        return True
    options = [option.lower().rstrip('";') for option in install.options]
    return any("install-recommends" in option and option.endswith(_OFF) for option in options)


def _configures(ctx: RuleContext, step: Step) -> bool:
    """Whether the step writes an apt configuration that mentions recommendations."""
    text = ctx.file.text(step.node)
    return "Install-Recommends" in text and "apt.conf" in text
