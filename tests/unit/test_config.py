"""Configuration files: discovery, merging, hostile input, hadolint's file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dflint.config import ConfigError, Overrides, Resolver, Selection, Settings
from dflint.config.discover import find_config


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def settings(folder: Path, **options: object) -> Settings:
    return Resolver(**options).for_folder(str(folder))  # type: ignore[arg-type]


def error(folder: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        settings(folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_without_any_file_the_recommended_rules_run(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.profile == "recommended"
    assert "syntax-error" in found.enabled
    assert found.path is None


def test_nearest_file_wins(tmp_path: Path) -> None:
    write(tmp_path, "dflint.toml", 'fail-level = "error"')
    write(tmp_path, "sub/.dflint.yaml", "fail-level: info")
    (tmp_path / "sub" / "deep").mkdir()
    assert settings(tmp_path).fail_level == "error"
    assert settings(tmp_path / "sub" / "deep").fail_level == "info"


def test_pyproject_counts_only_with_our_table(tmp_path: Path) -> None:
    write(tmp_path, "dflint.toml", 'fail-level = "error"')
    write(tmp_path, "a/pyproject.toml", '[project]\nname = "uses-dflint"\n')
    write(tmp_path, "b/pyproject.toml", '[tool.dflint]\nfail-level = "none"\n')
    assert settings(tmp_path / "a").fail_level == "error"
    assert settings(tmp_path / "b").fail_level == "none"


def test_pyproject_that_mentions_dflint_does_not_hide_hadolint(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", '[project]\nname = "uses-dflint"\n')
    write(tmp_path, ".hadolint.yaml", "failure-threshold: error\n")
    assert settings(tmp_path).fail_level == "error"


def test_extend_inherits_and_the_nearer_file_wins(tmp_path: Path) -> None:
    write(
        tmp_path,
        "base.toml",
        'fail-level = "error"\nignore = ["DL4000"]\nexclude = ["old/"]\n[build-args]\nA = "1"\nB = "1"\n',
    )
    write(tmp_path, "dflint.toml", 'extend = "base.toml"\nexclude = ["new/"]\n[build-args]\nB = "2"\n')
    found = settings(tmp_path)
    assert found.fail_level == "error"
    assert "deprecated-maintainer" not in found.enabled
    assert found.exclude == ("old/", "new/")
    assert found.build_args == {"A": "1", "B": "2"}
    assert found.origins["fail_level"].endswith("base.toml")
    assert found.origins["build_args"].endswith("dflint.toml")


def test_extend_in_a_circle_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "dflint.toml", 'extend = "dflint.toml"')
    assert "extends itself" in error(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('fail_level = "error"', "did you mean 'fail-level'"),
        ('ignored = ["DL4000"]', "did you mean 'ignore'"),
        ('ignore = ["deprecated-maintaner"]', "did you mean 'deprecated-maintainer'"),
        ('profile = "everything"', "one of recommended, strict, hadolint"),
        ("ignore = 3", "must be a list of texts, not a number"),
        ('fail-level = "warn"', "one of error, warning"),
        ('as-of = "soon"', "must be a date"),
        ("rules = 3", "rules must be a table"),
        ('[rules]\nDL4000 = "loud"', "one of error, warning, info, style, off"),
        ("[rules.DL4000]\nseverty = 1", "has no option 'severty'; did you mean 'severity'?"),
        ("[rules.security]\nx = 1", "only severity can be set"),
        ('[rules]\nDL9999 = "off"', "unknown rule 'DL9999'"),
        ("= 3", "dflint.toml: "),
        ("[build-args]\nA = []", "build-args.A must be a text"),
        ('suppressions = "no"', "true or false"),
    ],
)
def test_mistakes_are_named_in_one_line_with_the_path(tmp_path: Path, text: str, expected: str) -> None:
    path = write(tmp_path, "dflint.toml", text)
    message = error(tmp_path)
    assert message.startswith(str(path))
    assert expected in message


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe", b"[" * 100_000, b"{" * 50_000, b"!!python/object:os.system {}", b"- a\n- b\n", b"a: &a [*a]", b"\0",
     b"1: 2", b"? [a]\n: b", b"x" * (1 << 21), b"a: 2020-99-99"],
)  # fmt: skip
def test_hostile_yaml_is_a_config_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / ".dflint.yaml").write_bytes(data)
    error(tmp_path)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = " + b"[" * 100_000, b"\0", b"x" * (1 << 21), b"a = 1e999\n[a]"])
def test_hostile_toml_is_a_config_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "dflint.toml").write_bytes(data)
    error(tmp_path)


def test_empty_yaml_means_defaults(tmp_path: Path) -> None:
    write(tmp_path, ".dflint.yaml", "# nothing\n")
    assert settings(tmp_path).enabled == Settings().enabled


def test_unreadable_explicit_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        settings(tmp_path, config=str(tmp_path / "none.toml"))


def test_severities_switches_and_more_specific_selectors(tmp_path: Path) -> None:
    write(
        tmp_path,
        "dflint.toml",
        'select = ["hadolint"]\nextend-select = ["DL4000"]\nignore = ["deprecation"]\n'
        '[rules]\nsyntax-error = "info"\nDL1000 = {severity = "style"}\n',
    )
    found = settings(tmp_path)
    assert "deprecated-maintainer" in found.enabled  # a rule's name is more specific than its category
    assert found.severities["syntax-error"] == "style"
    off = Settings(selections=(Selection(ignore=("DL4000",)),))
    assert "deprecated-maintainer" not in off.enabled


def test_command_line_wins_over_files(tmp_path: Path) -> None:
    write(tmp_path, "dflint.toml", 'ignore = ["DL4000"]\nfail-level = "error"\n')
    overrides = Overrides(select=("DL4000",), fail_level="style", build_args={"A": "b"})
    found = settings(tmp_path, overrides=overrides)
    assert found.enabled == ("deprecated-maintainer",)
    assert found.fail_level == "style"
    assert found.origins["fail_level"] == "command line"


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (Overrides(select=("DL40000",)), "select: unknown rule 'DL40000'; did you mean 'DL4000'?"),
        (Overrides(select=("tally/max-lines",)), "select: dflint has no rule for 'tally/max-lines'"),
        (Overrides(profile="best"), "--profile: the profile must be one of"),
        (Overrides(fail_level="loud"), "--fail-level: the level must be one of"),
        (Overrides(as_of="2025-13-01"), "--as-of: the date must be a date like"),
    ],
)
def test_bad_command_line(tmp_path: Path, overrides: Overrides, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, overrides=overrides)
    assert expected in str(caught.value)


def test_a_peers_rule_that_dflint_lacks_may_be_ignored(tmp_path: Path) -> None:
    settings(tmp_path, overrides=Overrides(ignore=("tally/max-lines", "SC2086")))


def test_hadolint_file_is_honoured_alone(tmp_path: Path) -> None:
    text = (
        "ignored: [DL4000, DL3999, SC2086]\noverride:\n  info: [DL1000]\n  nonsense: [DL3008]\n"
        "failure-threshold: error\ndisable-ignore-pragma: true\ntrustedRegistries: [example.org]\nwhatever: 1\n"
    )
    write(tmp_path, ".hadolint.yaml", text)
    found = settings(tmp_path)
    assert "deprecated-maintainer" not in found.enabled
    assert found.severities == {"syntax-error": "info", "unknown-instruction": "info"}
    assert found.fail_level == "error"
    assert found.suppressions is False
    write(tmp_path, "dflint.toml", "")
    assert "deprecated-maintainer" in settings(tmp_path).enabled


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("no-fail: true", "none"),
        ("failure-threshold: none", "style"),
        ("failure-threshold: 3", "warning"),
        ("", "warning"),
    ],
)
def test_hadolint_threshold(tmp_path: Path, text: str, level: str) -> None:
    write(tmp_path, ".hadolint.yml", text)
    assert settings(tmp_path).fail_level == level


def test_no_config_ignores_files(tmp_path: Path) -> None:
    write(tmp_path, "dflint.toml", 'fail-level = "error"')
    assert settings(tmp_path, use_files=False).fail_level == "warning"


def test_a_folder_named_like_a_file_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "dflint.toml").mkdir()
    assert find_config(str(tmp_path)) is None


def test_context_is_relative_to_the_file(tmp_path: Path) -> None:
    write(tmp_path, "dflint.toml", 'context = "app"')
    (tmp_path / "sub").mkdir()
    assert settings(tmp_path / "sub").context == os.path.join(str(tmp_path), "app")


def test_reading_no_configuration_imports_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from dflint.config import Resolver; Resolver().for_folder('.').enabled;"
        "bad = {'yaml', 'tomllib', 'tomli', 'difflib', 're', 'json', 'pathlib', 'typing'} & set(sys.modules);"
        "print(sorted(bad))"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
