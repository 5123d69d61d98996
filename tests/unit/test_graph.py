"""What `dflint graph` prints, in each of its formats."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dflint.cli import main

ROOT = Path(__file__).parents[2]
ERP = ROOT / "fixtures" / "repos" / "erp"
GOLDEN = ROOT / "fixtures" / "graph"
TEMPLATE = "infrastructure/docker/templates/node-service-debian-ml.Dockerfile"
FINANCE = ["--context", ".", "--build-arg", "SERVICE_NAME=finance", "--select", "unbuilt-workspace-package", TEMPLATE]
ENDINGS = {"text": "txt", "json": "json", "dot": "dot", "mermaid": "mmd"}


def graph(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(["graph", *arguments]) == status
    return capsys.readouterr().out


def builds(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(graph(capsys, "--format", "json", *arguments))
    return found


@pytest.mark.parametrize("format", list(ENDINGS))
def test_the_example_monorepo_is_drawn_as_recorded(format, capsys, monkeypatch):
    monkeypatch.chdir(ERP)
    monkeypatch.setenv("COLUMNS", "100")
    assert graph(capsys, "--format", format, *FINANCE) == (GOLDEN / f"erp.{ENDINGS[format]}").read_text()


def test_a_compose_file_gives_one_graph_per_service(capsys, monkeypatch):
    monkeypatch.chdir(ERP)
    found = builds(capsys, "docker-compose.yml")
    services = ["auth", "master-data", "notification", "document-generator", "finance", "scheduler"]
    assert [each["service"] for each in found] == services
    missing = {each["service"]: [m["folder"] for s in each["stages"] for m in s["missing"]] for each in found}
    assert {service: folders for service, folders in missing.items() if folders} == {
        "finance": ["shared/infrastructure", "shared/infrastructure"]
    }


def test_the_missing_parts_are_those_that_the_findings_name(capsys, monkeypatch):
    monkeypatch.chdir(ERP)
    (found,) = builds(capsys, *FINANCE)
    stage = next(stage for stage in found["stages"] if stage["name"] == "builder")
    assert [(m["line"], m["part"], m["reason"]) for m in stage["missing"]] == [(34, "output", "unbuilt")]
    assert [(f["line"], f["name"]) for f in stage["findings"]] == [(34, "unbuilt-workspace-package")]
    shared = next(state for state in stage["packages"] if state["folder"] == "shared/infrastructure")
    assert shared["output"]["state"] == "absent" and shared["source"] == {
        "state": "copied", "line": 30, "via": None, "why": None
    }  # fmt: skip


@pytest.fixture
def dockerfile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "Dockerfile"
    path.write_text('FROM debian:12 AS one\nRUN make\nFROM debian:12\nCOPY --from=one /a"b /a\n')
    return path


def test_without_a_workspace_the_stages_are_shown_and_it_is_said(dockerfile, capsys):
    text = graph(capsys, "Dockerfile")
    assert "no workspace: no package.json in the context, or no JavaScript in the Dockerfile" in text
    assert "stage one, line 1: FROM debian:12" in text and "takes from one at line 4" in text
    (found,) = builds(capsys, "Dockerfile")
    assert found["workspaces"] == [] and found["note"] is not None
    assert found["stages"][1]["copies"] == [{"line": 4, "from": "one", "stage": 0}]


def test_projects_of_other_tools_are_listed_and_what_they_lack_is_marked(dockerfile, capsys):
    root = dockerfile.parent
    (root / "a").mkdir()
    (root / "a" / "Cargo.toml").write_text('[package]\nname = "a"\nversion = "1.0.0"\n')
    (root / "Cargo.toml").write_text('[package]\nname = "x"\nversion = "1.0.0"\n[dependencies]\na = { path = "a" }\n')
    (root / "src").mkdir()
    (root / "src" / "main.rs").write_text("fn main() {}\n")
    dockerfile.write_text("FROM rust:1\nWORKDIR /x\nCOPY Cargo.toml ./\nCOPY src src\nRUN cargo build\n")
    (found,) = builds(capsys, "Dockerfile")
    assert [(each["tool"], each["name"], each["needs"]) for each in found["projects"]] == [
        ("cargo", "x", ["a/Cargo.toml"]), ("cargo", "a", [])
    ]  # fmt: skip
    assert [(m["part"], m["path"]) for m in found["stages"][0]["missing"]] == [("source", "a")]
    assert "line 5 needs a, which is not there" in graph(capsys, "Dockerfile")


def test_a_bad_path_is_an_error_and_the_others_are_drawn(dockerfile, capsys):
    assert main(["graph", "Dockerfile", "nowhere"]) == 2
    streams = capsys.readouterr()
    assert "nowhere: cannot be read" in streams.err and "stage one" in streams.out
    assert main(["graph", "--format", "svg"]) == 2


def test_what_is_unknown_says_why(dockerfile, capsys):
    (dockerfile.parent / "package.json").write_text('{"name": "a", "main": "dist/a.js", "scripts": {"build": "tsc"}}')
    (dockerfile.parent / "a.ts").write_text("")
    dockerfile.write_text("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN ./mystery.sh\n")
    (found,) = builds(capsys, "Dockerfile")
    (package,) = found["stages"][0]["packages"]
    assert package["manifest"]["state"] == "copied"
    assert package["output"]["state"] == "unknown" and package["output"]["why"]


def test_a_name_that_is_full_of_marks_stays_a_label(dockerfile, capsys):
    dockerfile.write_text('FROM "a#<b>&`c" AS x\nFROM x\n')
    assert '(["a#35;#lt;b#gt;#amp;#96;c"])' in graph(capsys, "--format", "mermaid", "Dockerfile")
    assert 'label="a#<b>&`c"' in graph(capsys, "--format", "dot", "Dockerfile")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_reads_the_drawing(dockerfile, capsys, monkeypatch):
    texts = [graph(capsys, "--format", "dot", "Dockerfile")]
    monkeypatch.chdir(ERP)
    texts.append(graph(capsys, "--format", "dot", "docker-compose.yml"))
    for text in texts:
        done = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True, check=True)
        assert "<svg" in done.stdout and not done.stderr


def test_the_output_option_writes_a_file(dockerfile, capsys):
    assert graph(capsys, "--format", "dot", "--output", "out.dot", "Dockerfile") == ""
    assert (dockerfile.parent / "out.dot").read_text().startswith("digraph")
