"""Real monorepos, where the corpus is at hand: known mistakes are found, nothing else is.

The archives hold manifests and configurations with the list of all files; other files are known by name only.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from corpus import FOLDER
from dflint.config import Settings
from dflint.context import MemoryContext
from dflint.engine.runner import BuildInput, run_rules
from dflint.model import BuildConfig
from dflint.syntax import parse
from dflint.text import Source

RULES = (
    "unbuilt-workspace-package", "missing-runtime-module", "prebuilt-output-not-in-git", "missing-lock-file",
    "missing-workspace-manifest", "missing-workspace-source", "missing-build-file", "unmatched-package-filter",
)  # fmt: skip
# Real mistakes: packages that another job of the pipeline builds, so that git ignores the output that is copied; a
# Dockerfile that asks turbo for a package which is gone, and whose install runs prisma before its schema is there.
REAL = {"erxes+erxes": {RULES[2]}, "Peppermint-Lab+peppermint": {"unmatched-package-filter", "missing-build-file"}}


class Listed(MemoryContext):
    """A folder of which some files are known by name only: they exist and cannot be read."""

    def __init__(self, texts: dict[str, str], names: list[str], dockerfile: str) -> None:
        super().__init__({**dict.fromkeys(names, ""), **texts}, dockerfile)
        self._texts = texts

    def _load(self, path: str, limit: int) -> str | None:
        return super()._load(path, limit) if path in self._texts else None


def archive(name: str) -> dict[str, dict[str, str]]:
    """The text files of an archive by top folder."""
    path = FOLDER / f"{name}.tar.gz"
    if not path.is_file():
        pytest.skip(f"no corpus at {FOLDER}")
    found: dict[str, dict[str, str]] = {}
    with tarfile.open(path) as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is not None:
                top, *rest = PurePosixPath(member.name).parts
                found.setdefault(top, {})["/".join(rest)] = stream.read().decode("utf-8", "surrogateescape")
    return found


def context(files: dict[str, str], dockerfile: str, prefix: str = "") -> Listed:
    texts = {path.removeprefix(prefix): text for path, text in files.items() if path.startswith(prefix)}
    names = [line for line in texts.pop("_files.txt", "").split("\n") if line]
    return Listed(texts, names, dockerfile)


def findings(text: str, where: Listed, path: str) -> list[tuple[str, str]]:
    builds = [BuildInput(BuildConfig(), where)]
    found = run_rules(parse(Source(text, path)), Settings(), builds)
    return [(each.rule, each.message) for each in found if each.rule in (*RULES, "internal-error")]


def test_known_mistakes() -> None:
    for name, files in archive("workspace-cases").items():
        case = json.loads(files["case.json"])
        path = case["dockerfile"]
        where = context(files, path, "pre/")
        before = findings(files[f"pre/{path}"], where, path)
        if case["status"] == "confirmed":
            assert [rule for rule, _ in before] == [RULES[0]], name
            assert case["package"] in before[0][1], name
        elif case["status"] == "host-prebuilt":
            assert [rule for rule, _ in before] == [RULES[2]], name
        else:
            assert not before, name
        if "post.Dockerfile" in files:
            assert findings(files["post.Dockerfile"], where, path) == [], name


def dockerfiles(files: dict[str, str]) -> Iterator[str]:
    for path in files:
        base = path.rpartition("/")[2].lower()
        if "dockerfile" in base and not base.endswith((".dockerignore", ".ts", ".md")):
            yield path


# Built with its own folder, which is no member of the workspace, as context.
OWN_CONTEXT = {("stack-auth+stack-auth", "docker/dependencies/wal-info/Dockerfile")}


def test_no_false_alarms() -> None:
    for name, files in archive("monorepos").items():
        for path in dockerfiles(files):
            prefix = path.rpartition("/")[0] + "/" if (name, path) in OWN_CONTEXT else ""
            found = findings(files[path], context(files, path.removeprefix(prefix), prefix), path)
            assert {rule for rule, _ in found} <= REAL.get(name, set()), (name, path, found)
