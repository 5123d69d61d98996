#!/usr/bin/env python3
"""Compare what dflint says with what real builds did, over a folder of recorded scenarios.

    python tests/e2e/cases.py CASES                 check only
    python tests/e2e/cases.py CASES --build         also repair a copy of every case and build and run it for real
    python tests/e2e/cases.py CASES 01 57 --build   only these

A scenario is a folder with a build context, a Dockerfile and a `case.yaml`: `build` (passes or fails), `run.command`,
`run.expected`, `failing_line` (where the builder stops), `cause_line` (where a person would repair it), `also` (further
failures of the same file) and `builder_args`. A failing scenario counts as named when a finding of category `build` in
its Dockerfile covers the cause line or belongs to the instruction on that line; findings at the failing line only are
shown apart. A scenario that builds and runs is a control: any `build` finding on it is a false alarm.

Exit status 1: a control got a false alarm, or (with --build) a repair broke a scenario that worked.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parent))

from builders import Builder, Built, Ran, find

CLI = [sys.executable, "-c", "import sys; from dflint.cli import main; sys.exit(main())"]
META = {"case.yaml", "build.log", "buildkit.log", "fixed.Dockerfile", "fixed"}


class Case:
    """One scenario and its recorded truth."""

    def __init__(self, folder: Path) -> None:
        data: dict[str, Any] = yaml.safe_load((folder / "case.yaml").read_text())
        self.folder = folder
        self.name = folder.name
        self.kind = str(data.get("class", ""))
        self.dockerfile = str(data.get("dockerfile", "Dockerfile"))
        self.arguments = [str(argument) for argument in data.get("builder_args") or ()]
        self.builds = data["build"] == "passes"
        self.run: dict[str, Any] = data.get("run") or {}
        self.fails = not self.builds or self.run.get("expected") == "fails"
        self.needs = data.get("needs")
        self.date = str(data["truth_date"]) if "truth_date" in data else None
        self.ways = [data, *(data.get("also") or ())] if self.fails else []

    def copy_to(self, target: Path) -> Path:
        """The build context without the recorded truth."""
        shutil.copytree(self.folder, target, symlinks=True, ignore=self._ignore)
        for path in (target, *target.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o200)
        return target

    def _ignore(self, folder: str, names: list[str]) -> set[str]:
        return META & set(names) if Path(folder) == self.folder else set()


class Verdict:
    """How the findings of one scenario compare with its truth."""

    def __init__(self, case: Case, findings: list[dict[str, Any]], text: str) -> None:
        starts = instruction_starts(text)
        self.found = [finding for finding in findings if finding["category"] == "build"]
        self.named = [how_named(way, self.found, case.dockerfile, starts) for way in case.ways]


def instruction_starts(text: str) -> list[int]:
    """For each line (1-based, index 0 unused) the line on which its instruction begins, by continuation marks."""
    starts, current, open_ = [0], 0, False
    for number, line in enumerate(text.splitlines(), 1):
        comment = line.lstrip().startswith("#")
        if not open_ and not comment:
            current = number
        starts.append(current)
        if not comment and (line.strip() or not open_):
            open_ = line.rstrip().endswith("\\")
    return starts


def how_named(way: dict[str, Any], found: list[dict[str, Any]], path: str, starts: list[int]) -> str:
    """`line`, `instruction` (the cause's), `note` (a note points there), `failing` (where it stops), or `no`."""
    cause, failing = way["cause_line"], way["failing_line"]
    here = [finding for finding in found if finding["path"].endswith(path)]
    if any(finding["line"] <= cause <= finding["end_line"] for finding in here):
        return "line"
    if any(finding["instruction_line"] == starts[cause] for finding in here):
        return "instruction"
    if any(note.get("line") == cause for finding in here for note in finding["notes"]):
        return "note"
    if any(finding["instruction_line"] == starts[failing] for finding in here):
        return "failing"
    return "no"


def run_cli(command: str, case: Case, context: Path, *options: str) -> subprocess.CompletedProcess[str]:
    words = [*CLI, command, *options, "--no-config", "--context", ".", *case.arguments]
    if case.date:
        words += ["--as-of", f"{case.date}-30" if len(case.date) == 7 else case.date]
    done = subprocess.run([*words, case.dockerfile], cwd=context, text=True, capture_output=True, check=False)
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise SystemExit(f"{case.name}: dflint {command} ended with {done.returncode}: {done.stderr}")
    return done


def judge(case: Case, work: Path) -> Verdict:
    context = case.copy_to(work / "checked")
    findings = json.loads(run_cli("check", case, context, "--format", "json").stdout)
    return Verdict(case, findings, (context / case.dockerfile).read_text(errors="replace"))


def repaired(case: Case, work: Path, builder: Builder, unsafe: bool) -> str:
    """Repair a copy, build it and run it: `unchanged`, `works`, `build fails`, `run fails` or `skipped`."""
    if case.needs == "buildkit" and builder.name != "docker":
        return "skipped"
    context = case.copy_to(work / "repaired")
    before = {path: path.read_bytes() for path in context.rglob("*") if path.is_file() and not path.is_symlink()}
    run_cli("fix", case, context, "--write", *(["--unsafe"] if unsafe else []))
    if all(path.read_bytes() == data for path, data in before.items()):
        return "unchanged"
    dockerfile = context / case.dockerfile
    without_frontend(dockerfile)
    built = builder.build(context, dockerfile, case.arguments)
    try:
        if not built.ok:
            return "build fails"
        ran = start(case, builder, built)
        return "works" if ran is None or ran.ok else "run fails"
    finally:
        builder.clean()


def without_frontend(dockerfile: Path) -> None:
    """Build with the engine's own frontend: `# syntax=` would fetch one from a registry."""
    first, *rest = dockerfile.read_bytes().splitlines(keepends=True)
    if first.lstrip(b"# \t").startswith(b"syntax"):
        dockerfile.write_bytes(b"".join([b"#\n", *rest]))


def start(case: Case, builder: Builder, built: Built) -> Ran | None:
    command = case.run.get("command")
    if command is None or built.image is None:
        return None
    seconds = float(case.run.get("timeout", 8))
    if command == "default":
        return builder.run(built.image, seconds=seconds)
    words = command if isinstance(command, list) else ["/bin/sh", "-c", str(command)]
    return builder.run(built.image, words, seconds=seconds)


def pick_builder(name: str | None) -> Builder:
    reasons = []
    for candidate in [name] if name else ["docker", "buildah"]:
        builder = find(candidate, ["node:22-bookworm-slim"])
        if not isinstance(builder, str):
            return builder
        reasons.append(builder)
    raise SystemExit("cannot build: " + "; ".join(reasons))


def report(case: Case, verdict: Verdict, outcome: str | None) -> None:
    what = ", ".join(verdict.named) if case.fails else "false alarm" if verdict.found else "quiet"
    rules = ", ".join(f"{finding['name']}:{finding['line']}" for finding in verdict.found)
    cells = [f"{case.name:<40}", f"{'fails' if case.fails else 'control':<8}", f"{what:<20}", f"{outcome or '':<12}"]
    sys.stdout.write(" ".join([*cells, rules]).rstrip() + "\n")
    sys.stdout.flush()


def summary(results: list[tuple[Case, Verdict, str | None]]) -> tuple[list[str], bool]:
    """The totals, and whether anything is wrong enough for exit status 1."""
    failing = [result for result in results if result[0].fails]
    controls = [result for result in results if not result[0].fails]
    first = Counter(verdict.named[0] for _, verdict, _ in failing)
    ways = Counter(named for _, verdict, _ in failing for named in verdict.named)
    on_cause = ("line", "instruction", "note")
    alarms = sum(bool(verdict.found) for _, verdict, _ in controls)
    lines = [
        f"failing: {len(failing)}; cause named on the right line {sum(first[how] for how in on_cause)}"
        f" ({', '.join(f'{how} {first[how]}' for how in (*on_cause, 'failing', 'no'))})",
        f"all recorded failures: {sum(ways.values())}; named {sum(ways[how] for how in on_cause)}",
        f"controls: {len(controls)}; with a false build finding {alarms}",
    ]
    wrong = alarms > 0
    if any(outcome for _, _, outcome in results):
        after = Counter(str(outcome) for _, _, outcome in failing)
        kept = Counter(str(outcome) for _, _, outcome in controls)
        lines.append(f"after fix --write, failing: {', '.join(f'{k} {v}' for k, v in after.most_common())}")
        lines.append(f"after fix --write, controls: {', '.join(f'{k} {v}' for k, v in kept.most_common())}")
        wrong = wrong or any(outcome in ("build fails", "run fails") for _, _, outcome in controls)
    return lines, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, help="folder of scenarios")
    parser.add_argument("names", nargs="*", help="only these (a name or what stands before its first dash)")
    parser.add_argument("--build", action="store_true", help="repair a copy of every case, build and run it")
    parser.add_argument("--unsafe", action="store_true", help="repair with unsafe fixes too")
    parser.add_argument("--builder", choices=["docker", "buildah"], help="default: docker if it works")
    options = parser.parse_args()
    builder = pick_builder(options.builder) if options.build else None
    results: list[tuple[Case, Verdict, str | None]] = []
    for path in sorted(options.cases.glob("*/case.yaml")):
        name = path.parent.name
        if options.names and not {name, name.split("-")[0]} & set(options.names):
            continue
        case = Case(path.parent)
        with tempfile.TemporaryDirectory(prefix="case-") as folder:
            verdict = judge(case, Path(folder))
            outcome = repaired(case, Path(folder), builder, options.unsafe) if builder else None
        results.append((case, verdict, outcome))
        report(*results[-1])
    lines, wrong = summary(results)
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    return int(wrong)


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
