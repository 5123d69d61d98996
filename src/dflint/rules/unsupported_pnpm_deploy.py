"""Rule unsupported-pnpm-deploy."""

from __future__ import annotations

from dflint.engine import rule
from dflint.rules._workspace import command_span, needs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix
    from dflint.model.nodebuild import Happening

# Settings that let pnpm 10 deploy: in .npmrc, in pnpm-workspace.yaml, and (in any case) in the environment.
_SETTINGS = ("inject-workspace-packages", "force-legacy-deploy", "shared-workspace-lockfile")


@rule("unsupported-pnpm-deploy")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """``pnpm deploy`` with pnpm 10 in a workspace that does not inject its packages."""
    if "deploy" not in ctx.file.source.text:
        return
    needs = needs_of(ctx.build)
    if needs is None:
        return
    for stage in ctx.build.stages:
        if stage.index not in ctx.build.needed:
            continue
        for happening in needs.node.happenings(stage):
            if happening.certain and not happening.step.trigger and _is_refused(happening):
                span = command_span(happening.step, happening.command)
                yield ctx.finding(span, fixes=[_fix(ctx, happening)])


def _is_refused(happening: Happening) -> bool:
    from dflint.model.nodeomits import pnpm_majors

    event, workspace = happening.event, happening.site.workspace
    if event.kind != "deploy" or event.script is not None or set(pnpm_majors(happening.step, workspace)) != {10}:
        return False
    if any(flag.startswith(("--legacy", "--config.")) for flag in event.flags):
        return False
    return not workspace.settings.injects and not _is_configured(happening)


def _is_configured(happening: Happening) -> bool:
    """Whether a setting may allow it."""
    workspace, scope = happening.site.workspace, happening.step.scope
    root = f"{workspace.root}/" if workspace.root else ""
    texts = [workspace.context.read(root + name) or "" for name in (".npmrc", "pnpm-workspace.yaml")]
    texts += [*scope.env, *scope.args, *(key for key, _ in happening.command.assigns)]
    texts += [word.text for command in happening.step.commands for word in command.words]
    plain = [text.lower().replace("-", "").replace("_", "") for text in texts]
    return any(setting.replace("-", "") in text for setting in _SETTINGS for text in plain)


def _fix(ctx: RuleContext, happening: Happening) -> Fix | None:
    word = next((word for word in happening.command.words if word.value == "deploy"), None)
    if word is None or not happening.command.exact or not _knows_legacy(happening):
        return None
    return ctx.fix("Deploy as pnpm 9 does (--legacy)", ctx.edit.insert_word_after(word, "--legacy"))


def _knows_legacy(happening: Happening) -> bool:
    """Whether the version is not pnpm 10.0, which lacks the option."""
    root = happening.site.workspace.root_package
    declared = str(root.raw.get("packageManager")) if root is not None else ""
    words = [
        word.text for stage in happening.step.stage.chain for s in stage.steps for c in s.commands for word in c.words
    ]
    return not any("pnpm@10.0." in text for text in (declared, *words))
