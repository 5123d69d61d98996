"""Runs over paths: discovery, compose, settings per file, errors, exit status, writing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dflint.api import RunError, RunOptions, check_paths, fix_paths, iter_check, settings_for
from dflint.config import ConfigError, Overrides
from dflint.fixing import FixOptions

OLD = "FROM debian:12\nMAINTAINER me\n"
FINE = "FROM debian:12\nRUN true\n"
ONLY = RunOptions(Overrides(select=("deprecated-maintainer", "syntax-error")))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def found(*paths: str, options: RunOptions = ONLY) -> list[tuple[str, list[str]]]:
    run = check_paths(paths, options)
    return [(file.path, [finding.rule for finding in file.findings]) for file in run.files]


def test_files_and_folders_each_once() -> None:
    write("a/Dockerfile", OLD)
    write("a/web.Dockerfile", FINE)
    write("a/Dockerfile.dockerignore", OLD)
    assert found("a", "a/Dockerfile", "./a") == [
        ("a/Dockerfile", ["deprecated-maintainer"]), ("a/web.Dockerfile", []),
    ]  # fmt: skip
    assert found() == found("a")


def test_one_bad_path_never_stops_the_others() -> None:
    write("Dockerfile", OLD)
    write("broken/Dockerfile", "FROM\nNONSENSE\n")
    write("empty/Dockerfile", "")
    Path("latin/Dockerfile").parent.mkdir()
    Path("latin/Dockerfile").write_bytes(b"FROM debian\n# caf\xe9\nMAINTAINER me\n")
    run = check_paths(["gone", "Dockerfile", "broken", "empty", "latin"], ONLY)
    assert [str(error) for error in run.errors] == ["gone: cannot be read: No such file or directory"]
    assert [file.path for file in run.files] == [
        "Dockerfile", "broken/Dockerfile", "empty/Dockerfile", "latin/Dockerfile",
    ]  # fmt: skip
    assert [bool(file.findings) for file in run.files] == [True, True, True, True]
    assert run.exit_status == 2


@pytest.mark.parametrize(("level", "status"), [("error", 0), ("warning", 1), ("style", 1), ("none", 0)])
def test_exit_status_follows_the_fail_level(level: str, status: int) -> None:
    write("Dockerfile", OLD)
    options = RunOptions(Overrides(select=("deprecated-maintainer",), fail_level=level))
    assert check_paths(["Dockerfile"], options).exit_status == status
    assert check_paths([], RunOptions(Overrides(select=("syntax-error",)))).exit_status == 0


def test_every_file_has_the_settings_of_its_folder() -> None:
    write("a/Dockerfile", OLD)
    write("b/Dockerfile", OLD)
    write("b/dflint.toml", 'ignore = ["DL4000"]')
    write("c/Dockerfile", OLD)
    write("c/dflint.toml", "nonsense = 1")
    run = check_paths(["."], RunOptions(Overrides(extend_select=("DL4000",))))
    rules = {file.path: [f.rule for f in file.findings if f.rule == "deprecated-maintainer"] for file in run.files}
    assert rules["a/Dockerfile"] == ["deprecated-maintainer"]
    assert "c/Dockerfile" not in rules
    assert "unknown key 'nonsense'" in str(run.errors[0])


def test_exclude_leaves_out_what_a_folder_holds_but_not_what_is_named() -> None:
    write("dflint.toml", 'exclude = ["old/"]')
    write("old/Dockerfile", OLD)
    write("new/Dockerfile", OLD)
    assert [path for path, _ in found(".")] == ["new/Dockerfile"]
    assert [path for path, _ in found("old/Dockerfile")] == ["old/Dockerfile"]


def test_a_bad_command_line_is_an_exception() -> None:
    with pytest.raises(ConfigError, match="unknown rule"):
        list(iter_check(["."], RunOptions(Overrides(select=("DL40000",)))))
    with pytest.raises(ConfigError, match="cannot be read"):
        check_paths(["."], RunOptions(config="gone.toml"))


def test_standard_input() -> None:
    options = RunOptions(ONLY.overrides, stdin=OLD.encode(), stdin_filename="a/Dockerfile")
    assert found("-", options=options) == [("a/Dockerfile", ["deprecated-maintainer"])]
    unnamed = RunOptions(ONLY.overrides, stdin=OLD.encode())
    assert found("-", options=unnamed) == [("-", ["deprecated-maintainer"])]


def test_settings_for_a_path() -> None:
    write("a/dflint.toml", 'fail-level = "error"')
    write("a/Dockerfile", FINE)
    assert settings_for("a").fail_level == settings_for("a/Dockerfile").fail_level == "error"
    assert settings_for(".").fail_level == "warning"


# -- compose ------------------------------------------------------------------------------------------------------

TEMPLATE = "ARG SERVICE\nFROM debian:12\nARG SERVICE\nCOPY services/${SERVICE}/app.txt /app/\n"
COMPOSE = """\
services:
  api:
    build: {context: ., dockerfile: docker/service.tmpl, args: {SERVICE: api}}
  finance:
    build: {context: ., dockerfile: docker/service.tmpl, args: {SERVICE: finance}}
  proxy:
    image: nginx
