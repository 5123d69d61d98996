"""Suppression comments in four dialects: scopes, tolerance, unused and unknown ones."""

from __future__ import annotations

import pytest

from dflint.config import Selection, Settings
from dflint.engine.runner import run_rules
from dflint.engine.suppress import find_suppressions
from dflint.syntax import parse
from dflint.text import Source

ONLY = Settings(selections=(Selection(select=("deprecated-maintainer",)),))
META = Settings(selections=(Selection(select=("deprecated-maintainer", "unused-suppression", "unknown-suppression")),))


def lines(text: str, settings: Settings = ONLY) -> list[tuple[str, int]]:
    source = Source(text)
    found = run_rules(parse(source), settings, strict=True)
    return [(finding.rule, source.lines.position(finding.span.start)[0]) for finding in found]


def maintainer_lines(text: str) -> list[int]:
    return [line for _, line in lines(text)]


@pytest.mark.parametrize(
    "comment",
    [
        "# dflint: ignore[deprecated-maintainer]", "# dflint: ignore[DL4000] because", "#dflint:ignore[ dl4000 , X ]",
        "# dflint ignore[MaintainerDeprecated]", "# dflint: ignore[ALL]", "# dflint: ignore[deprecation]",
        "# hadolint ignore=DL4000", "# hadolint ignore=DL3000,DL4000 # why", "# hadolint ignore = DL3000, DL4000",
        "# HADOLINT ignore=dl4000", "# hadolint ignore=DL4000: reason", "# hadolint: ignore=DL4000",
        "# check=skip=MaintainerDeprecated", "# check=skip=StageNameCasing,MaintainerDeprecated for now",
        "# check = skip=all", "# check=error=true;skip=MaintainerDeprecated",
        "# tally ignore=MaintainerDeprecated;reason=x", "# tally ignore=buildkit/MaintainerDeprecated",
        "# tally ignore=all", "# tally ignore=hadolint/DL4000, x",
    ],
)  # fmt: skip
def test_every_dialect_covers_the_next_instruction_only(comment: str) -> None:
    assert maintainer_lines(f"FROM a\n{comment}\nMAINTAINER x\nMAINTAINER y\n") == [4]
    assert maintainer_lines(f"FROM a\n{comment}\n\n# another\nMAINTAINER x\nMAINTAINER y\n") == [6]
    assert maintainer_lines(f"FROM a\r\n{comment}\r\nMAINTAINER x\r\nMAINTAINER y\r\n") == [4]


@pytest.mark.parametrize(
    "comment",
    [
        "# ignore DL4000", "# hadolint ignore DL4000", "# dflint: ignore", "# dflint: ignore DL4000",
        "# dflint: ignore[missing-x]", "# check=error=true", "# checks=skip=all", "# tally=ignore", "# hadolint=x",
        "# hadolint shell=powershell", "# tally ignore=", "# not a pragma: dflint: ignore[DL4000]",
    ],
)  # fmt: skip
def test_what_suppresses_nothing(comment: str) -> None:
    assert maintainer_lines(f"FROM a\n{comment}\nMAINTAINER x\n") == [3]


@pytest.mark.parametrize(
    "comment",
    ["# dflint: file-ignore[DL4000] all old", "# hadolint global ignore=DL4000", "# tally global ignore=DL4000"],
)
def test_whole_file_wherever_it_stands(comment: str) -> None:
    assert maintainer_lines(f"FROM a\nMAINTAINER x\n{comment}\nMAINTAINER y\n") == []
    assert maintainer_lines(f"FROM a\nMAINTAINER x\n{comment}\n") == []


def test_check_directive_covers_the_file() -> None:
    assert maintainer_lines("# check=skip=MaintainerDeprecated\nFROM a\nMAINTAINER x\nMAINTAINER y\n") == []


@pytest.mark.parametrize("comment", ["# dflint: stage-ignore[DL4000]", "# hadolint stage ignore=DL4000"])
def test_stage(comment: str) -> None:
    assert maintainer_lines(f"FROM a\nMAINTAINER x\n{comment}\nFROM b\nMAINTAINER y\nFROM c\nMAINTAINER z\n") == [2, 7]
    assert maintainer_lines(f"FROM a\nMAINTAINER x\n{comment}\nRUN r\nMAINTAINER y\nFROM c\nMAINTAINER z\n") == [7]
    assert maintainer_lines(f"{comment}\nARG A\nFROM a\nMAINTAINER x\nFROM b\nMAINTAINER y\n") == [6]


def test_inside_an_instruction_the_rest_of_it() -> None:
    text = "FROM a\nRUN x \\\n  # dflint: ignore[syntax-error]\n  && y\n"
    suppression = find_suppressions(parse(Source(text)))[0]
    assert (suppression.target.start, suppression.target.end) == (text.index("  #"), len(text))


def test_skip_all_means_buildkits_checks_only() -> None:
    settings = Settings(selections=(Selection(select=("unknown-instruction", "deprecated-maintainer")),))
    assert lines("# check=skip=all\nFROM a\nMAINTAINER x\nFOO\n", settings) == [("unknown-instruction", 4)]


def test_error_true_raises_buildkits_checks() -> None:
    found = run_rules(parse(Source("# check=error=true\nFROM a\nMAINTAINER x\n")), ONLY, strict=True)
    assert [finding.severity for finding in found] == ["error"]
    above = run_rules(parse(Source("FROM a\n# check=error=true\nMAINTAINER x\n")), ONLY, strict=True)
    assert [finding.severity for finding in above] == ["warning"]  # BuildKit reads error= among the directives only


def test_experimental_switches_a_rule_on() -> None:
    none = Settings(selections=(Selection(select=("syntax-error",)),))
    assert lines("# check=experimental=MaintainerDeprecated\nFROM a\nMAINTAINER x\n", none) == [
        ("deprecated-maintainer", 3)
    ]


def test_settings_can_switch_suppressions_off() -> None:
    found = run_rules(
        parse(Source("FROM a\n# hadolint ignore=DL4000\nMAINTAINER x\n")), META.replace(suppressions=False)
    )
    assert [finding.rule for finding in found] == ["deprecated-maintainer"]


def test_unused_ones_are_found_only_where_the_rule_ran() -> None:
    text = "FROM a\n# dflint: ignore[DL4000]\nRUN x\n"
    assert lines(text, META) == [("unused-suppression", 2)]
    assert lines(text, Settings(selections=(Selection(select=("unused-suppression",)),))) == []


def test_unknown_ones() -> None:
    assert lines("FROM a\n# dflint: ignore[DL3999]\nRUN x\n", META) == [("unknown-suppression", 2)]
    assert lines("FROM a\n# dflint: ignore[tally/max-lines]\nRUN x\n", META) == [("unknown-suppression", 2)]
    assert lines("FROM a\n# tally ignore=max-lines\nRUN x\n", META) == []
    assert lines("FROM a\n# hadolint ignore=SC2086,DL3999\nRUN x\n", META) == [("unknown-suppression", 2)]


def test_the_findings_about_suppressions_can_be_suppressed() -> None:
    text = "# dflint: file-ignore[unused-suppression]\nFROM a\n# dflint: ignore[DL4000]\nRUN x\n"
    assert lines(text, META) == []
