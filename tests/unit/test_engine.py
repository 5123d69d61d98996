"""The runner: triggers, crashes, services, order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from engine_helpers import made_up_rules

from dflint.config import Selection, Settings
from dflint.engine import RuleContext
from dflint.engine.runner import BuildInput, run_rules
from dflint.findings import Finding
from dflint.model import BuildConfig
from dflint.syntax import parse
from dflint.syntax.nodes import Instruction, Run
from dflint.text import Source

TEXT = "FROM a\nRUN x\nRUN y\n"


def first_run(ctx: RuleContext) -> Iterator[Finding]:
    for node in ctx.instructions(Run):
        yield ctx.finding(node.code_span)


def crash(ctx: RuleContext) -> Iterator[Finding]:
    yield ctx.finding(ctx.file.instructions[0].span)
    raise ValueError("two\nlines")


def test_findings_are_sorted_and_know_their_instruction() -> None:
    with made_up_rules(wrong_b=first_run, wrong_a=first_run) as settings:
        found = run_rules(parse(Source(TEXT)), settings)
    assert [(f.rule, f.span.start, f.instruction) for f in found] == [
        ("wrong-a", 7, 7), ("wrong-b", 7, 7), ("wrong-a", 13, 13), ("wrong-b", 13, 13),
    ]  # fmt: skip
    assert found[0].category == "correctness"
    assert found[0].severity == "warning"


def test_settings_decide_the_severity() -> None:
    with made_up_rules(wrong_a=first_run) as settings:
        found = run_rules(parse(Source(TEXT)), settings.replace(severities={"wrong-a": "error"}))
    assert {finding.severity for finding in found} == {"error"}


def test_a_crashing_rule_is_a_finding_and_the_others_run() -> None:
    with made_up_rules(wrong_a=crash, wrong_b=first_run) as settings:
        found = run_rules(parse(Source(TEXT)), settings)
        with pytest.raises(ValueError, match="two"):
            run_rules(parse(Source(TEXT)), settings, strict=True)
    assert [finding.rule for finding in found] == ["internal-error", "wrong-b", "wrong-b"]
    assert "rule 'wrong-a' failed" in found[0].message
    assert "ValueError: two lines" in found[0].message
    assert "test_engine.py:" in found[0].message
    assert found[0].severity == "error"


def test_a_rule_without_module_is_a_finding() -> None:
    with made_up_rules(wrong_a=first_run) as settings:
        from dflint.engine import registry

        kept = registry._CHECKS.pop("wrong-a")
        found = run_rules(parse(Source(TEXT)), settings)
        registry._CHECKS["wrong-a"] = kept
    assert [finding.rule for finding in found] == ["internal-error"]


@pytest.mark.parametrize(
    ("trigger", "text", "runs"),
    [
        ("RUN", "FROM a\nRUN x\n", True), ("RUN", "FROM a\nrun x\n", True), ("RUN", "FROM a\nUSER x\n", False),
        ("RUN", "FROM a\nONBUILD RUN x\n", True), ("ERROR", "FROM a\nFOO\n", True), ("ERROR", "FROM a\n", False),
        ("ERROR", "FROM a\nONBUILD FOO x\n", True), ("COMMENT", "FROM a\n# x\n", True),
        ("COMMENT", "FROM a\nRUN x \\\n# x\n  y\n", True), ("DIRECTIVE", "# escape=`\nFROM a\n", True),
        ("HEREDOC", "FROM a\nRUN <<EOF\nx\nEOF\n", True), ("HEREDOC", "FROM a\nRUN x\n", False),
        ("SUPPRESSION", "FROM a\n# x\n", False), ("SUPPRESSION", "FROM a\n# hadolint ignore=DL3000\n", True),
    ],
)  # fmt: skip
def test_a_rule_runs_only_where_its_triggers_occur(trigger: str, text: str, runs: bool) -> None:
    def check(ctx: RuleContext) -> Iterator[Finding]:
        yield ctx.finding(ctx.file.span)

    with made_up_rules(on=(trigger,), wrong_a=check) as settings:
        assert bool(run_rules(parse(Source(text)), settings)) is runs


def per_build(ctx: RuleContext) -> Iterator[Finding]:
    value = ctx.build.config.args["V"]
    if value:
        yield ctx.finding(ctx.file.instructions[0].span, "named", name=value)


def builds(*values: str) -> list[BuildInput]:
    return [BuildInput(BuildConfig({"V": value}, service=f"s{number}")) for number, value in enumerate(values)]


def test_builds_are_merged() -> None:
    with made_up_rules(scope="build", wrong_a=per_build) as settings:
        file = parse(Source(TEXT))
        same = run_rules(file, settings, builds("x", "x", "x"))
        assert [(f.message, f.services) for f in same] == [("x", ())]
        some = run_rules(file, settings, builds("x", "", "x"))
        assert [(f.message, f.services) for f in some] == [("x", ("s0", "s2"))]
        different = run_rules(file, settings, builds("x", "y", "x"))
        assert [(f.message, f.services) for f in different] == [("x", ("s0", "s2")), ("y", ("s1",))]


def test_a_fix_survives_merging_only_if_all_builds_offer_it() -> None:
    def check(ctx: RuleContext) -> Iterator[Finding]:
        span = ctx.file.instructions[0].span
        own = ctx.fix("own", ctx.edit.insert_after(span, f"# {ctx.build.config.args['V']}\n"))
        shared = ctx.fix("shared", ctx.edit.insert_after(span, "# x\n"))
        yield ctx.finding(span, fixes=[own, shared])

    with made_up_rules(scope="build", wrong_a=check) as settings:
        found = run_rules(parse(Source(TEXT)), settings, builds("a", "b"))
    assert [fix.title for fix in found[0].fixes] == ["shared"]


def test_file_rules_run_once_for_many_builds() -> None:
    calls = []

    def check(ctx: RuleContext) -> Iterator[Finding]:
        calls.append(1)
        yield ctx.finding(ctx.file.span)

    with made_up_rules(wrong_a=check) as settings:
        run_rules(parse(Source(TEXT)), settings, builds("a", "b", "c"))
    assert len(calls) == 1


def test_context_of_rules() -> None:
    seen: dict[str, object] = {}

    def check(ctx: RuleContext) -> Iterator[Finding]:
        seen["kinds"] = [node.name for node in ctx.instructions(Instruction)]
        seen["onbuild"] = [node.name for node in ctx.instructions(Run, onbuild=True)]
        seen["steps"] = [step.node.name for step in ctx.steps(Run)]
        seen["fix"] = ctx.fix("x", None)
        seen["nothing"] = ctx.fix("x")
        yield from ()

    with made_up_rules(wrong_a=check) as settings:
        run_rules(parse(Source("FROM a\nRUN x\nONBUILD RUN y\nFOO\n")), settings, strict=True)
    assert seen == {
        "kinds": ["FROM", "RUN", "ONBUILD"], "onbuild": ["RUN", "RUN"], "steps": ["RUN"], "fix": None, "nothing": None,
    }  # fmt: skip


def test_empty_file_and_rubbish_do_not_stop_anything() -> None:
    everything = Settings(selections=(Selection(select=("ALL",)),))
    for data in (b"", b"\xff\xfe\x00", b"\n\n", b"FROM", b"\x00" * 50, b"# only a comment"):
        run_rules(parse(Source.from_bytes(data)), everything, strict=False)


def test_a_build_with_a_target_is_not_failed_by_stages_it_skips() -> None:
    install = "RUN apt-get update && apt-get install -y libglew2.2\n"
    text = f"FROM debian:bullseye AS app\nFROM debian:bullseye AS extra\n{install}COPY --chwon=1 a /a\n"
    file = parse(Source(text))

    def names(target: str | None) -> set[str]:
        found = run_rules(file, Settings(), [BuildInput(BuildConfig(target=target))])
        return {finding.rule for finding in found if finding.category == "build"}

    assert names(None) == names("extra") == {"missing-apt-package", "unknown-flag"}
    assert names("app") == {"unknown-flag"}  # read, and rejected, before stages are chosen
