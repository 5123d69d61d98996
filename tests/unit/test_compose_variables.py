"""Interpolation and .env files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dflint.context.interpolate import interpolate, read_dotenv

ENV = {"X": "x", "EMPTY": "", "Y_2": "y"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("$X", "x"),
        ("${X}", "x"),
        ("a$X.b", "ax.b"),
        ("$Y_2-", "y-"),
        ("$$X", "$X"),
        ("$${X}", "${X}"),
        ("${EMPTY}", ""),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${N:-d}", "d"),
        ("${N-d}", "d"),
        ("${X:-d}", "x"),
        ("${N:-}", ""),
        ("${X:+a}", "a"),
        ("${EMPTY:+a}", ""),
        ("${EMPTY+a}", "a"),
        ("${N+a}", ""),
        ("${X:?e}", "x"),
        ("${EMPTY?e}", ""),
        ("${N:-${X}-z}", "x-z"),
        ("${N:-${M:-$X}}", "x"),
        ("${N:-a b/c:d}", "a b/c:d"),
        ("${N:-$$}", "$"),
        # Known only to whoever builds.
        ("$N", None),
        ("a${N}b", None),
        ("${N:?must be set}", None),
        ("${EMPTY:?e}", None),
        ("${X:-$N}", "x"),
        ("${N:-$M}", None),
    ],
)
def test_interpolate(text: str, expected: str | None) -> None:
    found = interpolate(text, ENV)
    assert (found.text, found.problem) == (expected, "")


@pytest.mark.parametrize(
    "text", ["$", "a$ b", "${", "${}", "${X", "${X:-", "${1}", "$1", "${X!}", "${X:=d}", "${X[0]}"]
)
def test_broken_templates(text: str) -> None:
    found = interpolate(text, ENV)
    assert found.text is None
    assert "not a valid template" in found.problem


def test_deep_nesting_ends() -> None:
    assert interpolate("${N:-" * 1000 + "}" * 1000, {}).text is None


@given(st.text(alphabet="${}:-+?XN a", max_size=20))
def test_never_raises(text: str) -> None:
    interpolate(text, ENV)


@given(st.text(max_size=20))
def test_doubled_dollars_give_the_text_back(text: str) -> None:
    assert interpolate(text.replace("$", "$$"), {}).text == text


def test_dotenv() -> None:
    text = """\ufeff# comment
A=1
export B = two words # comment
C='single $A # kept'
D="double ${A}\\n\\"q\\""
E=a#b
F=
G=${A}-$OUTER-${H:-h}
H=$UNSET
I=#none
 J=j
not a line
K="open
L="two
lines" tail
M=$A
"""
    assert read_dotenv(text, {"OUTER": "o", "A": "outer"}) == {
        "A": "1",
        "B": "two words",
        "C": "single $A # kept",
        "D": 'double outer\n"q"',
        "E": "a#b",
        "F": "",
        "G": "outer-o-h",
        "I": "",
        "J": "j",
        "K": "open\nL=",
        "M": "outer",
    }


def test_dotenv_with_windows_line_ends() -> None:
    assert read_dotenv("A=1\r\nB='2'\r\n", {}) == {"A": "1", "B": "2"}


@given(st.text(max_size=60))
def test_dotenv_never_raises(text: str) -> None:
    read_dotenv(text, {})
