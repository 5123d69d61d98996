"""The corpus of real Dockerfiles, where it is at hand: ``DFLINT_CORPUS`` or ``../shared/corpus`` beside the project."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

FOLDER = Path(os.environ.get("DFLINT_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")


class Sample(NamedTuple):
    """One file: where it is from, and its text."""

    name: str
    text: str


def samples(kind: str, step: int = 1) -> Iterator[Sample]:
    """Every ``step``-th file of ``dockerfiles`` or ``templates``; skips the test where there is no corpus."""
    path = FOLDER / f"{kind}.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"no corpus at {FOLDER}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % step == 0:
                entry = json.loads(line)
                yield Sample(f"{entry['repo']} {entry['path']}", entry["content"])
