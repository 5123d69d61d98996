"""The example monorepo, end to end: it fails for three reasons, one command repairs it, real builders confirm both.

The tests marked `realbuild` build images with Docker or buildah and skip, saying why, where neither can work. The
alpine template is built on `node:22-alpine` where the builder has that image; elsewhere its steps run on Debian's node
image, because an Alpine base cannot be made without a registry.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders import Builder, Built

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "fixtures/repos/erp"
TEMPLATES = "infrastructure/docker/templates"
TEMPLATE = f"{TEMPLATES}/node-service-debian-ml.Dockerfile"
ALPINE = f"{TEMPLATES}/node-service-alpine.Dockerfile"
REPAIRED = (Path(__file__).parent / "erp-repaired.Dockerfile").read_text()
ORIGINAL = (FIXTURE / TEMPLATE).read_text()

CLI = [sys.executable, "-c", "import sys; from dflint.cli import main; sys.exit(main())"]


def by_hand(*rules: str) -> str:
    """The template with only these problems repaired, by hand."""
    text = REPAIRED if "unbuilt-workspace-package" in rules else ORIGINAL
    package = "libglew2.1" if "missing-apt-package" in rules else "libglew2.2"
    command = "RUN python3 -c" if "missing-python-command" in rules else "RUN python -c"
    text = text.replace("libglew2.1", package).replace("libglew2.2", package)
    return text.replace("RUN python3 -c", command).replace("RUN python -c", command)


PROBLEMS = {
    "unbuilt-workspace-package": "Cannot find module '@vextrus/shared-infrastructure'",
    "missing-apt-package": "Unable to locate package libglew2.2",
    "missing-python-command": "python: not found",
}


def dflint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*CLI, *arguments], cwd=folder, text=True, capture_output=True, check=False)
    assert done.returncode in (0, 1) and "Traceback" not in done.stderr, done.stderr
    return done


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.fixture
def erp(tmp_path: Path) -> Path:
    """A fresh copy of the monorepo."""
    return Path(shutil.copytree(FIXTURE, tmp_path / "erp"))


@pytest.fixture(scope="module")
def repaired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the monorepo after `dflint fix --write docker-compose.yml`."""
    folder = Path(shutil.copytree(FIXTURE, tmp_path_factory.mktemp("repaired") / "erp"))
    dflint(folder, "fix", "--write", "docker-compose.yml")
    return folder


def test_check_names_each_cause_and_nothing_else(erp: Path) -> None:
    findings = json.loads(dflint(erp, "check", "--format", "json", "docker-compose.yml").stdout)
    build = {(f["path"], f["name"], f["instruction_line"]) for f in findings if f["category"] == "build"}
    assert build == {
        (TEMPLATE, "unbuilt-workspace-package", line_of(ORIGINAL, "RUN pnpm run build")),
        (TEMPLATE, "missing-apt-package", line_of(ORIGINAL, "apt-get install")),
        (TEMPLATE, "missing-python-command", line_of(ORIGINAL, "RUN python -c")),
    }
    package = next(f for f in findings if f["name"] == "missing-apt-package")
    assert package["line"] == line_of(ORIGINAL, "libglew2.2")
    workspace = next(f for f in findings if f["name"] == "unbuilt-workspace-package")
    assert workspace["service"] == "finance"


def test_one_command_repairs_the_template_and_nothing_else(repaired: Path) -> None:
    before, after = contents(FIXTURE), contents(repaired)
    assert {path for path in after if after[path] != before.get(path)} == {TEMPLATE}
    assert after[TEMPLATE].decode() == REPAIRED


def test_after_the_repair_there_is_nothing_left_to_fix(repaired: Path) -> None:
    before = contents(repaired)
    preview = dflint(repaired, "fix", "docker-compose.yml")
    assert (preview.returncode, preview.stdout) == (0, "")
    dflint(repaired, "fix", "--write", "docker-compose.yml")
    assert contents(repaired) == before
    findings = json.loads(dflint(repaired, "check", "--format", "json", "docker-compose.yml").stdout)
    assert [f for f in findings if f["category"] == "build"] == []


@pytest.mark.parametrize("release", ["bookworm", "trixie"])
def test_a_release_that_has_the_library_keeps_it(erp: Path, release: str) -> None:
    template = erp / TEMPLATE
    template.write_text(ORIGINAL.replace("bullseye", release))
    dflint(erp, "fix", "--write", "docker-compose.yml")
    wanted = by_hand("unbuilt-workspace-package", "missing-python-command")
    assert template.read_text() == wanted.replace("bullseye", release)


def build(builder: Builder, folder: Path, template: str, service: str) -> Built:
    return builder.build(folder, folder / template, ["--build-arg", f"SERVICE_NAME={service}"])


def assert_serves(builder: Builder, built: Built, service: str) -> None:
    """The build passed and the image's own command starts the service."""
    assert built.ok, built.tail()
    assert built.image is not None
    ran = builder.run(built.image, env={"PORT": "0"}, until=f"{service} is listening")
    assert ran.ok, ran.output


@pytest.mark.realbuild
@pytest.mark.parametrize("problem", PROBLEMS)
def test_each_problem_alone_breaks_the_finance_build(builder: Builder, erp: Path, problem: str) -> None:
    (erp / TEMPLATE).write_text(by_hand(*(other for other in PROBLEMS if other != problem)))
    built = build(builder, erp, TEMPLATE, "finance")
    assert not built.ok
    assert PROBLEMS[problem] in built.log, built.tail()


@pytest.mark.realbuild
@pytest.mark.parametrize("service", ["finance", "document-generator"])
def test_repaired_services_build_and_run(builder: Builder, repaired: Path, service: str) -> None:
    assert_serves(builder, build(builder, repaired, TEMPLATE, service), service)


@pytest.mark.realbuild
@pytest.mark.parametrize("state", ["before", "after"])
def test_services_that_built_before_still_build(builder: Builder, erp: Path, repaired: Path, state: str) -> None:
    folder = erp if state == "before" else repaired
    scheduler = builder.build(folder, folder / "services/scheduler/Dockerfile")
    assert_serves(builder, scheduler, "scheduler")
    copy = Path(shutil.copytree(folder, folder.parent / "alpine", dirs_exist_ok=True))
    if not builder.has("node:22-alpine"):
        template = copy / ALPINE
        template.write_text(template.read_text().replace("node:22-alpine", "node:22-bookworm-slim"))
    assert_serves(builder, build(builder, copy, ALPINE, "auth"), "auth")
