"""What `dflint size` says each step adds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dflint.api.sizes import ImageSize, iter_sizes
from dflint.cli import main

TEXT = """\
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y gcc
COPY data /data
RUN make
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y curl git
COPY --from=build /data /data
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Dockerfile").write_text(TEXT)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "big").write_bytes(b"x" * 3_000_000)
    (tmp_path / "data" / "ignored").write_bytes(b"x" * 9_000_000)
    (tmp_path / ".dockerignore").write_text("data/ignored\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def image(folder: Path) -> ImageSize:
    (found,) = iter_sizes(["Dockerfile"])
    assert isinstance(found, ImageSize)
    return found


def test_each_step_has_its_parts(folder: Path) -> None:
    build, final = image(folder).stages
    assert [stage.in_image for stage in (build, final)] == [False, True]
    gcc, data, make = (weight for _, weight in build.steps)
    assert (gcc.packages or 0) > 100e6 and gcc.recommended > 0 and gcc.lists > 15e6 and not gcc.unknown
    assert data.files == 3_000_000
    assert make.unknown == ["what make adds"] and make.known == 0
    lean, more, copied = (weight for _, weight in final.steps)
    assert 5e6 < (lean.packages or 0) < 20e6 and lean.recommended == 0 and lean.lists == 0
    assert more.lists > 15e6 and more.recommended > 0
    assert copied.unknown == ["what it copies from another stage or image"]
    assert [line for line, _ in final.steps] == [6, 7, 8]


def test_the_image_is_the_final_stage_and_fixes_make_it_smaller(folder: Path) -> None:
    found = image(folder)
    final = found.stages[1]
    assert found.known == (final.base or 0) + sum(weight.known for _, weight in final.steps)
    assert found.fixed is not None and found.known - found.fixed > 15e6
    assert found.unknown == ("what it copies from another stage or image",)


def test_what_the_same_run_purges_again_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(
        "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends curl gcc"
        " && make && apt-get purge -y --auto-remove gcc && rm -rf /var/lib/apt/lists/*\n"
    )
    (found,) = iter_sizes([str(path)])
    assert isinstance(found, ImageSize)
    assert (found.stages[0].steps[0][1].packages or 0) < 20e6


def test_unknown_bases_and_packages_are_said(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("FROM example.org/base\nRUN apt-get install -y curl\n")
    (found,) = iter_sizes([str(path)])
    assert isinstance(found, ImageSize)
    assert found.known == 0
    assert found.unknown == ("the base image example.org/base", "packages")


def test_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "compose.yaml").write_text(
        "services:\n  a:\n    build: .\n  b:\n    build:\n      context: .\n      target: build\n"
    )
    assert main(["size", "compose.yaml"]) == 0
    out = capsys.readouterr().out
    assert "Dockerfile (service a)" in out and "Dockerfile (service b)" in out
    assert "2 images: at least" in out and "after 'dflint fix --unsafe'" in out
    assert main(["size", "--format", "json", "Dockerfile"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [stage["name"] for stage in found["stages"]] == ["build", "1"]
    assert found["stages"][0]["steps"][1] == {
        "line": 3, "instruction": "COPY", "packages_bytes": 0, "recommended_bytes": 0, "lists_bytes": 0,
        "files_bytes": 3_000_000, "unknown": [],
    }  # fmt: skip
    assert main(["size", "nothing-here"]) == 2
