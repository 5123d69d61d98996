"""The ``lsp`` format against the LSP 3.17 types, strictly."""

from __future__ import annotations

import json

import pytest
from lsprotocol import types as lsp

from dflint.api import lint
from dflint.catalog import pages
from dflint.config import Selection, Settings
from dflint.findings import Finding, Fix, Note
from dflint.report import render
from dflint.text import Edit, Source, Span
from schemas.lsp_types import problems

# Keys of a finding as JSON, in the order in which the contract has them.
JSON_KEYS = (
    "path", "name", "aliases", "category", "severity", "message", "line", "column", "end_line", "end_column",
    "instruction_line", "service", "services", "fixes", "notes", "url",
)  # fmt: skip
TEXT = 'FROM debian:12\nLABEL who="J\u00f6rg \U0001f433" x=y\nRUN apt-get install -y libglew2.2 \udcff\n'


class Report:
    def __init__(self, source: Source, findings: list[Finding]) -> None:
        self.source = source
        self.findings = findings


def diagnostics_of(source: Source, findings: list[Finding]) -> list[dict]:
    """The one entry's diagnostics, after every object was checked against its type."""
    document = json.loads("".join(render("lsp", [Report(source, findings)])))
    assert isinstance(document, list)
    for entry in document:
        assert problems(entry, lsp.PublishDiagnosticsParams) == []
        for diagnostic in entry["diagnostics"]:
            for action in diagnostic["data"]["codeActions"]:
                assert problems(action, lsp.CodeAction) == []
    assert len(document) == 1
    return document[0]["diagnostics"]


def span_of(word: str) -> Span:
    start = TEXT.index(word)
    return Span(start, start + len(word))


def test_every_part_is_valid_and_positions_count_utf16():
    source = Source(TEXT, "services/a b/D\u00f6ckerfile")
    fix = Fix("Replace libglew2.2", (Edit(span_of("libglew2.2"), "libglew2.1"),))
    finding = Finding(
        "missing-apt-package",
        span_of("libglew2.2"),
        "no such package",
        (fix, Fix("Other", (Edit(Span(0, 0), "# x\n"),), "manual")),
        (Note("here"), Note("there", "compose.yml", 3), Note("and here", span=span_of("FROM"))),
        severity="error",
        services=("finance",),
    )
    after_emoji = Finding("deprecated-maintainer", span_of("x=y"), "m", severity="style", category="deprecation")
    (first, second) = diagnostics_of(source, [finding, after_emoji])
    assert first["range"] == {"start": {"line": 2, "character": 23}, "end": {"line": 2, "character": 33}}
    assert second["range"]["start"] == {"line": 1, "character": 20}  # the whale is two UTF-16 units
    assert first["severity"] == 1
    assert second["severity"] == 4
    assert second["tags"] == [2]
    assert first["code"] == "missing-apt-package"
    assert first["source"] == "dflint"
    assert first["codeDescription"]["href"].startswith("https://")
    assert [note["message"] for note in first["relatedInformation"]] == ["here", "there", "and here"]
    assert first["relatedInformation"][1]["location"]["uri"].endswith("/compose.yml")
    assert first["relatedInformation"][1]["location"]["range"]["start"] == {"line": 2, "character": 0}
    preferred, other = first["data"]["codeActions"]
    assert preferred["isPreferred"] is True
    assert other["isPreferred"] is False
    ((uri, edits),) = preferred["edit"]["changes"].items()
    assert uri.startswith("file:///")
    assert uri.endswith("/services/a%20b/D%C3%B6ckerfile")
    assert edits == [{"range": first["range"], "newText": "libglew2.1"}]


def test_a_clean_file_has_an_empty_entry():
    assert diagnostics_of(Source("FROM scratch\n"), []) == []
    assert json.loads("".join(render("lsp", []))) == []


def test_standard_input_is_an_untitled_document():
    (entry,) = json.loads("".join(render("lsp", [Report(Source("FROM scratch\n", "-"), [])])))
    assert entry["uri"] == "untitled:Dockerfile"


def test_a_fix_with_undecodable_bytes_is_not_offered():
    fix = Fix("Swap", (Edit(span_of("FROM"), "\udcff"),))
    (diagnostic,) = diagnostics_of(Source(TEXT), [Finding("syntax-error", span_of("\udcff"), "bad \udcff", (fix,))])
    assert diagnostic["data"]["codeActions"] == []
    assert diagnostic["message"] == "bad \ufffd"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda entry: entry.update(extra=1), "$.extra"),
        (lambda entry: entry.update(uri=5), "$.uri"),
        (lambda entry: entry.pop("uri"), "$.uri"),
        (lambda entry: entry["diagnostics"][0].update(severity="1"), "severity"),
        (lambda entry: entry["diagnostics"][0].update(severity=7), "severity"),
        (lambda entry: entry["diagnostics"][0].update(tags=[3]), "tags"),
        (lambda entry: entry["diagnostics"][0].update(tags=None), "tags"),
        (lambda entry: entry["diagnostics"][0]["range"]["start"].update(line=True), "line"),
        (lambda entry: entry["diagnostics"][0]["range"].pop("end"), "end"),
    ],
)
def test_the_check_itself_is_strict(change, complaint):
    finding = Finding("unused-suppression", span_of("FROM"), "m", (Fix("t", (Edit(span_of("FROM"), "x"),)),))
    (entry,) = json.loads("".join(render("lsp", [Report(Source(TEXT), [finding])])))
    change(entry)
    found = problems(entry, lsp.PublishDiagnosticsParams)
    assert any(complaint in line for line in found), found


EXAMPLES = [
    pytest.param(example["bad"], id=f"{name}-{number}")
    for name, page in sorted(pages().items())
    for number, example in enumerate(page["examples"], 1)
    if "bad" in example
]


@pytest.mark.parametrize("text", EXAMPLES)
def test_what_the_rules_find_is_valid(text):
    source = Source(text.replace("FROM", "# \U0001f433\nFROM", 1), "Dockerfile")
    findings = lint(source.text, path=source.path, settings=Settings(selections=(Selection(select=("ALL",)),)))
    assert len(diagnostics_of(source, findings)) == len(findings) > 0
    for finding in json.loads("".join(render("json", [Report(source, findings)]))):
        assert list(finding) == [key for key in JSON_KEYS if key in finding]
        assert set(JSON_KEYS) - set(finding) == {"service", "services"}
        assert 1 <= finding["instruction_line"] <= finding["line"] <= finding["end_line"]
        assert all(note["message"] and note["path"] for note in finding["notes"])
        assert finding["url"].startswith("https://")
