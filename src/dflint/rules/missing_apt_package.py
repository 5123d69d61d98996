"""Rule missing-apt-package."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.knowledge import packages
from dflint.knowledge.debian import DEFAULT_COMPONENTS
from dflint.model.aptsources import apt_state
from dflint.syntax.nodes import Arg, Env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding, Fix, Safety
    from dflint.knowledge.debian import PackageIndex
    from dflint.model.aptsources import AptState
    from dflint.model.packages import Install, PackageSpec

_OWN_ARCHES = frozenset(("amd64", "arm64", "all", "any", "native"))


@rule("missing-apt-package")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Names in apt installs that the closed world of the stage's release does not have."""
    for stage in ctx.build.stages:
        for step in stage.steps:
            for install in step.installs:
                if install.manager != "apt" or install.verb.value != "install" or step.trigger:
                    continue
                command = install.command
                if command.guarded or (command.conditional and not command.loops) or "xargs" in command.wrapper_names:
                    continue
                image = stage.image
                if image is None or image.distro != "debian" or image.release is None:
                    continue
                index = packages(image.release)
                if index is None or not index.closed:
                    continue
                state = apt_state(step, command)
                if state.foreign is None:
                    yield from _judge(ctx, install, index, state)


def _judge(ctx: RuleContext, install: Install, index: PackageIndex, state: AptState) -> Iterator[Finding]:
    components = DEFAULT_COMPONENTS | state.components
    backports = any(suite.endswith("-backports") for suite in state.suites)
    for spec in install.specs:
        if spec.local or spec.pattern or not spec.installs or not spec.name or "^" in spec.text:
            continue
        if spec.suite is not None or (spec.arch is not None and spec.arch not in _OWN_ARCHES):
            continue
        verdict = index.verdict(spec.name, components, backports=backports)
        if verdict.status in ("missing", "no-candidate"):
            yield _absent(ctx, install, spec, index)
        elif verdict.status == "ambiguous":
            fixes = [_replace(ctx, spec, provider, "manual") for provider in verdict.providers[:4]]
            names = ", ".join(verdict.providers[:6])
            yield ctx.finding(
                spec.word.span, "virtual", fixes=fixes, name=spec.name, release=index.release, providers=names
            )
        elif verdict.status in ("component", "pocket"):
            component = verdict.fact.component if verdict.fact is not None else ""
            yield ctx.finding(
                spec.word.span, verdict.status, name=spec.name, release=index.release, component=component
            )


def _origin(install: Install, spec: PackageSpec) -> Iterator[Note]:
    """Where the variables of a name get their values, as that is where a person would repair it."""
    names = set(spec.word.variables)
    here = install.step
    for stage in reversed(here.stage.chain):
        for step in reversed(stage.steps[: here.index] if stage is here.stage else stage.steps):
            if isinstance(step.node, Arg | Env):
                for pair in step.node.pairs:
                    if pair.key.text in names and pair.value is not None:
                        names.discard(pair.key.text)
                        yield Note(f"{step.node.name} {pair.key.text} has its value here", span=pair.span)


def _absent(ctx: RuleContext, install: Install, spec: PackageSpec, index: PackageIndex) -> Finding:
    name, release, span = spec.name, index.release, spec.word.span
    others = index.releases_with(name)
    elsewhere = f"; {', '.join(others)} {'has' if len(others) == 1 else 'have'} it" if others else ""
    replacement = index.replacement(name)
    note = index.note(name)
    notes = [*([Note(note)] if note else []), *_origin(install, spec)]
    if index.matches_regex(name):
        fix = _replace(ctx, spec, replacement.name, "unsafe") if replacement is not None else None
        return ctx.finding(span, "pattern", fixes=[fix], notes=notes, name=name, release=release, elsewhere=elsewhere)
    if replacement is None:
        return ctx.finding(span, notes=notes, name=name, release=release, elsewhere=elsewhere)
    certain = replacement.confidence == "certain"
    fix = _replace(ctx, spec, replacement.name, "safe" if certain else "unsafe")
    key = "renamed" if certain else "similar"
    notes.append(Note(replacement.why))
    return ctx.finding(span, key, fixes=[fix], notes=notes, name=name, release=release, replacement=replacement.name)


def _replace(ctx: RuleContext, spec: PackageSpec, new: str, safety: Safety) -> Fix | None:
    """A fix that swaps the name, where it is written out and carries no version of the old package."""
    if not spec.literal or spec.version is not None or spec.text != spec.name:
        return None
    edit = ctx.edit.replace_word(spec.word, new)
    return ctx.fix(f"Replace {spec.name} with {new}", edit, safety=safety)
