"""The formats ``text``, ``concise`` and ``json``, and the counts."""

from __future__ import annotations

import json

import pytest

from dflint.findings import Finding, Fix, Note
from dflint.report import FORMATS, Style, render
from dflint.report.statistics import Counts
from dflint.text import Edit, Source, Span

TEXT = "FROM debian:12\nRUN apt-get update && \\\n    # why\n    # not\n    apt-get install -y libglew2.2\n"


class Report:
    def __init__(self, source: Source, findings: list[Finding]) -> None:
        self.source = source
        self.findings = findings


def finding(word: str = "libglew2.2", text: str = TEXT, **more) -> Finding:
    start = text.index(word)
    fix = Fix("Replace libglew2.2 with libglew2.1", (Edit(Span(start, start + len(word)), "libglew2.1"),))
    found = Finding(
        more.pop("rule", "deprecated-maintainer"),
        Span(start, start + len(word)),
        more.pop("message", "Debian has no package 'libglew2.2'"),
        more.pop("fixes", (fix,)),
        **more,
    )
    found.instruction = text.index("RUN") if "RUN" in text else None
    return found


def rendered(format: str, *findings: Finding, text: str = TEXT, path: str = "api/Dockerfile", style=None) -> str:
    return "".join(render(format, [Report(Source(text, path), list(findings))], style))


def test_text_shows_what_why_and_what_to_do():
    found = finding(
        severity="error", services=("finance",), notes=(Note("added here", line=2), Note("wanted", "api/x.json"))
    )
    lines = rendered("text", found, style=Style(width=200)).split("\n")
    assert lines[:10] == [
        "error[deprecated-maintainer]: Debian has no package 'libglew2.2'",
        " --> api/Dockerfile:5:24 (service finance)",
        "  |",
        "2 | RUN apt-get update && \\",
        "...",
        "5 |     apt-get install -y libglew2.2",
        "  |                        ^^^^^^^^^^",
        "  |",
        "  = why: MAINTAINER has been deprecated since Docker 1.13 (2017). A label says the same, can be read with "
        "`docker inspect` and is the standard way to name the people behind an image.",
        "  = note: api/Dockerfile:2: added here",
    ]
    assert lines[10:] == [
        "  = note: api/x.json: wanted",
        "  = fix: Replace libglew2.2 with libglew2.1 ('dflint fix --write' does it)",
        "",
        "",
    ]


def test_one_line_is_shown_rather_than_dots():
    text = TEXT.replace("    # not\n", "")
    assert "\n...\n" not in rendered("text", finding(text=text), text=text)


def test_the_reason_is_told_once_per_run():
    assert rendered("text", finding(), finding("debian")).count("why:") == 1


def test_text_without_a_fix_says_where_to_read_on():
    assert "see 'dflint explain deprecated-maintainer'" in rendered("text", finding(fixes=()))


def test_a_long_span_is_shortened_and_a_blank_start_is_not_underlined():
    text = "FROM a\nRUN one \\\n  two \\\n  three \\\n  four \\\n  five\n"
    found = Finding("deprecated-maintainer", Span(text.index("RUN"), len(text) - 1), "m")
    lines = rendered("text", found, text=text).split("\n")
    assert lines[3:12] == [
        "2 | RUN one \\",
        "  | ^^^^^^^^^",
        "3 |   two \\",
        "  |   ^^^^^",
        "4 |   three \\",
        "  |   ^^^^^^^",
        "...",
        "6 |   five",
        "  |   ^^^^",
    ]


def test_the_end_of_a_file_and_an_empty_file_can_be_pointed_at():
    assert "1 |\n  | ^\n" in rendered("text", Finding("syntax-error", Span(0, 0), "m"), text="")
    assert "2 |\n  | ^\n" in rendered("text", Finding("syntax-error", Span(7, 7), "m"), text="FROM a\n")


def test_carriage_returns_at_line_ends_are_no_news():
    text = TEXT.replace("\n", "\r\n")
    assert "\\r" not in rendered("text", finding(text=text), text=text)


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_lets_a_file_write_to_the_terminal(format):
    evil = "\x1b]0;owned\x07\u202e\x9b2J\udcff"
    text = f"FROM debian:12\nRUN echo {evil} libglew2.2\n"
    found = finding(
        text=text, message=f"bad {evil}", services=(evil,), notes=(Note(evil, evil, 1),), fixes=(Fix(evil, ()),)
    )
    shown = rendered(format, found, text=text, path=f"a{evil}/Dockerfile")
    assert not any(char in shown for char in "\x1b\x07\u202e\x9b\udcff")
    assert all(line.isprintable() for line in shown.split("\n"))


