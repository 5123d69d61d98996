"""The guess at a lone Dockerfile's build context."""

from __future__ import annotations

from pathlib import Path

import pytest

from dflint.context import disk
from dflint.context.discover import Root, guess_root
from dflint.syntax import parse
from dflint.text import Source


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def guess(path: str, *lines: str) -> tuple[str, bool]:
    root = guess_root(path, parse(Source("FROM alpine\n" + "".join(line + "\n" for line in lines), path)))
    assert isinstance(root, Root)
    return root.path, root.certain


def test_the_nearest_folder_with_all_sources(tree: Path) -> None:
    write(tree, "package.json", "apps/web/package.json", "apps/web/src/a.ts", "shared/x")
    assert guess("apps/web/Dockerfile", "COPY package.json ./", "COPY src ./src") == ("apps/web", True)
    assert guess("apps/web/Dockerfile", "COPY package.json ./", "COPY shared ./shared") == (".", True)
    assert guess("apps/web/Dockerfile", "COPY apps/web/package.json shared ./") == (".", True)
    assert guess("Dockerfile", "COPY package.json ./") == (".", True)
    assert guess("./Dockerfile", "COPY package.json ./") == (".", True)


def test_two_candidates_that_would_do_make_it_a_guess(tree: Path) -> None:
    write(tree, "package.json", "apps/web/package.json", "apps/api/package.json", "apps/api/.dockerignore")
    assert guess("apps/web/Dockerfile", "COPY package.json ./") == ("apps/web", False)
    assert guess("apps/api/Dockerfile", "COPY package.json ./") == ("apps/api", True)


def test_absolute_paths_stay_absolute(tree: Path) -> None:
    write(tree, "shared/x", "apps/web/y")
    assert guess(str(tree / "apps/web/Dockerfile"), "COPY shared /") == (str(tree), True)


def test_from_below_the_root(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree, "shared/x", "apps/web/y")
    monkeypatch.chdir(tree / "apps/web")
    assert guess("Dockerfile", "COPY shared /") == (str(tree), True)


def test_what_is_missing_everywhere_is_certainly_missing(tree: Path) -> None:
    write(tree, "app/package.json", "app/other/x")
    assert guess("app/Dockerfile", "COPY package.json ./", "COPY requirements.txt ./") == ("app", True)


def test_what_lies_elsewhere_makes_it_a_guess(tree: Path) -> None:
    write(tree, "app/package.json", "tools/py/requirements.txt", "docker/y")
    assert guess("app/Dockerfile", "COPY package.json ./", "COPY requirements.txt ./") == ("app", False)
    # Built with a context beside the Dockerfile, not above it.
    write(tree, "package.json", "client/package.json", "client/src/a")
    assert guess("docker/Dockerfile", "COPY package.json ./", "COPY src ./src") == (".", False)


def test_a_root_with_few_of_the_sources_is_a_guess(tree: Path) -> None:
    write(tree, "a")
    assert guess("Dockerfile", "COPY a /", "COPY b /", "COPY c /") == (".", False)
    assert guess("Dockerfile", "COPY a /", "COPY b /") == (".", True)


@pytest.mark.parametrize(
    "line",
    [
        "RUN true", "COPY --from=build /x /y", "ADD https://example.org/x /x", "COPY $X /", "COPY <<EOF /x\nEOF",
        "ADD git@example.org:a/b.git /x",
    ],
)  # fmt: skip
def test_without_sources_the_disk_is_not_touched(tree: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    def refuse(folder: str) -> None:
        raise AssertionError(folder)

    monkeypatch.setattr(disk, "_list", refuse)
    assert guess("app/Dockerfile", line) == ("app", False)
    assert guess("Dockerfile", line) == (".", False)


def test_copying_everything_tells_something_only_where_there_is_no_choice(tree: Path) -> None:
    write(tree, "README.md", "app/x", "api/.dockerignore")
    for line in ("COPY . .", "COPY * /", "COPY README.md /"):
        assert guess("Dockerfile", line) == (".", True)
        assert guess("app/Dockerfile", line) == ("app", False)
    assert guess("api/Dockerfile", "COPY . .") == ("api", True)
    write(tree, "lib/.dockerignore", "lib/deep/.dockerignore")
    assert guess("lib/deep/Dockerfile", "COPY . .") == ("lib/deep", False)
    assert guess("Dockerfile", "COPY . .", "COPY none /") == (".", True)
    assert guess("Dockerfile", "COPY . .", "COPY x /") == (".", False)
    assert guess("Dockerfile", "COPY none /") == (".", False)


def test_nothing_there_at_all(tree: Path) -> None:
    write(tree, "app/x")
    assert guess("app/Dockerfile", "COPY none /", "COPY . /") == ("app", False)


def test_patterns_and_bind_mounts_count(tree: Path) -> None:
    write(tree, "go.mod", "cmd/x.go", "docker/z")
    assert guess("docker/Dockerfile", "COPY go.* ./") == (".", True)
    assert guess("docker/Dockerfile", "RUN --mount=type=bind,source=go.mod,target=go.mod true") == (".", True)
    assert guess("docker/Dockerfile", "RUN --mount=type=bind,from=x,source=go.mod,target=go.mod true") == (
        "docker",
        False,
    )
    assert guess("docker/Dockerfile", "COPY go.mod go.lock* ./") == (".", True)


def test_it_stops_at_the_repository_and_after_six_levels(tree: Path) -> None:
    write(tree.parent, "outside")
    write(tree, "inner/x", "top", "1/2/3/4/5/6/7/x")
    assert guess("inner/Dockerfile", "COPY outside /") == ("inner", False)
    assert guess("1/2/3/4/5/6/Dockerfile", "COPY top /") == (".", True)
    assert guess("1/2/3/4/5/6/7/Dockerfile", "COPY top /") == ("1/2/3/4/5/6/7", False)


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "project/app/x", "project/shared/y", "neighbour/missing")
    monkeypatch.chdir(tmp_path / "project")
    assert guess("app/Dockerfile", "COPY x /", "COPY missing /") == ("app", True)
    assert guess("app/Dockerfile", "COPY shared /") == (".", True)
