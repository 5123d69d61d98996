"""The dated table of image tags: its rows, its names, and the whole raw table where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dflint.devtools.knowledge import tagnames as made
from dflint.devtools.knowledge import tags
from dflint.knowledge import image_facts, release_info
from dflint.knowledge.platforms import platform
from dflint.knowledge.tagnames import group, known, known_words, last_day, tags_like, words

#: image, tag, first day and release of every official tag, as mined from the public history of the official images.
RAW = Path(os.environ.get("DFLINT_TAG_TABLE", "official-tags.tsv.gz"))


def test_parts_of_a_tag() -> None:
    assert [group(tag) for tag in ("3.11-slim", "8-jdk", "latest", "3_x")] == ["3", "8", "latest", "3"]
    assert words("3.11-slim-alpine3.20") == ["slim", "alpine3.20"] and words("v2-8u212") == []


def test_names_are_front_coded() -> None:
    text = made.front_code([("3.1", True), ("3.1-slim", False), ("3.2", True)])
    assert text == "03.1\n3-slim!\n22"


def test_rows_of_names() -> None:
    history = [("x", "3.9-slim", [("2020", "a"), ("2021", "-")]), ("x", "3.9.1-slim", [("2020", "a")])]
    history.append(("x", "4", [("2020", "?")]))
    rows = made.name_rows(history)
    assert rows == {"x:3": "03.9-slim!\n3.1-slim!", "x:4": "04", "x": "slim!"}


def test_shipped_names() -> None:
    assert known("python", "3.13-slim") is True and known("python", "3.6-slim-buster") is False
    assert known("python", "3.12-buster") is None and known("nosuch", "1") is None
    assert "22-slim" in tags_like("node", "22-bookworm") and known_words("node")["alpine"] is True
    assert last_day() >= "2026-08"


def test_jessie_in_its_time() -> None:
    rows = tags.of_their_time("node", "4", [("2015-09-01", "?"), ("2018-05-29", "jessie")])
    assert rows == [("2015-09-01", "?"), ("2018-05-29", "jessie")]
    rows = tags.of_their_time("node", "4.1", [("2015-06-01", "?"), ("2015-10-29", "-")])
    assert rows == [("2015-06-01", "?"), ("2015-07-31", "jessie"), ("2015-10-29", "-")]


def test_an_old_tag_does_not_borrow_from_its_line() -> None:
    found = image_facts("nginx:1.7", "2020-07-01")
    assert found is not None and found.release is None


@pytest.mark.parametrize(
    ("distro", "suite", "day", "gone"),
    [
        ("debian", "buster", "2025-07-13", False),
        ("debian", "buster", "2025-07-14", True),
        ("debian", "bullseye", "2026-11-24", False),
        ("debian", "bullseye-backports", "2025-08-01", True),
        ("debian", "jessie", "2020-07-01", False),
        ("debian", "jessie-backports", "2020-07-01", True),
        ("ubuntu", "disco", "2020-07-01", True),
        ("ubuntu", "precise", "2020-07-01", False),
        ("ubuntu", "bionic", "2026-11-24", False),
        ("centos", "7", "2024-07-02", True),
    ],
)
def test_suites_leave_the_mirrors(distro: str, suite: str, day: str, gone: bool) -> None:
    info = release_info(distro, suite)
    assert info is not None and info.gone(day) is gone


@pytest.mark.skipif(not RAW.exists(), reason="DFLINT_TAG_TABLE names no file")
def test_every_row_of_the_raw_table() -> None:
    right = wrong = undecided = 0
    for image, tag, transitions in tags.read_history(RAW):
        for day, code in transitions:
            if day < "2018" or code in ("-", "?"):
                continue
            found = image_facts(f"{image}:{tag}", day)
            expected = platform(code)
            if found is None or found.distro is None or expected is None:
                undecided += 1
            elif (found.distro, found.release) == expected:
                right += 1
            else:
                wrong += 1
    assert right / (right + wrong) >= 0.995, (right, wrong, undecided)
    assert undecided / (right + wrong + undecided) < 0.02
