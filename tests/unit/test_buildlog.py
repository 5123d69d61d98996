"""Logs of failed builds: the failing instruction, the cause, and that no text is too strange or too long."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dflint.api import parse
from dflint.api.buildlog import explain_log
from dflint.buildlog.diagnose import causes, diagnose, tidy
from dflint.buildlog.failure import BuildFailure
from dflint.buildlog.locate import line_of, locate
from dflint.buildlog.reader import read_failures

LOGS = Path(__file__).resolve().parents[2] / "fixtures" / "buildlogs"
# Rules that causes name before they are there; until then only the cause is told.
COMING = {
    "end-of-life-base-image", "missing-base-image", "missing-ca-certificates", "missing-command", "missing-ensurepip",
    "missing-native-build-tools", "missing-root-privilege",
}  # fmt: skip
# Folder: line of the failing instruction, the causes that are right (builders see some differently), what it is about.
EXPECTED: dict[str, tuple[int, set[str], str]] = {
    "apt-package": (9, {"apt-package-missing"}, "libssl1.1"),
    "copy-source": (4, {"copy-source-missing"}, "settings"),
    "crlf": (3, {"script-missing"}, "/usr/local/bin/start"),
    "dockerignore": (3, {"copy-ignored", "copy-source-missing"}, "dist"),
    "heredoc": (3, {"command-missing"}, "jq"),
    "json-form": (3, {"start-not-found"}, "npm"),
    "node-module": (4, {"node-module-missing"}, "left-pad"),
    "not-executable": (4, {"script-not-executable"}, "./setup.sh"),
    "not-root": (3, {"apt-not-root"}, ""),
    "npm-lock": (4, {"node-lock-missing"}, ""),
    "pep668": (4, {"python-externally-managed"}, ""),
    "python": (5, {"python-command-missing"}, "python"),
    "registry": (1, {"network-dns", "base-image-missing"}, "registry.example.org"),
    "stage-name": (5, {"stage-missing"}, "biulder"),
    "unknown-instruction": (2, {"unknown-instruction"}, "RUNN"),
    "unknown-user": (3, {"user-unknown", "user-missing"}, "app"),
}
CASES = [path.relative_to(LOGS).as_posix() for path in sorted(LOGS.glob("*/*.log")) if path.parent.name in EXPECTED]


def read(path: Path) -> str:
    return path.read_bytes().decode()


@pytest.mark.parametrize("name", CASES)
def test_logs_of_real_builds(name):
    line, known, about = EXPECTED[name.split("/")[0]]
    dockerfile = LOGS / name.split("/")[0] / "Dockerfile"
    (found,) = explain_log(read(LOGS / name), str(dockerfile))
    cause = found.diagnosis.cause
    assert (found.path, found.line) == (str(dockerfile), line)
    assert cause is not None
    assert cause.name in known
    assert any(about in said for said in found.diagnosis.names) or not about
    assert found.diagnosis.evidence


@pytest.mark.parametrize("kind", ["plain", "tty"])
def test_compose_names_the_service_and_its_file_is_found(kind):
    (found,) = explain_log(read(LOGS / "compose" / f"{kind}.log"), folders=[str(LOGS / "compose")])
    assert found.diagnosis.failure.service == "api"
    assert found.path is not None
    assert Path(found.path) == LOGS / "compose" / "api" / "Dockerfile"
    assert (found.line, found.stage) == (4, "builder")


def decorated(text: str, before: str) -> str:
    return "".join([f"{before}{line}\r\n" for line in text.splitlines()])


@pytest.mark.parametrize(
    "before",
    [
        "2026-05-01T12:00:00.1234567Z ",
        "build\tRun docker build\t2026-05-01T12:00:00.1234567Z ",
        "2026-05-01T12:00:00.123456Z 01O ",
        "[2026-05-01T12:00:00.123Z] ",
        'Step #0 - "image": ',
        "remote: ",
        "\x1b[32m",
    ],
)
@pytest.mark.parametrize("name", ["apt-package/plain.log", "apt-package/classic.log", "copy-source/buildah.log"])
def test_what_other_systems_put_before_lines(name, before):
    text = read(LOGS / name)
    (plain,) = read_failures(text)
    (found,) = read_failures(decorated(text, before))
    assert (found.instruction, found.exit_code) == (plain.instruction, plain.exit_code)
    assert [line.text for line in found.lines] == [line.text for line in plain.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(encoding):
    text = read(LOGS / "apt-package" / "plain.log")
    (found,) = explain_log(text.encode(encoding))
    assert found.diagnosis.names == ("libssl1.1", "no-such-tool")


def only_cause(output: str, instruction: str = "RUN x", code: int | None = 1) -> tuple[str | None, str]:
    failure = BuildFailure("docker", instruction)
    failure.exit_code = code
    for number, line in enumerate(output.split("\n"), 1):
        failure.output.add(number, line)
    found = diagnose(failure)
    return (found.cause.name if found.cause is not None else None), found.message


@pytest.mark.parametrize(
    ("output", "cause", "about"),
    [
        ("E: Package 'netcat' has no installation candidate", "apt-no-candidate", "netcat"),
        ("E: Version '1.2' for 'nginx' was not found", "apt-version-missing", "nginx"),
        ("E: The repository 'http://deb.debian.org/debian buster Release' does not have a Release file.",
         "apt-archive-gone", "buster"),
        ("E: Failed to fetch http://deb.debian.org/pool/x_1_amd64.deb  404  Not Found", "apt-lists-stale", "x_1"),
        ("E: Release file for http://example.org/InRelease is expired", "apt-release-expired", "InRelease"),
        ("W: GPG error: http://example.org stable InRelease: NO_PUBKEY 0123456789ABCDEF", "apt-key-missing", "0123"),
        ("E: Failed to fetch http://x.example.org/Packages.gz  Hash Sum mismatch", "apt-hash-mismatch", ""),
        ("E: Could not get lock /var/lib/dpkg/lock-frontend", "apt-locked", ""),
        (" a : Depends: b (>= 2) but it is not going to be installed\nE: held broken packages", "apt-unmet", "a"),
        ("ERROR: unable to select packages:\n  py-pip (no such package):", "apk-package-missing", "py-pip"),
        ("No match for argument: htop\nError: Unable to find a match: htop", "rpm-package-missing", "htop"),
        ("Could not resolve host: mirrorlist.centos.org; Unknown error", "rpm-mirror-gone", ""),
        ("/bin/bash: line 1: foo: command not found", "command-missing", "foo"),
        ("./x.sh: 7: ./x.sh: git: not found", "command-missing", "git"),
        ("/bin/sh: foo: not found", "command-missing", "foo"),
        ("/bin/sh: 1: source: not found", "shell-dialect", "source"),
        ("ModuleNotFoundError: No module named 'yaml'", "python-module-missing", "yaml"),
        ("ERROR: No matching distribution found for torch==1.0", "pip-no-distribution", "torch==1.0"),
        ("Error: pg_config executable not found.", "pg-config-missing", "pg_config"),
        ("error: command 'gcc' failed: No such file or directory", "compiler-missing", "gcc"),
        ("foo.c:1:10: fatal error: Python.h: No such file or directory", "header-missing", "Python.h"),
        ("npm error code ERESOLVE", "node-peer-conflict", ""),
        ("ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with frozen-lockfile", "node-lock-outdated", ""),
        ("src/a.ts(1,2): error TS2307: Cannot find module '@x/y' or its", "workspace-package-unbuilt", "@x/y"),
        ("FATAL ERROR: Reached heap limit - JavaScript heap out of memory", "out-of-memory", ""),
        ("gyp ERR! find Python", "node-gyp-python", ""),
        ("go: go.mod requires go >= 1.22 (running go 1.20.1)", "go-version", "1.22"),
        ("error: linker `cc` not found", "rust-linker", "cc"),
        ("curl: (60) SSL certificate problem: unable to get local issuer certificate", "tls-certificate", ""),
        ("curl: (6) Could not resolve host: x.example.org", "network-dns", "x.example.org"),
        ("fatal: could not read Username for 'https://git.example.org': No such device", "git-auth", "git.example.org"),
        ("write /a: no space left on device", "disk-full", ""),
        ("useradd: UID 1000 is not unique", "user-exists", "1000"),
        ("chown: invalid user: 'app'", "user-missing", "app"),
        ("toomanyrequests: You have reached your pull rate limit", "registry-rate-limit", ""),
        ("Problem 1\n - a/b requires ext-intl * -> it is missing", "php-extension-missing", "ext-intl"),
    ],
)  # fmt: skip
def test_causes(output, cause, about):
    found, message = only_cause(output)
    assert found == cause
    assert about in message


def test_what_is_not_known_is_not_guessed():
    assert only_cause("all is well\nalmost", code=3) == (None, "")
    assert only_cause("", code=137)[0] == "exit-status-137"
    assert only_cause("", "RUN wget -q https://example.org/x", 8)[0] == "wget-status-8"


def test_the_last_line_that_says_something_wins_over_earlier_and_weaker_ones():
    assert only_cause("E: Unable to locate package a\n/bin/sh: 1: b: not found", code=127)[0] == "command-missing"
    assert (
        only_cause("/bin/sh: 1: curl: not found\ngzip: stdin: unexpected end of file", code=2)[0] == "command-missing"
    )


def test_logs_without_a_failure():
    built = "Step 1/2 : FROM debian\n ---> 0123\nStep 2/2 : RUN true\n ---> 4567\nSuccessfully built 4567\n"
    assert explain_log(built) == []
    assert explain_log("#1 [1/2] FROM debian\n#1 DONE 0.1s\n#2 [2/2] RUN true\n#2 0.1 x\n#2 DONE 0.1s\n") == []
    assert explain_log("") == []
    assert explain_log("hello\n") == []


def test_several_builds_in_one_log():
    one = read(LOGS / "apt-package" / "plain.log")
    two = read(LOGS / "copy-source" / "plain.log")
    found = explain_log(one + two)
    assert [item.diagnosis.failure.keyword for item in found] == ["RUN", "COPY"]


def test_a_dockerfile_that_was_not_built_is_not_blamed():
    failure = read_failures(read(LOGS / "apt-package" / "classic.log"))[0]
    assert locate(failure, parse("FROM debian\nRUN true\n")) is None


def test_the_same_instruction_in_two_stages():
    file = parse("FROM a AS x\nRUN make\nFROM b AS y\nRUN true\nRUN make\n")
    (failure,) = read_failures('[2/2] STEP 3/3: RUN make\nError: building at STEP "RUN make": exit status 2\n')
    node = locate(failure, file)
    assert node is not None
    assert line_of(file, node) == 5


def test_tidy():
    assert tidy("The file does not exist ({name}).".replace("{name}", "")) == "The file does not exist."
    assert tidy("A line in .dockerignore : it . ") == "A line in .dockerignore: it."


def test_causes_are_well_formed():
    from dflint.catalog import names

    known = set(names()) | COMING
    for cause in causes():
        assert cause.keys and all(cause.keys)
        assert cause.says.endswith((".", "}"))
        assert cause.advice.endswith((".", "..."))
        assert set(cause.rules) <= known, cause.name
        cause.matches(cause.keys[0])  # the pattern compiles


PIECES = st.sampled_from(
    ["#1 ", "#2 [a 1/2] RUN x", "ERROR: ", "DONE 1s", "------", "-" * 20, " > [a 1/2] RUN x:", "Dockerfile:3",
     "  3 | >>> ", "Step 1/2 : RUN a", " ---> ", "STEP 1/2: FROM a", "Error: building at STEP \"RUN a\": exit status 1",
     "failed to solve: ", "The command '", "' returned a non-zero code: 1", "\n", "\r", "\r\n", "\x1b[31m", "\x00",
     " => ERROR [1/2] RUN x  1.0s",
     "E: Unable to locate package x", ": not found", "COPY failed: ", "exit code: ", "9" * 30, "INFO[0001] RUN x"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join))
def test_no_text_is_too_strange(text):
    file = parse("FROM a AS b\nRUN x\nCOPY a b\n")
    for failure in read_failures(text):
        diagnose(failure)
        locate(failure, file)
    explain_log(text)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_are_too_strange(data):
    explain_log(data)
    explain_log(b"Step 1/2 : RUN x\n" + data)


@pytest.mark.parametrize(
    "piece",
    [
        b"#7 0.123 npm ERR! something is not found: x\n",
        b"a" * 10_000_000 + b"\n",
        b"x: not found\r",
        b"' " * 999 + b"\n",
    ],
)
def test_long_logs_take_linear_time(piece):
    def seconds(size: int) -> float:
        log = b"#7 [2/2] RUN x\n" + piece * (size // len(piece)) + b"\n#7 ERROR: exit code: 1\n"
        start = time.perf_counter()
        explain_log(io.BytesIO(log))
        return time.perf_counter() - start

    small = min(seconds(1_000_000) for _ in range(2))
    assert seconds(10_000_000) < 25 * small + 1
