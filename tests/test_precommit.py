"""The hooks of ``.pre-commit-hooks.yaml`` under the real pre-commit, in a repository of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
SHIPPED = ("src", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
BROKEN = "FROM debian:12\nMAINTAINER Jane Doe\n"
CHECKED = (
    "Dockerfile",
    "Containerfile",
    "Dockerfile.prod",
    "prod.Dockerfile",
    "prod.Containerfile",
    "dockerfile",
    "app.dockerfile",
    "x.containerfile",
    "Dockerfile-dev",
    "Dockerfile_dev",
    "services/api/Dockerfile",
)
LEFT_ALONE = (
    "Dockerfile.dockerignore",
    "Dockerfile.md",
    "Dockerfile.j2",
    "notes/dockerfile-tips.md",
    "main.py",
    "dockerfiles/readme.txt",
)
# Keys that pre-commit knows for a hook; it accepts unknown ones without a word.
KNOWN_KEYS = {"id", "name", "description", "entry", "language", "types", "files", "exclude", "require_serial"}


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Jane Doe", "-c", "user.email=jane@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An isolated home for pre-commit; the tests are skipped where its environments cannot be filled."""
    folder = tmp_path_factory.mktemp("home")
    pip = [sys.executable, "-m", "pip", "--quiet"]
    probe = [*pip, "download", "--no-deps", "--dest", str(folder / "probe"), "hatchling"]
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    done = subprocess.run(probe, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        pytest.skip("pip reaches no package index, which pre-commit needs to install the hooks")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PRE_COMMIT"))}
    return {**kept, "PRE_COMMIT_HOME": str(folder / "pre-commit")}


@pytest.fixture(scope="module")
def hooks(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """dflint as a repository that pre-commit can clone, and its revision."""
    folder = tmp_path_factory.mktemp("dflint")
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "dflint")
    return folder, git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(hooks: tuple[Path, str], tmp_path: Path) -> Path:
    """A repository with Dockerfiles of all kinds of names, each with one finding that can be fixed."""
    for name in (*CHECKED, *LEFT_ALONE):
        path = tmp_path / name
        # A file system that ignores case has only one of Dockerfile and dockerfile.
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(BROKEN)
    git(tmp_path, "init", "--quiet")
    configure(tmp_path, hooks, "dflint")
    return tmp_path


def configure(repository: Path, hooks: tuple[Path, str], *ids: str) -> None:
    """Use some of the hooks."""
    entry = {"repo": str(hooks[0]), "rev": hooks[1], "hooks": [{"id": name} for name in ids]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [entry]}))
    git(repository, "add", "--all")


def pre_commit(repository: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_the_manifest_is_valid(tmp_path):
    done = pre_commit(tmp_path, dict(os.environ), "validate-manifest", str(HOOKS))
    assert done.returncode == 0, done.stdout
    hooks = yaml.safe_load(HOOKS.read_text())
    assert [hook["id"] for hook in hooks] == ["dflint", "dflint-fix"]
    assert all(set(hook) <= KNOWN_KEYS and hook["require_serial"] for hook in hooks)


@pytest.mark.slow
def test_check_sees_every_dockerfile_and_nothing_else(repository, environment):
    (repository / "dflint.toml").write_text('exclude = ["services/"]\n')
    git(repository, "add", "--all")
    done = pre_commit(repository, environment, "run", "dflint", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    places = {line.split("--> ")[1].rsplit(":", 2)[0] for line in done.stdout.split("\n") if "--> " in line}
    assert places == {name for name in CHECKED if not name.startswith("services/")}
    for name in CHECKED:
        (repository / name).write_text('FROM debian:12\nLABEL org.opencontainers.image.authors="Jane Doe"\n')
    git(repository, "add", "--all")
    again = pre_commit(repository, environment, "run", "dflint", "--all-files")
    assert again.returncode == 0, again.stdout


@pytest.mark.slow
def test_fix_changes_the_files_once_and_then_lets_the_commit_pass(repository, hooks, environment):
    configure(repository, hooks, "dflint-fix")
    first = pre_commit(repository, environment, "run", "--all-files")
    assert first.returncode == 1
    assert "files were modified by this hook" in first.stdout
    assert all("MAINTAINER" not in (repository / name).read_text() for name in CHECKED)
    assert all((repository / name).read_text() == BROKEN for name in LEFT_ALONE)
    git(repository, "add", "--all")
    second = pre_commit(repository, environment, "run", "--all-files")
    assert second.returncode == 0, second.stdout


@pytest.mark.slow
def test_an_installed_hook_stops_a_commit(repository, environment):
    assert pre_commit(repository, environment, "install").returncode == 0
    commit = ["git", "-c", "user.name=J", "-c", "user.email=jane@example.org", "commit", "--message", "x"]
    done = subprocess.run(
        commit, cwd=repository, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 1
    assert "deprecated-maintainer" in done.stdout + done.stderr
