"""Terminal text: nothing from a file reaches the terminal raw, and underlines stand under what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dflint.report.display import columns, excerpt, visible, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\x00b\x9b31m", "a\\x00b\\x9b31m"),
        ("\u202emirrored", "\\u202emirrored"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("byte \udcff", "byte \\xff"),
        ("no\u00a0break", "no\\xa0break"),
        ("tab\tline\r\n", "tab\\tline\\r\\n"),
        ("J\u00f6rg \U0001f433 \u6f22\u5b57", "J\u00f6rg \U0001f433 \u6f22\u5b57"),
        ("e\u0301", "e\u0301"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_is_not_printable_is_escaped(text, shown):
    assert visible(text) == shown


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_nothing_unprintable_is_left(text):
    assert visible(text).isprintable()


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("\u6f22\u5b57", 4), ("e\u0301", 1), ("\U0001f433", 2), ("\u1112\u1161\u11ab", 2), ("\uff21", 2)],
)
def test_columns_counts_wide_and_combining_characters(text, width):
    assert columns(text) == width


@pytest.mark.parametrize(
    ("line", "word", "shown", "left", "right"),
    [
        ("RUN apt", "apt", "RUN apt", 4, 7),
        ("RUN\tapt", "apt", "RUN apt", 4, 7),
        ("\tRUN", "RUN", "    RUN", 4, 7),
        ("# \u6f22\u5b57 x", "x", "# \u6f22\u5b57 x", 7, 8),
        ("# \u6f22\u5b57 x", "\u5b57", "# \u6f22\u5b57 x", 4, 6),
        ("e\u0301 x", "x", "e\u0301 x", 2, 3),
        ("\x1b[0m x", "x", "\\x1b[0m x", 8, 9),
        ("\x00 x", "\x00", "\\x00 x", 0, 4),
    ],
)
def test_the_underline_stands_below_the_word(line, word, shown, left, right):
    start = line.index(word)
    assert excerpt(line, start, start + len(word), 80) == (shown, left, right)


def test_an_empty_span_gets_one_column():
    assert excerpt("RUN", 3, 3, 80) == ("RUN", 3, 4)
    assert excerpt("", 0, 0, 80) == ("", 0, 1)


def test_a_long_line_is_cut_on_both_sides():
    line = "x" * 500 + "HERE" + "y" * 500
    text, left, right = excerpt(line, 500, 504, 60)
    assert text.startswith("...x")
    assert text.endswith("y...")
    assert text[left:right] == "HERE"
    assert len(text) == 66


@given(st.text(st.sampled_from("a\t\u6f22e\u0301\x1b\udcff \U0001f433"), max_size=200), st.data())
def test_the_underline_is_inside_the_line(line, data):
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    text, left, right = excerpt(line, start, end, 40)
    assert 0 <= left < right <= max(columns(text), left + 1)
    assert text.isprintable()


def test_wrap_breaks_at_spaces_and_indents():
    assert wrap("one two three four five six", 20, "  ") == "one two three four\n  five six"
    assert wrap("\u6f22\u5b57" * 4 + " " + "\u6f22\u5b57" * 3, 20) == "\u6f22\u5b57" * 4 + "\n" + "\u6f22\u5b57" * 3
