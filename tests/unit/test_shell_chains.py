"""Chains: the flat levels of a script, and what an edit may take out of them."""

from __future__ import annotations

import pytest

from dflint.shell import Chain, Script, parse_shell


def read(text: str) -> Script:
    """The script of a body."""
    script = parse_shell(text, 0, len(text))
    assert isinstance(script, Script)
    assert not script.has_errors
    for chain in script.chains:
        for item in chain.items:
            if item.op_span is not None and chain.exact:
                assert text[item.op_span.start : item.op_span.end] == item.op
    return script


def shown(text: str, chain: Chain) -> list[str]:
    """Operators and items, in turn."""
    found = []
    for item in chain.items:
        found += [item.op, text[item.span.start : item.span.end]]
    return found[1:]


def test_levels() -> None:
    text = "a && (b; c) || { d; }; if e; then f && g; fi & sh -c 'h | i; j' $(k)"
    script = read(text)
    assert [chain.kind for chain in script.chains] == [
        "top", "subshell", "brace", "condition", "body", "substitution", "inner",
    ]  # fmt: skip
    assert shown(text, script.chains[0]) == [
        "a", "&&", "(b; c)", "||", "{ d; }", ";", "if e; then f && g; fi", "&", "sh -c 'h | i; j' $(k)",
    ]  # fmt: skip
    assert shown(text, script.chains[1]) == ["b", ";", "c"]
    assert shown(text, script.chains[4]) == ["f", "&&", "g"]
    assert shown(text, script.chains[6]) == ["h | i", ";", "j"]
    assert script.top is script.chains[0]
    assert [[c.prog for c in item.commands] for item in script.chains[0].items][-1] == ["k", "h", "i", "j"]


def test_trailing_operators() -> None:
    assert read("a; b;").chains[0].trailing_op == ";"
    assert read("a &").chains[0].trailing_op == "&"
    chain = read("{ a; b; }").chains[1]
    assert chain.trailing is not None
    assert (chain.trailing.start, chain.trailing.end) == (6, 7)
    assert read("a").chains[0].trailing is None


def test_spans_cover_redirections() -> None:
    text = "a > f 2>&1 && (b) < g && { c; } | d >> h"
    assert shown(text, read(text).chains[0]) == ["a > f 2>&1", "&&", "(b) < g", "&&", "{ c; } | d >> h"]


def test_continuations_stay_outside_items() -> None:
    text = "a x \\\n    && b \\\n# why\n    ; c"
    chain = read(text).chains[0]
    assert shown(text, chain) == ["a x", "&&", "b", ";", "c"]
    assert text[chain.span.start : chain.span.end] == text


def test_chain_of_a_command() -> None:
    script = read("a && sudo -u x sh -c 'b; c' && d")
    b = script.commands[1]
    chain = script.chain_of(b)
    assert chain is not None
    assert chain.kind == "inner"
    assert script.chains[0].index(b) == 1
    assert b.outer is not None
    assert script.chains[0].index(b.outer) == 1
    assert chain.index(script.commands[-1]) is None


REMOVALS = [
    ("a && b && c", 1, "a && c"), ("a && b && c", 0, "b && c"), ("a && b && c", 2, "a && b"), ("a; b; c", 1, "a; c"),
    ("a && b; c", 1, "a; c"), ("a; b && c", 1, "a; c"), ("a; b && c", 0, "b && c"), ("a && b; c", 0, "b; c"),
    ("a \\\n && b \\\n && c", 1, "a \\\n && c"), ("a && \\\n b && \\\n c", 2, "a && \\\n b"), ("a", 0, None),
    ("a || b", 1, None), ("a || b", 0, None), ("a && b || c", 1, None), ("a & b", 0, None), ("a & b", 1, None),
    ("a; b &", 1, None), ("a; b;", 1, "a;"), ("a | b && c", 0, "c"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "index", "expected"), REMOVALS, ids=[f"{text}-{index}" for text, index, _ in REMOVALS]
)
def test_removal(text: str, index: int, expected: str | None) -> None:
    span = read(text).chains[0].removal(index)
    assert (None if span is None else text[: span.start] + text[span.end :]) == expected


def test_inexact_chains_say_so() -> None:
    chain = read('sh -c "a \\"b\\"; c"').chains[-1]
    assert chain.kind == "inner"
    assert not chain.exact


def test_newlines_are_operators_in_scripts() -> None:
    text = "a # one; two\n\nb && \\\n  c; d\n"
    assert shown(text, read(text).chains[0]) == ["a", "\n", "b", "&&", "c", ";", "d"]
