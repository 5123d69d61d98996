"""The commands: what they print where, and their exit status."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dflint.cli import main

CLEAN = 'FROM debian:12\nCMD ["/srv/app"]\n'
OLD = "FROM debian:12\nMAINTAINER Jane Doe\nWORKDIR srv\n"


class Result:
    """Exit status, standard output and standard error of a run."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, with no configuration around and a terminal of 100 columns."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def run(folder: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch):
    """Runs a command line in this process."""

    def call(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = main(arguments)
        out, err = capsysbinary.readouterr()
        return Result(status, out.decode("utf-8", "surrogateescape"), err.decode())

    return call


def process(*arguments: str, **options) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "dflint", *arguments], capture_output=True, check=False, **options)


def names(result: Result) -> list[str]:
    return [entry["name"] for entry in json.loads(result.out)]


class TestStatus:
    def test_nothing_found(self, run, folder):
        (folder / "Dockerfile").write_text(CLEAN)
        result = run("check")
        assert (result.status, result.out, result.err) == (0, "", "no findings in 1 file\n")

    def test_findings(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        assert run("check").status == 1
        assert run("check", "--fail-level", "error").status == 0
        assert run("check", "--fail-level=none").status == 0
        assert run("check", "--fail-level", "style", "--select", "syntax-error").status == 0

    def test_a_path_that_cannot_be_read_does_not_stop_the_others(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        result = run("check", "missing/Dockerfile", "Dockerfile", "--format", "json")
        assert result.status == 2
        assert "deprecated-maintainer" in names(result)
        assert result.err.startswith("dflint: missing/Dockerfile: ")
        assert result.err.count("\n") == 1

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (["check", "--frob"], "No such option '--frob'"),
            (["check", "--format", "sarif"], "'text', 'concise', 'json', 'lsp'"),
            (["check", "--fail-level", "high"], "'error', 'warning', 'info', 'style', 'none'"),
            (["chekc"], "check"),
            (["explain"], "NAMES"),
            (["explain", "DL9999"], "no rule 'DL9999'"),
            (["explain", "missing-apt-pakage"], "did you mean 'missing-apt-package'?"),
            (["explain", "security"], "not one rule"),
            (["check", "--select", "deprecated-maintaner"], "did you mean 'deprecated-maintainer'?"),
            (["check", "--as-of", "yesterday"], "2025-06-30"),
            (["check", "--config", "nothing.toml"], "nothing.toml"),
            (["check", "--output", "no/such/folder/x"], "cannot write no/such/folder/x"),
            (["fix", "--rule", "nonsense-rule"], "nonsense-rule"),
            (["config", "no-such-folder"], "no-such-folder"),
            (["new-rule", "Bad_Name"], "Bad_Name"),
        ],
    )
    def test_bad_usage_is_one_line(self, run, folder, arguments, complaint):
        (folder / "Dockerfile").write_text(CLEAN)
        result = run(*arguments)
        assert result.status == 2
        assert result.out == ""
        assert complaint in result.err
        assert result.err.count("\n") == 1

    def test_a_bad_configuration_names_the_closest_key(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        (folder / "dflint.toml").write_text('proflie = "strict"\n')
        result = run("check")
        assert result.status == 2
        assert "proflie" in result.err
        assert "'profile'" in result.err


class TestCheck:
    def test_text_shows_the_place(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        result = run("check", "Dockerfile")
        assert "warning[deprecated-maintainer]: " in result.out
        assert " --> Dockerfile:2:1\n" in result.out
        assert "2 | MAINTAINER Jane Doe\n  | ^^^^^^^^^^\n" in result.out
        assert "'dflint fix' shows how" in result.err

    def test_concise(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        result = run("check", "--format", "concise", "--select", "DL4000")
        assert result.out.startswith("Dockerfile:2:1: warning deprecated-maintainer MAINTAINER is deprecated")

    def test_standard_input_has_a_name(self, run):
        result = run("check", "-", "--stdin-filename", "api/Dockerfile", "--format", "concise", stdin=OLD.encode())
        assert result.status == 1
        assert result.out.startswith("api/Dockerfile:2:1: ")

    def test_quiet_and_statistics(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        assert run("check", "-q").err == ""
        result = run("check", "--quiet", "--statistics", "--format", "json")
        assert "deprecated-maintainer" in names(result)
        assert "     1  warning       1  deprecated-maintainer\n" in result.err

    def test_machine_formats_leave_out_the_summary(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        assert run("check", "--format", "json").err == ""
        assert run("check", "--format", "lsp").err == ""

    def test_output_goes_to_a_file(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        result = run("check", "--format", "json", "-o", "report.json")
        assert (result.status, result.out) == (1, "")
        assert json.loads((folder / "report.json").read_text())[0]["path"] == "Dockerfile"

    def test_selection(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        assert names(run("check", "--select", "relative-workdir,DL4000", "--format", "json")) == [
            "deprecated-maintainer",
            "relative-workdir",
        ]
        ignoring = run("check", "--ignore", "MaintainerDeprecated", "--format", "json")
        assert "deprecated-maintainer" not in names(ignoring)

    def test_excluded_files_can_be_left_out_also_when_they_are_named(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        (folder / "dflint.toml").write_text('exclude = ["Dockerfile"]\n')
        assert run("check", "-q").out == ""
        assert run("check", "-q", "Dockerfile").status == 1
        assert run("check", "--force-exclude", "Dockerfile").err == "no Dockerfile was checked\n"

    def test_build_arguments_come_from_the_environment_too(self, monkeypatch):
        from dflint.cli.inputs import build_args

        monkeypatch.setenv("GIVEN", "x")
        monkeypatch.delenv("ABSENT", raising=False)
        assert build_args(("A=1=2", "GIVEN", "ABSENT", "EMPTY=")) == {"A": "1=2", "GIVEN": "x", "EMPTY": ""}


class TestColour:
    def test_choices(self, run, folder, monkeypatch):
        (folder / "Dockerfile").write_text(OLD)
        assert "\x1b[" not in run("check").out
        assert "\x1b[" in run("check", "--color", "always").out
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[" in run("check").out
        assert "\x1b[" not in run("check", "--color=never").out
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b[" not in run("check").out
        assert "\x1b[" in run("check", "--color", "always").out

    @pytest.mark.skipif(os.name == "nt", reason="there are no pseudo terminals")
    def test_a_terminal_gets_colours_and_no_raw_bytes(self, folder):
        import pty

        (folder / "Dockerfile").write_text("FROM debian:12\nMAINTAINER \x1b]0;owned\x07\n")
        for command in ("check", "fix"):
            leader, follower = pty.openpty()
            environment = {**os.environ, "TERM": "xterm"}
            subprocess.run(
                [sys.executable, "-m", "dflint", command],
                stdout=follower,
                stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                env=environment,
                check=False,
            )
            os.close(follower)
            seen = b""
            try:
                while chunk := os.read(leader, 65536):
                    seen += chunk
            except OSError:  # Linux says so at the end
                pass
            os.close(leader)
            assert b"\x1b[" in seen
            assert b"\x1b]" not in seen
            assert b"\\x1b]0;owned\\x07" in seen


class TestFix:
    def test_the_preview_is_a_diff_and_changes_nothing(self, run, folder):
        file = folder / "Dockerfile"
        file.write_text(OLD)
        result = run("fix", "--rule", "DL4000")
        assert result.status == 1
        assert result.out == (
            "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,3 +1,3 @@\n FROM debian:12\n-MAINTAINER Jane Doe\n"
            '+LABEL org.opencontainers.image.authors="Jane Doe"\n WORKDIR srv\n'
        )
        assert file.read_text() == OLD
        assert result.err == "1 fix in 1 file; 'dflint fix --write' applies them\n"

    def test_the_diff_applies(self, run, folder):
        file = folder / "Dockerfile"
        old = b"FROM debian:12\r\nMAINTAINER J\xf6rg\r\nRUN echo \x1b[0m\xff"
        file.write_bytes(old)
        diff = run("fix", "--quiet").out
        run("fix", "--write")
        fixed = file.read_bytes()
        assert fixed != old
        file.write_bytes(old)
        patch = diff.encode("utf-8", "surrogateescape")
        subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=patch, cwd=folder, check=True)
        assert file.read_bytes() == fixed

    def test_write(self, run, folder):
        file = folder / "Dockerfile"
        file.write_text(OLD)
        result = run("fix", "--write", "--select", "DL4000")
        assert (result.status, result.out) == (0, "")
        assert result.err == "fixed Dockerfile: 1 fix\n"
        assert "MAINTAINER" not in file.read_text()
        again = run("fix", "--write", "--select", "DL4000")
        assert (again.status, again.err) == (0, "nothing to fix in 1 file\n")

    def test_what_is_left_alone_has_a_reason(self, run, folder):
        (folder / "Dockerfile").write_text("FROM debian:12\nRUN apt-get update && apt-get install -y curl\n")
        options = ["fix", "--select", "missing-no-install-recommends"]
        result = run(*options)
        assert result.status == 0
        assert result.err.startswith("left Dockerfile:2:23: missing-no-install-recommends: ")
        assert "unsafe: needs --unsafe\n" in result.err
        assert "--unsafe" not in run(*options, "--unsafe").err

    def test_standard_input_is_written_to_standard_output(self, run):
        result = run("fix", "-", "--write", "--select", "DL4000", stdin=OLD.encode() + b"# \xff\n")
        assert result.out.encode("utf-8", "surrogateescape") == (
            b'FROM debian:12\nLABEL org.opencontainers.image.authors="Jane Doe"\nWORKDIR srv\n# \xff\n'
        )

    def test_statistics_count_the_fixes(self, run, folder):
        (folder / "Dockerfile").write_text(OLD)
        assert "deprecated-maintainer" in run("fix", "--statistics", "--rule", "DL4000").err


class TestPages:
    def test_explain_by_any_name(self, run):
        for name in ("deprecated-maintainer", "DL4000", "MaintainerDeprecated", "hadolint:DL4000"):
            result = run("explain", name)
            assert result.status == 0
            assert result.out.startswith("deprecated-maintainer\n")
            assert "\nWhy\n" in result.out
            assert "\nFixed\n" in result.out

    def test_explain_as_json(self, run):
        (page,) = json.loads(run("explain", "DL4000", "--format", "json").out)
        assert page["name"] == "deprecated-maintainer"

    def test_explain_every_rule(self, run):
        from dflint.catalog import names as rule_names

        result = run("explain", *rule_names())
        assert result.status == 0
        for name in rule_names():
            assert f"\n{name}\n" in f"\n{result.out}"

    def test_rules(self, run):
        from dflint.catalog import names as rule_names

        table = run("rules").out
        records = json.loads(run("rules", "--format", "json").out)
        assert [record["name"] for record in records] == list(rule_names())
        assert all(record["name"] in table for record in records)
        (maintainer,) = [record for record in records if record["name"] == "deprecated-maintainer"]
        assert {"id": "hadolint:DL4000", "relation": "same"} in maintainer["aliases"]

    def test_config_tells_values_and_origins(self, run, folder):
        settings = 'fail-level = "info"\nignore = ["DL4000"]\n[rules]\nredundant-cmd = "error"\n'
        (folder / "dflint.toml").write_text(settings)
        text = run("config", "--target", "final").out
        assert str(folder / "dflint.toml") in text
        assert "final  [command line]" in text
        told = json.loads(run("config", ".", "--format", "json").out)
        assert told["settings"]["fail-level"] == {"value": "info", "origin": told["config"]}
        assert told["settings"]["as-of"] == {"value": None, "origin": "default"}
        assert told["rules"]["redundant-cmd"] == "error"
        assert "deprecated-maintainer" not in told["rules"]

    def test_version_and_help(self, run):
        from dflint import __version__

        assert run("--version").out == f"dflint {__version__}\n"
        for arguments in (["--help"], ["check", "-h"], ["fix", "--help"]):
            result = run(*arguments)
            assert result.status == 0
            assert "Exit status: 0 nothing" in result.out
        assert run().status == 2


class TestProcess:
    def test_a_crash_is_trouble_and_not_findings(self, run, monkeypatch):
        def crash(values):
            raise ZeroDivisionError

        monkeypatch.setattr("dflint.cli.check.check", crash)
        result = run("check")
        assert result.status == 2
        assert "ZeroDivisionError" in result.err

    def test_a_reader_that_leaves_early_is_no_error(self, folder):
        (folder / "Dockerfile").write_text("FROM debian:12\n" + "MAINTAINER x\n" * 5000)
        command = [sys.executable, "-m", "dflint", "check", "--format", "concise"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            running.stdout.readline()
            running.stdout.close()
            assert running.stderr.read() == b""

    @pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
    def test_any_encoding_of_the_streams_will_do(self, folder, encoding):
        name = "D\u00f6ckerfile"
        (folder / name).write_bytes("FROM debian:12\nMAINTAINER \u6f22\u5b57\n".encode() + b"FOO \xff\n")
        done = process("check", name, cwd=folder, env={**os.environ, "PYTHONIOENCODING": encoding})
        assert done.returncode == 1, done.stderr
        assert b"MAINTAINER" in done.stdout
        assert b"Traceback" not in done.stderr

    def test_standard_input_as_bytes(self, folder):
        done = process("fix", "-", "--write", "-q", input=b"FROM debian:12\r\nMAINTAINER J\xff\r\n", cwd=folder)
        assert done.stdout == b'FROM debian:12\r\nLABEL org.opencontainers.image.authors="J\xff"\r\n'

    def test_click_completes(self, folder):
        environment = {**os.environ, "_DFLINT_COMPLETE": "bash_complete", "COMP_WORDS": "dflint che", "COMP_CWORD": "1"}
        script = "import sys; from dflint.cli import main; sys.exit(main([]))"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, check=False)
        assert done.stdout == b"plain,check\n"


class TestBuildLog:
    DOCKERFILE = "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y libssl1.1\n"
    LOG = (
        "STEP 1/2: FROM debian:bookworm-slim\n"
        "STEP 2/2: RUN apt-get update && apt-get install -y libssl1.1\n"
        "E: Unable to locate package libssl1.1\n"
        'Error: building at STEP "RUN apt-get update && apt-get install -y libssl1.1": exit status 100\n'
    )

    def test_the_file_beside_the_log_is_taken(self, run, folder):
        (folder / "Dockerfile").write_text(self.DOCKERFILE)
        (folder / "build.log").write_text(self.LOG)
        result = run("explain", "--build-log", "build.log")
        assert result.status == 0
        assert "--> Dockerfile:2 (step 2/2)" in result.out
        assert "3 | E: Unable to locate package libssl1.1" in result.out
        assert "error[missing-apt-package]" in result.out

    def test_json(self, run, folder):
        (folder / "other").write_text(self.DOCKERFILE)
        result = run("explain", "--build-log=-", "--dockerfile", "other", "--format=json", stdin=self.LOG.encode())
        (record,) = json.loads(result.out)
        assert result.status == 0
        assert (record["path"], record["line"], record["exit_code"]) == ("other", 2, 100)
        assert (record["cause"], record["names"]) == ("apt-package-missing", ["libssl1.1"])
        assert record["evidence"] == [{"line": 3, "text": "E: Unable to locate package libssl1.1"}]
        assert [finding["name"] for finding in record["findings"]] == ["missing-apt-package"]

    def test_an_unknown_cause_is_told_by_the_status(self, run, folder):
        result = run("explain", "--build-log", "-", stdin=b"Step 1/1 : RUN x\nodd\n' returned a non-zero code: 3\n")
        assert result.status == 1
        assert "RUN x failed with exit status 3" in result.out
        assert "2 | odd" in result.out

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (["--build-log", "no.log"], "no.log"),
            (["--build-log", "."], "cannot be read"),
            (["--build-log", "-"], "no failed build"),
            (["--build-log", "-", "--dockerfile", "no/Dockerfile"], "no/Dockerfile"),
            (["--build-log", "-", "DL3008"], "not both"),
            (["--build-log"], "requires an argument"),
        ],
    )
    def test_bad_usage_is_one_line(self, run, folder, arguments, complaint):
        result = run("explain", *arguments)
        assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)
        assert complaint in result.err