def test_colour_is_the_only_difference_of_colour():
    plain, painted = (rendered("text", finding(), style=Style(color)) for color in (False, True))
    assert "\x1b[1;33m" in painted
    stripped = painted
    for code in ("1;31", "1;33", "1;36", "1;35", "1", "2", "0"):
        stripped = stripped.replace(f"\x1b[{code}m", "")
    assert stripped == plain


def test_a_line_of_megabytes_costs_no_more_than_its_excerpt():
    text = "RUN " + "x" * 5_000_000 + " libglew2.2 " + "y" * 5_000_000
    shown = rendered("text", finding(text=text), text=text, style=Style(width=80))
    assert "libglew2.2" in shown
    assert max(len(line) for line in shown.split("\n")) < 110


def test_concise_is_one_line_per_finding():
    found = finding(message="no\x1b\nsuch", services=("a", "b"))
    assert rendered("concise", found) == ("api/Dockerfile:5:24: warning deprecated-maintainer no\\x1b\\nsuch [a, b]\n")


def test_json_is_the_flat_array_of_the_contract():
    found = finding(
        severity="error",
        category="build",
        services=("finance",),
        aliases=("hadolint:DL3008",),
        notes=(Note("there", "compose.yml", 3), Note("here", span=Span(0, 4)), Note("so")),
    )
    assert json.loads(rendered("json", found)) == [
        {
            "path": "api/Dockerfile",
            "name": "deprecated-maintainer",
            "aliases": ["hadolint:DL3008"],
            "category": "build",
            "severity": "error",
            "message": "Debian has no package 'libglew2.2'",
            "line": 5,
            "column": 24,
            "end_line": 5,
            "end_column": 34,
            "instruction_line": 2,
            "service": "finance",
            "services": ["finance"],
            "fixes": [
                {
                    "title": "Replace libglew2.2 with libglew2.1",
                    "safety": "safe",
                    "edits": [
                        {
                            "path": "api/Dockerfile",
                            "line": 5,
                            "column": 24,
                            "end_line": 5,
                            "end_column": 34,
                            "text": "libglew2.1",
                        }
                    ],
                }
            ],
            "notes": [
                {"message": "there", "path": "compose.yml", "line": 3},
                {"message": "here", "path": "api/Dockerfile", "line": 1},
                {"message": "so", "path": "api/Dockerfile"},
            ],
            "url": "https://docs.docker.com/reference/dockerfile/#maintainer-deprecated",
        }
    ]


def test_json_without_findings_and_with_several_services():
    assert json.loads("".join(render("json", []))) == []
    assert json.loads(rendered("json")) == []
    (entry,) = json.loads(rendered("json", finding(services=("a", "b"))))
    assert entry["services"] == ["a", "b"]
    assert "service" not in entry
    (entry,) = json.loads(rendered("json", finding()))
    assert "service" not in entry
    assert "services" not in entry


def test_json_never_holds_lone_surrogates():
    shown = rendered("json", finding(message="byte \udcff", fixes=(Fix("x", (Edit(Span(0, 1), "\udcff"),)),)))
    (entry,) = json.loads(shown)
    assert entry["message"] == "byte \ufffd"
    assert entry["fixes"] == []
    shown.encode("ascii")


def test_an_unknown_format_is_an_error():
    with pytest.raises(ValueError, match="sarif"):
        render("sarif", [])


def test_counts():
    counts = Counts()
    assert counts.summary() == "no Dockerfile was checked"
    counts.add([finding(severity="error"), finding(), finding(rule="syntax-error", fixes=())])
    counts.add([])
    assert counts.summary() == ("3 findings in 2 files (1 error, 2 warning); 2 can be fixed: 'dflint fix' shows how")
    assert counts.table().split("\n") == [
        "count   severity  fixes  rule",
        "     2  error         2  deprecated-maintainer",
        "     1  warning       0  syntax-error",
    ]
