"""The fix loop: selection, verification, quarantine, skip reasons; and writing files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_helpers import made_up_rules, replacing

from dflint.engine import RuleContext
from dflint.engine.runner import BuildInput
from dflint.findings import Finding
from dflint.fixing import FixOptions, FixResult, fix_source
from dflint.fixing.verify import second_reader
from dflint.fixing.write import WriteError, write_atomic
from dflint.model import BuildConfig
from dflint.syntax import parse
from dflint.syntax.nodes import Run
from dflint.text import Source

TEXT = "FROM a\nRUN one two three\nUSER x\n"


def run(text: str, safety: str = "safe", rules: frozenset[str] | None = None, **checks: object) -> FixResult:
    with made_up_rules(**checks) as settings:  # type: ignore[arg-type]
        return fix_source(Source(text), settings, (), FixOptions(safety, rules))  # type: ignore[arg-type]


def problems(result: FixResult) -> list[str]:
    return [finding.message for finding in result.findings if finding.rule == "internal-error"]


def test_fixes_of_different_rules_in_one_pass() -> None:
    result = run(TEXT, wrong_a=replacing("one", "1"), wrong_b=replacing("three", "3"))
    assert result.text == "FROM a\nRUN 1 two 3\nUSER x\n"
    assert result.passes == 1
    assert [applied.finding.rule for applied in result.applied] == ["wrong-a", "wrong-b"]
    assert result.findings == []
    assert result.skipped == ()


def test_touching_fixes_take_another_pass() -> None:
    result = run(TEXT, wrong_a=replacing("one two", "1 two"), wrong_b=replacing("two three", "two 3"))
    assert result.text == "FROM a\nRUN 1 two 3\nUSER x\n"
    assert result.passes == 2


def test_identical_edits_are_shared() -> None:
    result = run(TEXT, wrong_a=replacing("two", "2"), wrong_b=replacing("two", "2"))
    assert result.passes == 1
    assert len(result.applied) == 2


def test_safety_and_rules_limit_what_is_taken() -> None:
    checks = {
        "wrong_a": replacing("one", "1", safety="unsafe"),
        "wrong_b": replacing("two", "2", safety="manual"),
        "wrong_c": replacing("three", "3"),
    }
    safe = run(TEXT, **checks)
    assert "one two 3" in safe.text
    assert [(s.finding.rule, s.reason) for s in safe.skipped] == [
        ("wrong-a", "unsafe: needs --unsafe"), ("wrong-b", "has to be decided by a person"),
    ]  # fmt: skip
    assert "1 two 3" in run(TEXT, "unsafe", **checks).text
    assert "1 2 3" in run(TEXT, "manual", **checks).text
    only = run(TEXT, "unsafe", frozenset(["wrong-a"]), **checks)
    assert "1 two three" in only.text
    assert {s.reason for s in only.skipped} == {"the rule was not asked for"}


def test_a_fix_that_breaks_the_syntax_is_quarantined_and_the_rest_kept() -> None:
    result = run(TEXT, wrong_a=replacing("RUN", "RUM"), wrong_b=replacing("three", "3"))
    assert result.text == "FROM a\nRUN one two 3\nUSER x\n"
    assert problems(result) == [
        "a fix of rule 'wrong-a' was not applied: the result has a syntax error that the file did not have. "
        "Please report it with this file"
    ]
    assert [skipped.finding.rule for skipped in result.skipped] == ["wrong-a"]


def test_good_fixes_of_a_guilty_rule_are_kept() -> None:
    def check(ctx: RuleContext) -> Iterator[Finding]:
        yield from replacing("one", "1")(ctx)
        yield from replacing("USER x", "USR x")(ctx)

    result = run(TEXT, wrong_a=check)
    assert result.text == "FROM a\nRUN 1 two three\nUSER x\n"
    assert len(problems(result)) == 1


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("USER x\n", "", "sequence of instructions changed"),
        ("RUN one", "LABEL x=y\nRUN one", "sequence of instructions changed"),
        ("USER x", "WORKDIR x", "sequence of instructions changed"),
        ("one", "one" * 4000, "more than doubled"),
        ("two three\n", "two three \\\n", "sequence of instructions changed"),
    ],
)
def test_undeclared_changes_are_refused(old: str, new: str, problem: str) -> None:
    result = run(TEXT, wrong_a=replacing(old, new))
    assert result.text == TEXT
    assert problem in problems(result)[0]


def test_declared_changes_are_taken_but_must_leave_the_others_alone() -> None:
    assert run(TEXT, wrong_a=replacing("USER x\n", "", changes=True)).text == "FROM a\nRUN one two three\n"
    swallowing = run(TEXT, wrong_a=replacing("three\n", "three \\\n", changes=True))
    assert swallowing.text == TEXT
    assert "also changed the USER of line 3" in problems(swallowing)[0]


def test_rules_that_fight_stop() -> None:
    result = run(TEXT, wrong_a=replacing("one", "uno"), wrong_b=replacing("uno", "one"))
    assert "leads back to a text" in problems(result)[0]
    assert result.text in (TEXT, TEXT.replace("one", "uno"))


def test_a_fix_without_end_stops_after_ten_passes() -> None:
    result = run(TEXT, wrong_a=replacing("one", "one1"))
    assert result.passes == 10
    assert result.skipped[0].reason == "not finished after 10 passes"


def test_groups_exclude_each_other_within_a_pass() -> None:
    result = run(TEXT, wrong_a=replacing("one", "1", group="g"), wrong_b=replacing("two", "2", group="g"))
    assert result.passes == 2


def test_error_nodes_are_not_touched() -> None:
    text = "FROM a\nFOO one\nRUN one\n"
    result = run(text, wrong_a=replacing("one", "1"))
    assert result.text == "FROM a\nFOO one\nRUN 1\n"
    assert result.skipped[0].reason == "touches an instruction that could not be read"
    mended = run(text, category="syntax", wrong_a=replacing("FOO one", "RUN one", changes=True))
    assert mended.text == "FROM a\nRUN one\nRUN one\n"


def test_content_before_structure_before_layout() -> None:
    order: list[str] = []

    def structure(ctx: RuleContext) -> Iterator[Finding]:
        yield from replacing("two three\nUSER x", "two three\nUSER y\nUSER x", changes=True)(ctx)

    result = run(TEXT, wrong_a=structure, wrong_b=replacing("three\n", "3\n"))
    order = [applied.finding.rule for applied in result.applied]
    assert order == ["wrong-b"]
    assert "two 3" in result.text


def test_a_service_that_would_break_stops_the_fix() -> None:
    def check(ctx: RuleContext) -> Iterator[Finding]:
        wanted = ctx.build.config.args["V"]
        for node in ctx.instructions(Run):
            if node.body != wanted:
                fix = ctx.fix("change", ctx.edit.replace(node.body_span, wanted))
                yield ctx.finding(node.body_span, "named", name=wanted, fixes=[fix])

    builds = [BuildInput(BuildConfig({"V": value}, service=value)) for value in ("api", "finance")]
    with made_up_rules(scope="build", category="build", wrong_a=check) as settings:
        result = fix_source(Source("FROM a\nRUN api\n"), settings, builds)
    assert result.text == "FROM a\nRUN api\n"
    assert "would break 'api' (wrong-a)" in problems(result)[0]


def test_line_ends_and_odd_bytes_survive() -> None:
    data = b"\xef\xbb\xbfFROM a\r\nRUN one\xff\r\nUSER x"
    source = Source.from_bytes(data)
    with made_up_rules(wrong_a=replacing("one", "1")) as settings:
        result = fix_source(source, settings)
    assert source.encode(result.text) == b"\xef\xbb\xbfFROM a\r\nRUN 1\xff\r\nUSER x"


def test_second_reader_agrees_or_has_no_say() -> None:
    before = parse(Source(TEXT))
    assert second_reader(before, parse(Source(TEXT.replace("two", "2")))) is None
    heredoc = parse(Source("FROM a\nRUN <<EOF\nx\nEOF\n"))
    assert second_reader(heredoc, before) is None


def test_second_reader_has_to_agree_where_it_did_before() -> None:
    result = run(TEXT, wrong_a=replacing("RUN one two three", "RUN <<E\nFROM b\nE"), wrong_b=replacing("x", "y"))
    assert result.text == TEXT.replace("x", "y")
    assert "another Dockerfile parser reads the result differently" in problems(result)[0]


# -- writing ------------------------------------------------------------------------------------------------------


def test_write_keeps_mode_and_symlink_and_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "real" / "Dockerfile"
    target.parent.mkdir()
    target.write_bytes(b"old")
    target.chmod(0o640)
    link = tmp_path / "Dockerfile"
    link.symlink_to(target)
    assert write_atomic(str(link), b"new", b"old") is True
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(path.name for path in target.parent.iterdir()) == ["Dockerfile"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give files away")
def test_write_keeps_the_owner(tmp_path: Path) -> None:
    target = tmp_path / "Dockerfile"
    target.write_bytes(b"old")
    os.chown(target, 1234, 4321)
    write_atomic(str(target), b"new", b"old")
    assert (target.stat().st_uid, target.stat().st_gid) == (1234, 4321)


def test_nothing_is_written_without_a_difference(tmp_path: Path) -> None:
    target = tmp_path / "Dockerfile"
    target.write_bytes(b"same")
    before = target.stat().st_ino
    assert write_atomic(str(target), b"same", b"same") is False
    assert target.stat().st_ino == before


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "Dockerfile"
    target.write_bytes(b"edited")
    with pytest.raises(WriteError, match="changed since it was read"):
        write_atomic(str(target), b"new", b"old")
    assert target.read_bytes() == b"edited"
    assert len(list(tmp_path.iterdir())) == 1


def test_errors_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="gone: cannot be written"):
        write_atomic(str(tmp_path / "gone"), b"new", b"old")


def test_a_failed_write_leaves_the_file_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "Dockerfile"
    target.write_bytes(b"old")

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(WriteError, match="No space left"):
        write_atomic(str(target), b"new", b"old")
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1
