"""dflint against two other readers of Dockerfiles, over a corpus of real files (skipped where it is not at hand).

The official Go parser comes from PyPI's ``dockerfile`` 3.4, which is BuildKit 0.12.5 (2024-01). Every difference to it
is listed and explained in fixtures/syntax/DISAGREEMENTS.md, and the list must be exact.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings

from corpus import samples
from dflint.syntax import parse
from dflint.syntax.lexer import split_items
from dflint.syntax.nodes import Command, Env, ErrorNode, File, Healthcheck, Instruction, Label, Onbuild, unparse
from dflint.text import Source
from dockerfile_texts import dockerfiles

dockerfile = pytest.importorskip("dockerfile", reason="the Go parser is not installed")

TABLE = Path(__file__).parents[1] / "fixtures" / "syntax" / "DISAGREEMENTS.md"
WORDS = re.compile(r"[\t\v\f\r ]+")


class Entry(NamedTuple):
    """An instruction as the Go parser describes it."""

    name: str
    trigger: str | None
    json: bool
    flags: tuple[str, ...]
    values: tuple[str, ...]
    line: int
    heredocs: tuple[tuple[str, int, str], ...]


def go_entries(text: str) -> list[Entry]:
    """What the Go parser makes of a text that it accepts."""
    return [
        Entry(
            command.cmd or "", command.sub_cmd, command.json, command.flags, command.value, command.start_line,
            tuple((heredoc.name, heredoc.file_descriptor, heredoc.content) for heredoc in command.heredocs),
        )
        for command in dockerfile.parse_string(text)
    ]  # fmt: skip


def our_entries(file: File) -> list[Entry]:
    """The same from our tree."""
    found = []
    for item in file.items:
        if isinstance(item, Instruction):
            node = trigger_of(item, file.escape) or item
            flags = tuple(
                f"--{flag.name}" if flag.value is None else f"--{flag.name}={flag.value}" for flag in item.flags
            )
            heredocs = tuple((h.name, h.fd, file.text(h)) for h in item.heredocs)
            trigger = None if node is item else node.keyword.text
            line = file.source.lines.position(item.span.start)[0]
            arguments = values(node, file.escape)
            found.append(Entry(item.keyword.text, trigger, node.is_json, flags, arguments, line, heredocs))
    return found


def trigger_of(node: Instruction, escape: str) -> Instruction | None:
    """The instruction inside an ONBUILD, that of a refused one included."""
    if isinstance(node, Onbuild):
        return node.inner
    if node.name == "ONBUILD" and node.body:
        inner = parse(Source(f"# escape={escape}\n{node.body}")).items[-1]
        return inner if isinstance(inner, Instruction) else None
    return None


def values(node: Instruction, escape: str) -> tuple[str, ...]:
    """The arguments in the form in which the Go parser lists them."""
    if isinstance(node, ErrorNode):
        return error_values(node, escape)
    words = tuple(word.text for word in node.words)
    if isinstance(node, Command) and not node.is_json:
        words = (node.body,) if node.body else ()
    if isinstance(node, Healthcheck):
        return (node.kind.text, *words) if node.kind is not None else words
    if isinstance(node, Env | Label):
        return tuple(word.text for pair in node.pairs for word in (pair.key, pair.value) if word is not None)
    return words


def error_values(node: ErrorNode, escape: str) -> tuple[str, ...]:
    """The arguments of an instruction that the Go parser reads and BuildKit refuses later."""
    if not node.known:
        return ("",)
    if not node.body:
        return ()
    if node.is_json:
        return tuple(json.loads(node.body[node.body.index("[") :]))
    if node.name in ("FROM", "COPY", "ADD", "EXPOSE", "VOLUME"):
        return tuple(WORDS.split(node.body))
    if node.name in ("ENV", "LABEL", "ARG"):
        items = [node.body[start:end] for start, end in split_items(node.body, escape)]
        return tuple(items) if node.name == "ARG" else tuple(part for item in items for part in item.split("=", 1))
    return tuple(node.body.split(None, 1)) if node.name == "HEALTHCHECK" else (node.body,)


def known_disagreements() -> set[str]:
    """``file line`` of every row of the table."""
    rows = [line.split("|") for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return {f"{row[1].strip().strip('`')} {row[2].strip()}" for row in rows if row[2].strip().isdigit()}


@pytest.mark.parametrize("kind", ["dockerfiles", "templates"])
def test_every_file_is_read_and_printed_back(kind: str) -> None:
    for sample in samples(kind):
        assert unparse(parse(Source(sample.text))) == sample.text, sample.name


def test_same_instructions_as_the_go_parser() -> None:
    disagreements = set()
    accepted = different = 0
    for kind in ("dockerfiles", "templates"):
        for sample in samples(kind):
            if refusal(sample.text):
                continue
            theirs = go_entries(sample.text)
            accepted += 1
            file = parse(Source(sample.text))
            ours = our_entries(file)
            lines = {entry.line for entry in set(ours) ^ set(theirs)}
            lines |= {
                file.source.lines.position(error.span.start)[0] for error in file.errors if error.level == "parser"
            }
            different += bool(lines)
            disagreements |= {f"{sample.name} {line}" for line in lines}
            assert lines or ours == theirs, sample.name
    assert different <= accepted / 1000
    assert disagreements == known_disagreements()


@pytest.mark.parametrize("kind", ["dockerfiles", "templates"])
def test_where_the_go_parser_refuses_we_report_that_line(kind: str) -> None:
    for sample in samples(kind):
        message = refusal(sample.text)
        if message:
            file = parse(Source(sample.text))
            start, end = refused_range(file, message)
            spans = [node.error_span for node in file.errors] + [span for span, _, _ in file.problems]
            assert any(start <= span.start and span.end <= end for span in spans), (sample.name, message)


def refusal(text: str) -> str:
    """Why the Go parser refuses a text; empty if it does not. (It does not say where.)"""
    try:
        dockerfile.parse_string(text)
    except dockerfile.GoParseError as error:
        return str(error)
    return ""


def refused_range(file: File, message: str) -> tuple[int, int]:
    """The item with which the Go parser starts to refuse the file with this message."""
    for item in file.items:
        if refusal(file.source.text[: item.span.end]) == message:
            return item.span.start, item.span.end
    return 0, len(file.source.text)


@given(dockerfiles)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_random_files_are_read_as_the_go_parser_reads_them(text: str) -> None:
    assume(text.isascii() and "\0" not in text)
    # What BuildKit has changed since, see the second table; and a chain of triggers, which is refused in any case.
    assume(not re.search(r"\][^\n]*[^\s\]]|<<(\\\r?\n)*\s|(?i:onbuild)[^#]*(<<|(?i:onbuild))", text))
    file = parse(Source(text))
    refused = any(error.level == "parser" for error in file.errors)
    refused = refused or not any(isinstance(item, Instruction) for item in file.items)
    assert refused == bool(refusal(text))
    if not refused:
        assert our_entries(file) == go_entries(text)


def test_same_instructions_as_dockerfile_parse() -> None:
    """dockerfile-parse is simpler; where its rules apply it finds the same instructions on the same lines."""
    from dockerfile_parse import DockerfileParser

    compared = different = 0
    for sample in samples("dockerfiles"):
        file = parse(Source(sample.text))
        if not within_its_rules(file):
            continue
        reader = DockerfileParser(fileobj=io.BytesIO(sample.text.encode()))
        theirs = [
            (entry["instruction"], entry["startline"] + 1, " ".join(entry["value"].split()))
            for entry in reader.structure
            if entry["instruction"] != "COMMENT"
        ]
        ours = [
            (
                item.name,
                file.source.lines.position(item.span.start)[0],
                " ".join(item.logical[len(item.keyword.text) :].split()),
            )
            for item in file.items
            if isinstance(item, Instruction)
        ]
        compared += 1
        different += ours != theirs
    assert compared > 5000
    assert different == 0


def within_its_rules(file: File) -> bool:
    """Whether dockerfile-parse knows what the file uses.

    It does not know here-documents, the byte order mark, keywords without arguments, blank lines inside an instruction
    and a last line that ends in a continuation.
    """
    text = file.source.text
    if text.startswith("\ufeff") or text.rstrip().endswith(file.escape):
        return False
    blank = re.compile(rf"\n[ \t\r]*(\n|{re.escape(file.escape)}[ \t]*\r?\n)")
    return not any(
        item.heredocs or item.logical == item.keyword.text or blank.search(text, item.span.start, item.code_span.end)
        for item in file.items
        if isinstance(item, Instruction)
    )
