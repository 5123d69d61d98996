"""A run over a repository reads each of its files once and lists each of its folders once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
COUNT = """
import json, os, sys
seen = {"open": [], "os.scandir": []}
def hook(name, arguments):
    if name in seen and isinstance(arguments[0], str):
        seen[name].append(os.path.abspath(arguments[0]))
from dflint.cli import main
sys.addaudithook(hook)
status = main(["check", "--select", "ALL", "--fail-level", "none", "--output", os.devnull, "."])
print(json.dumps([status, seen]))
"""


def test_no_file_is_opened_and_no_folder_is_listed_twice(tmp_path):
    generate = [sys.executable, str(ROOT / "benchmarks" / "monorepo.py"), "--packages", "60", "--dockerfiles", "20"]
    subprocess.run([*generate, "--only-generate", str(tmp_path / "big")], check=True)
    root = tmp_path / "big"
    done = subprocess.run([sys.executable, "-c", COUNT], cwd=root, capture_output=True, text=True, check=True)
    status, seen = json.loads(done.stdout)
    assert status == 0
    for event in ("open", "os.scandir"):
        counts = Counter(path for path in seen[event] if Path(path).is_relative_to(root))
        assert len(counts) > 60
        assert {path: count for path, count in counts.items() if count > 1} == {}, event
