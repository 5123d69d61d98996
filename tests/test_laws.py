"""Laws of the tree that hold for every text: it is total, lossless, gapless and compositional."""

from __future__ import annotations

import itertools
import re

from hypothesis import given, settings

from dflint.syntax import parse
from dflint.syntax.nodes import ErrorNode, File, Instruction, Node, Onbuild, Word, unparse
from dflint.text import Source, Span
from dockerfile_texts import any_bytes, dockerfiles
from syntax_dump import dump


def read(text: str) -> File:
    return parse(Source(text))


def nodes(node: Node) -> list[Node]:
    return [node, *(inner for child in node.children() for inner in nodes(child))]


def instructions(file: File) -> list[Instruction]:
    return [node for node in nodes(file) if isinstance(node, Instruction)]


@given(any_bytes)
def test_every_byte_string_is_read_and_printed_back(data: bytes) -> None:
    source = Source.from_bytes(data)
    assert source.encode(unparse(parse(source))) == data


@given(dockerfiles)
@settings(max_examples=300)
def test_items_are_a_gapless_partition(text: str) -> None:
    file = read(text)
    at = 0
    for item in file.items:
        assert item.span.start == at
        assert item.span.end > at
        at = item.span.end
    assert at == len(text)
    assert unparse(file) == text


@given(dockerfiles)
@settings(max_examples=300)
def test_children_lie_in_their_parent_in_order_and_apart(text: str) -> None:
    for node in nodes(read(text)):
        at = node.span.start
        for child in node.children():
            assert at <= child.span.start <= child.span.end <= node.span.end
            at = child.span.end


@given(dockerfiles)
@settings(max_examples=300)
def test_the_logical_text_maps_onto_the_file(text: str) -> None:
    file = read(text)
    escape = re.escape(file.escape)
    # An escape character and white space up to the line's end, then comments, blank lines and empty continuations.
    between = re.compile(rf"{escape}[ \t]*\r*\n(\s*(#[^\n]*)?\n|\s*{escape}[ \t]*\r*\n)*\s*")
    for node in instructions(file):
        places = [node.map.file(at) for at in range(len(node.logical))]
        assert [text[place] for place in places] == list(node.logical)
        for before, after in itertools.pairwise(places):
            assert after == before + 1 or between.fullmatch(text[before + 1 : after])
        if places:
            assert node.code_span == Span(places[0], places[-1] + 1)
        assert node.span.contains(node.code_span)
        assert node.code_span.contains(node.body_span)
        assert node.logical.endswith(node.body)


@given(dockerfiles)
@settings(max_examples=300)
def test_words_are_where_they_say(text: str) -> None:
    file = read(text)
    for node in instructions(file):
        places = [node.map.file(at) for at in range(len(node.logical))]
        for word in nodes(node):
            if isinstance(word, Word) and not word.json and node.code_span.contains(word.span):
                covered = [at for at, place in enumerate(places) if word.span.start <= place < word.span.end]
                assert word.text == "".join(node.logical[at] for at in covered)


@given(dockerfiles)
@settings(max_examples=300)
def test_heredocs_follow_their_instruction(text: str) -> None:
    for node in instructions(read(text)):
        at = node.code_span.end
        for heredoc in node.heredocs:
            assert heredoc.span.start >= at
            assert text[heredoc.span.start - 1] == "\n" or heredoc.span.start == heredoc.span.end == len(text)
            at = heredoc.span.end
            if heredoc.end is not None:
                assert heredoc.end.start == at
                end = text[heredoc.end.start : heredoc.end.end].rstrip("\r\n")
                assert (end.lstrip("\t") if heredoc.strip_tabs else end) == heredoc.name
                at = heredoc.end.end
            else:
                assert isinstance(node, ErrorNode) or at == len(text)
        if node.heredocs:
            assert at == node.span.end


@given(dockerfiles)
@settings(max_examples=200)
def test_an_instruction_alone_is_what_it_is_in_the_file(text: str) -> None:
    file = read(text)
    head = f"# escape={file.escape}\n"
    for item in file.items:
        if isinstance(item, Instruction):
            alone = read(head + file.text(item))
            assert picture(alone, 1) == picture(file, file.items.index(item))
            assert len(alone.items) == 2


def picture(file: File, index: int) -> str:
    """What one item of a file looks like, wherever it stands."""
    return dump(File(file.source, (file.items[index],), file.escape))


@given(dockerfiles)
@settings(max_examples=200)
def test_a_trigger_is_read_as_the_instruction_alone(text: str) -> None:
    file = read(text)
    for item in file.items:
        if isinstance(item, Onbuild) and item.inner is not None:
            start = item.inner.code_span.start
            alone = read(f"# escape={file.escape}\n" + file.source.text[start : item.span.end]).items[1]
            if not isinstance(alone, Instruction):
                assert item.inner.keyword.text.startswith("#")
                continue
            assert type(alone) is type(item.inner)
            assert alone.logical == item.inner.logical
            assert [word.text for word in alone.words] == [word.text for word in item.inner.words]
            assert [heredoc.content for heredoc in alone.heredocs] == [h.content for h in item.inner.heredocs]


@given(dockerfiles)
@settings(max_examples=200)
def test_problems_lie_in_the_file(text: str) -> None:
    file = read(text)
    whole = Span(0, len(text))
    for span, message, expected in file.problems:
        assert whole.contains(span)
        assert message and expected
    for error in file.errors:
        assert error.span.contains(error.error_span)
        assert error.message and error.expected
        assert error.level in ("parser", "instruction")
    for node in instructions(file):
        for span, message in node.errors:
            assert node.code_span.contains(span)
            assert message
