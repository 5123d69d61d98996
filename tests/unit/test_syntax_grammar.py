"""The grammar is the definition: its tables are current, the driver runs them as lark does, the shortcuts agree."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark, LarkError
from lark import Tree as LarkTree

from corpus import samples
from dflint.devtools import grammar
from dflint.syntax import lalr, parse
from dflint.syntax.nodes import (
    Add,
    Arg,
    Command,
    Copy,
    Env,
    ErrorNode,
    Expose,
    File,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Onbuild,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from dflint.text import Source
from dockerfile_texts import dockerfiles

WORDS = ("REST", "WORD", "AS", "NAME", "PAIR", "BARE", "STRING")
FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "syntax").glob("*.Dockerfile"))
BITS = (
    *"ab=  \"'\\`-[]{},:0\t\xa0\x85#$.\r\v", "--", "as", "CMD", "none", "true", "null", "\\u00e9", '"a"', "12",
    "1e5", "--f=", "name", "-0", "é",
)  # fmt: skip
texts = st.lists(st.sampled_from(BITS), max_size=10).map("".join)
lark = lru_cache(grammar.build)


def ours(start: str, text: str, escape: str) -> object:
    def plain(tree: lalr.Tree | lalr.Token) -> object:
        if isinstance(tree, lalr.Tree):
            return tree.rule, [plain(child) for child in tree.children]
        return tree.kind, tree.start, tree.end

    try:
        return plain(lalr.parse(start, text, 0, escape))
    except lalr.Unexpected as unexpected:
        assert 0 <= unexpected.at <= len(text)
        assert unexpected.expected
        return None


def theirs(start: str, text: str, escape: str) -> object:
    def plain(tree: object) -> object:
        if isinstance(tree, LarkTree):
            return str(tree.data), [plain(child) for child in tree.children]
        return tree.type, tree.start_pos, tree.end_pos  # type: ignore[attr-defined]

    parser: Lark = lark(escape)
    try:
        return plain(parser.parse(text, start=start))
    except LarkError:
        return None


def test_tables_are_current() -> None:
    assert grammar.main(["--check"]) == 0


@pytest.mark.parametrize("start", grammar.STARTS)
@given(texts, st.sampled_from("\\`"))
@settings(max_examples=150)
def test_driver_reads_what_lark_reads(start: str, text: str, escape: str) -> None:
    assert ours(start, text, escape) == theirs(start, text, escape)


def agree(file: File, with_lark: bool = False) -> None:
    """Hold every instruction of a file against the grammar."""
    for item in file.items:
        if isinstance(item, Instruction):
            agree_on(item, file.escape, with_lark)
        if isinstance(item, Onbuild) and item.inner is not None:
            agree_on(item.inner, file.escape, with_lark)


def agree_on(node: Instruction, escape: str, with_lark: bool) -> None:
    if not node.logical:
        return
    start = len(node.logical) - len(node.body)
    tokens = lalr.tokens(lalr.parse("command", node.logical, 0, escape))
    assert [node.map.span(t.start, t.end) for t in tokens if t.kind == "KEYWORD"] == [node.keyword.span]
    assert [node.map.span(t.start, t.end) for t in tokens if t.kind == "FLAG"] == [flag.span for flag in node.flags]
    if isinstance(node, Healthcheck):
        assert (
            lalr.tokens(lalr.parse("check", node.logical, tokens[-1].start, escape))[0].kind == node.kind.text.upper()
        )
    else:
        assert [t.start for t in tokens if t.kind == "TEXT"] == ([start] if node.body else [])
    shape = shape_of(node)
    if shape:
        tree = lalr.parse(shape, node.body, 0, escape)
        found = [(t.start, t.end) for t in lalr.tokens(tree) if t.kind in WORDS]
        words = node.words or node.arguments()
        if isinstance(node, Command) and not node.is_json:
            assert found == [(0, len(node.body))]
        else:
            assert [node.map.span(start + a, start + b) for a, b in found] == [word.span for word in words]
    if with_lark:
        assert ours("command", node.logical, escape) == theirs("command", node.logical, escape)
        for candidate in {shape or "text", "words", "array"}:
            assert ours(candidate, node.body, escape) == theirs(candidate, node.body, escape)


def shape_of(node: Instruction) -> str:
    """The start symbol that describes a node's arguments; empty where there is nothing to describe."""
    if not node.body or isinstance(node, ErrorNode | Onbuild):
        return ""
    if node.is_json:
        return "array"
    if isinstance(node, Copy | Add):
        return "transfer"
    if isinstance(node, Expose | Volume):
        return "words"
    if isinstance(node, Env | Label):
        return "setting" if node.legacy else "settings"
    if isinstance(node, Arg):
        return "declarations"
    if isinstance(node, Command | Workdir | User | Stopsignal | Maintainer):
        return "text"
    return "from"


@pytest.mark.parametrize("path", FIXTURES, ids=[path.stem for path in FIXTURES])
def test_shortcuts_agree_on_the_fixtures(path: Path) -> None:
    agree(parse(Source.from_bytes(path.read_bytes())), with_lark=True)


@given(dockerfiles)
@settings(max_examples=300)
def test_shortcuts_agree_on_random_files(text: str) -> None:
    agree(parse(Source(text)))


@pytest.mark.parametrize("kind", ["dockerfiles", "templates"])
def test_shortcuts_agree_on_the_corpus(kind: str) -> None:
    for sample in samples(kind):
        agree(parse(Source(sample.text)))


def test_lark_agrees_on_the_corpus() -> None:
    for sample in samples("dockerfiles", step=20):
        agree(parse(Source(sample.text)), with_lark=True)