"""
COPIES = RunOptions(Overrides(select=("missing-copy-source", "deprecated-maintainer")))


def compose_repository() -> None:
    write("docker-compose.yml", COMPOSE)
    write("docker/service.tmpl", TEMPLATE)
    write("services/api/app.txt", "x")
    write("services/finance/other.txt", "x")


def test_a_template_is_judged_under_every_service() -> None:
    compose_repository()
    run = check_paths(["docker-compose.yml"], COPIES)
    assert [(file.path, file.services) for file in run.files] == [("docker/service.tmpl", ("api", "finance"))]
    assert [(f.rule, f.services) for f in run.files[0].findings] == [("missing-copy-source", ("finance",))]


def test_what_holds_for_all_services_is_said_once() -> None:
    compose_repository()
    write("docker/service.tmpl", TEMPLATE + "MAINTAINER me\n")
    Path("services/api/app.txt").unlink()
    run = check_paths(["docker-compose.yml"], COPIES)
    findings = {finding.rule: finding.services for finding in run.files[0].findings}
    assert findings["deprecated-maintainer"] == ()


def test_a_folder_is_judged_with_its_compose_files() -> None:
    compose_repository()
    run = check_paths(["."], COPIES)
    assert [(file.path, file.services) for file in run.files] == [("docker/service.tmpl", ("api", "finance"))]


def test_the_command_line_wins_over_compose_and_compose_over_the_configuration() -> None:
    compose_repository()
    write("dflint.toml", '[build-args]\nSERVICE = "nowhere"')
    assert len(check_paths(["docker-compose.yml"], COPIES).files[0].findings) == 1
    forced = RunOptions(Overrides(select=("missing-copy-source",), build_args={"SERVICE": "api"}))
    assert check_paths(["docker-compose.yml"], forced).files[0].findings == []


def test_an_argument_from_the_environment_is_not_known() -> None:
    compose_repository()
    Path("docker-compose.yml").write_text(
        "services:\n  api:\n    build: {context: ., dockerfile: docker/service.tmpl, args: [SERVICE]}\n"
    )
    write("dflint.toml", '[build-args]\nSERVICE = "nowhere"')
    assert check_paths(["docker-compose.yml"], COPIES).files[0].findings == []


def test_a_missing_dockerfile_of_a_service_is_an_error_with_its_line() -> None:
    write("compose.yaml", "services:\n  api:\n    build: api\n")
    run = check_paths(["compose.yaml"], ONLY)
    assert [str(error) for error in run.errors] == [
        "compose.yaml:2: service 'api': there is no Dockerfile api/Dockerfile"
    ]
    assert run.exit_status == 2


def test_an_unreadable_compose_file_is_an_error() -> None:
    write("compose.yaml", "services: [\n")
    run = check_paths(["compose.yaml"], ONLY)
    assert len(run.errors) == 1
    assert str(run.errors[0]).startswith("compose.yaml:")


def test_an_inline_dockerfile_is_judged_and_never_written() -> None:
    text = "services:\n  api:\n    build:\n      dockerfile_inline: |\n        FROM debian:12\n        MAINTAINER me\n"
    path = write("compose.yaml", text)
    assert found("compose.yaml") == [("compose.yaml#api", ["deprecated-maintainer"])]
    run = fix_paths(["compose.yaml"], ONLY, write=True)
    assert run.files[0].changed
    assert not run.files[0].written
    assert path.read_text() == text


# -- fix ----------------------------------------------------------------------------------------------------------


def test_a_preview_changes_nothing_and_says_that_there_is_something_to_fix() -> None:
    path = write("Dockerfile", OLD)
    run = fix_paths(["Dockerfile"], ONLY)
    assert run.exit_status == 1
    assert run.files[0].changed
    assert path.read_text() == OLD
    assert fix_paths([str(write("fine/Dockerfile", FINE))], ONLY).exit_status == 0


def test_write_changes_only_what_differs() -> None:
    path = write("Dockerfile", OLD)
    other = write("other/Dockerfile", FINE)
    before = other.stat().st_mtime_ns
    run = fix_paths(["."], ONLY, write=True)
    assert [(file.path, file.written) for file in run.files] == [("Dockerfile", True), ("other/Dockerfile", False)]
    assert path.read_text() == "FROM debian:12\nLABEL org.opencontainers.image.authors=me\n"
    assert other.stat().st_mtime_ns == before
    assert run.exit_status == 0
    assert not fix_paths(["."], ONLY, write=True).files[0].changed


def test_findings_left_after_writing_count() -> None:
    write("Dockerfile", OLD + "COPY x\n")
    run = fix_paths(["Dockerfile"], ONLY, FixOptions(), write=True)
    assert run.exit_status == 1
    assert [finding.rule for finding in run.files[0].report.findings] == ["syntax-error"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_file_is_an_error_and_the_others_are_written() -> None:
    write("a/Dockerfile", OLD).chmod(0o444)
    path = write("b/Dockerfile", OLD)
    run = fix_paths(["."], ONLY, write=True)
    assert "is read-only" in str(run.errors[0])
    assert path.read_text() != OLD


def test_errors_print_in_one_line() -> None:
    assert str(RunError("a", "b")) == "a: b"
    assert str(RunError("", "b")) == "b"
