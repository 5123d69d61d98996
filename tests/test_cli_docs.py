"""What the documents show is what happens: the walk through a rule is executed, the README's run is compared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shell(script: str, folder: Path, source: Path) -> subprocess.CompletedProcess[str]:
    """Run a script with dflint taken from a checkout."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(source / "src"), "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(
        ["bash", "-euc", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.slow
def test_the_walk_through_a_rule_works(tmp_path):
    checkout = tmp_path / "dflint"
    for name in ("src", "rules", "tests"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__", "e2e"))
    shutil.copy(ROOT / "pyproject.toml", checkout)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    walk = text[text.index("## A rule, end to end") :]
    written = set()
    ran = 0
    for language, body in FENCE.findall(walk):
        if language == "sh":
            script = body.replace("/tmp/", f"{tmp_path}/")
            done = shell(script, checkout, checkout)
            assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
            ran += 1
            if "pytest tests/" in script:
                assert " passed" in done.stdout
        else:
            name = body.split("\n", 1)[0].removeprefix("# ")
            assert (checkout / name).exists(), "new-rule has written it before"
            (checkout / name).write_text(body, encoding="utf-8")
            written.add(name)
    assert written == {"rules/redundant-port-protocol.yaml", "src/dflint/rules/redundant_port_protocol.py"}
    assert ran == 3
    assert (tmp_path / "Dockerfile").read_text() == "FROM debian:12\nEXPOSE 80\n"


def test_the_run_in_the_readme_is_real():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [body for language, body in FENCE.findall(text) if language == "console"]
    assert shown
    for block in shown:
        for part in block.split("$ ")[1:]:
            command, _, output = part.partition("\n")
            done = shell(command, ROOT / "fixtures" / "repos" / "erp", ROOT)
            assert done.returncode in (0, 1), done.stderr
            _compare(output, done.stdout)


def test_the_python_of_the_readme_runs():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (program,) = [body for language, body in FENCE.findall(text) if language == "python"]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "missing-apt-yes " in done.stdout
    assert done.stdout.endswith('LABEL org.opencontainers.image.authors="Jane Doe"\n\n')


def _compare(shown: str, printed: str) -> None:
    """Every stretch of the shown text, between lines of dots, stands in what was printed, in order."""
    at = 0
    for stretch in re.split(r"^\[\.\.\.\]\n", shown, flags=re.MULTILINE):
        found = printed.find(stretch.strip("\n"), at)
        assert found >= 0, f"not printed (any more):\n{stretch}\nbut:\n{printed}"
        at = found
