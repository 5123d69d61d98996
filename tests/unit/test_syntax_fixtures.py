"""Every file of ``fixtures/syntax`` against the picture of its tree. ``DFLINT_UPDATE=1 pytest ...`` draws them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dflint.syntax import parse
from dflint.syntax.nodes import unparse
from dflint.text import Source
from syntax_dump import dump

FOLDER = Path(__file__).parents[2] / "fixtures" / "syntax"
CASES = sorted(FOLDER.glob("*.Dockerfile"))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_tree(path: Path) -> None:
    data = path.read_bytes()
    file = parse(Source.from_bytes(data))
    assert file.source.encode(unparse(file)) == data
    picture = dump(file)
    expected = path.with_suffix(".tree")
    if os.environ.get("DFLINT_UPDATE"):
        expected.write_text(picture, encoding="utf-8", newline="\n")
    assert picture == expected.read_text(encoding="utf-8")


def test_every_picture_has_a_file() -> None:
    assert {path.stem for path in FOLDER.glob("*.tree")} == {path.stem for path in CASES}
