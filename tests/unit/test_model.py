"""The static build: stages, scopes and the state before each step."""

from __future__ import annotations

import pytest

from dflint.model import Build, BuildConfig, Stage
from dflint.model.shellstate import ShellState
from dflint.syntax import parse
from dflint.syntax.expand import Known
from dflint.text import Source


def build(text: str, **config: object) -> Build:
    return Build(parse(Source(text)), BuildConfig(**config))  # type: ignore[arg-type]


def value(stage: Stage, name: str) -> str | None:
    """The variable after the stage's last step: its text, None if unset, '?' if not known."""
    found = stage.after.scope.lookup(name)
    if found is None:
        return None
    return found.text if isinstance(found, Known) else "?"


def text_of(found: object) -> str:
    return found.text if isinstance(found, Known) else "?"


def test_env_wins_over_arg_whatever_the_order() -> None:
    (stage,) = build("FROM scratch\nENV A=env\nARG A=arg\nARG B=arg\nENV B=env\n").stages
    assert (value(stage, "A"), value(stage, "B")) == ("env", "env")


def test_values_of_one_env_do_not_see_each_other() -> None:
    (stage,) = build("FROM scratch\nENV A=1\nENV A=2 B=$A\n").stages
    assert (value(stage, "A"), value(stage, "B")) == ("2", "1")


def test_global_arg_holds_in_from_and_after_redeclaration_only() -> None:
    first, second = build("ARG V=12\nFROM debian:$V\nFROM scratch\nARG V\n").stages
    assert text_of(first.reference) == "debian:12"
    assert value(first, "V") == "?"  # the base image may define it
    assert value(second, "V") == "12"


def test_build_arguments_replace_defaults() -> None:
    built = build("ARG V=12\nFROM debian:$V\nARG X=1\nARG Y\n", args={"V": "13", "X": "2"})
    assert text_of(built.stages[0].reference) == "debian:13"
    assert (value(built.stages[0], "X"), value(built.stages[0], "Y")) == ("2", "?")


def test_a_platform_argument_needs_a_declaration_and_has_no_known_value() -> None:
    first, second = build("FROM scratch\nARG TARGETARCH\nFROM scratch\n").stages
    assert (value(first, "TARGETARCH"), value(second, "TARGETARCH")) == ("?", None)


def test_child_stage_inherits_env_arg_workdir_user_and_shell() -> None:
    built = build(
        'FROM scratch AS Base\nENV A=1\nARG B=2\nWORKDIR /srv\nUSER app\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\n'
        "FROM base\nWORKDIR app\nRUN true\n"
    )
    step = built.stages[1].steps[-1]
    assert built.stages[1].parent is built.stages[0]
    assert (text_of(step.scope.lookup("A")), text_of(step.scope.lookup("B"))) == ("1", "2")
    assert (text_of(step.workdir), text_of(step.user)) == ("/srv/app", "app")
    assert (step.shell.dialect, step.shell.errexit, step.shell.pipefail) == ("bash", True, True)


def test_state_is_that_before_the_step() -> None:
    (stage,) = build("FROM scratch\nWORKDIR /a\nWORKDIR b\nWORKDIR ../c\n").stages
    assert [text_of(step.workdir) for step in stage.steps] == ["/", "/a", "/a/b"]
    assert text_of(stage.after.workdir) == "/a/c"


def test_stage_reference_prefers_the_last_earlier_stage_and_ignores_case() -> None:
    built = build("FROM scratch AS a\nFROM scratch AS A\nFROM scratch\nCOPY --from=a /x /x\nCOPY --from=0 /x /x\n")
    assert built.stage_named("a", 2) is built.stages[1]
    assert built.stage_named("0", 2) is built.stages[0]
    assert built.stage_named("2", 2) is None


def test_from_takes_no_stage_number() -> None:
    assert build("FROM scratch\nFROM 0\n").stages[1].parent is None


def test_needed_stages_follow_from_copy_and_mount() -> None:
    text = (
        "FROM scratch AS a\nFROM scratch AS b\nFROM scratch AS c\nFROM scratch AS unused\n"
        "FROM a\nCOPY --from=b /x /x\nRUN --mount=type=bind,from=c,target=/c true\n"
    )
    assert build(text).needed == {0, 1, 2, 4}
    assert build(text, target="b").needed == {1}


def test_onbuild_of_a_stage_runs_in_its_child() -> None:
    built = build("FROM scratch AS base\nONBUILD WORKDIR /late\nFROM base\nRUN true\n")
    child = built.stages[1]
    assert [step.trigger for step in child.steps] == [True, False]
    assert text_of(child.steps[1].workdir) == "/late"
    assert text_of(built.stages[0].after.workdir) == "/"


def test_unknown_base_leaves_everything_unknown() -> None:
    (stage,) = build("FROM registry.example.org/x:1\nRUN true\n").stages
    step = stage.steps[0]
    assert (text_of(step.workdir), text_of(step.user)) == ("?", "?")
    assert stage.image is None


@pytest.mark.parametrize(
    ("words", "dialect", "errexit", "pipefail"),
    [
        (["/bin/sh", "-c"], "sh", False, False),
        (["/bin/bash", "-euxo", "pipefail", "-c"], "bash", True, True),
        (["bash", "-o", "errexit", "-o", "pipefail", "-c"], "bash", True, True),
        (["powershell", "-Command"], "powershell", False, False),
        (["C:\\Windows\\System32\\cmd.exe", "/S", "/C"], "cmd", False, False),
        (["/usr/bin/fish", "-c"], "unknown", False, False),
        (["/bin/ash", "-eo", "pipefail", "-c"], "sh", True, True),
    ],
)
def test_shell_words(words: list[str], dialect: str, errexit: bool, pipefail: bool) -> None:
    shell = ShellState(words, True)
    assert (shell.dialect, shell.errexit, shell.pipefail) == (dialect, errexit, pipefail)


def test_an_argument_from_the_builders_environment_is_not_known() -> None:
    built = build("ARG A=1\nFROM scratch\nARG A\nARG B=2\n", unknown_args=["A", "B"])
    assert (value(built.stages[0], "A"), value(built.stages[0], "B")) == ("?", "?")
