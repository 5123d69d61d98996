#!/usr/bin/env python3
"""Pairs of Dockerfiles whose truth real builds have told: one fails, its look-alike builds and runs.

    python tests/e2e/pairs.py                    what dflint says of every pair
    python tests/e2e/pairs.py --confirm NAME...  build them for real and record the truth in their case.yaml

A pair is a folder in `fixtures/realbuild/pairs` with `failing.Dockerfile`, `control.Dockerfile`, perhaps a build
context in `context/`, and `case.yaml`:

    rule: missing-command          the rule that must name the cause
    line: 7                        the line of failing.Dockerfile that its finding must touch
    says: [curl]                   words that its message must hold
    run: true                      the image builds and its start fails (default: the build fails)
    run_command: [sh, -c, ...]     what to start in place of the image's own command; makes the control run, too
    fixed: true                    `dflint fix --write` makes the failing one build (and run); unsafe: with --unsafe
    builder_args: [--build-arg, A=1]   for the builder and for dflint
    needs: buildkit                buildah cannot build it
    truth: ...                     written by --confirm: outcomes, the builder, the digest of what was built

A truth whose digest no longer fits the files is stale, and `test_pairs.py` says so.

Exit status 1: dflint is wrong about a pair, or a build did not do what the pair claims.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parent))

from builders import Builder, Built, find

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "realbuild" / "pairs"
CLI = [sys.executable, "-c", "import sys; from dflint.cli import main; sys.exit(main())"]
START_SECONDS = 6
_FRONTEND = re.compile(rb"\A#\s*syntax\s*=[^\n]*\n")


class Pair:
    """One folder: its two Dockerfiles, their context, and what is claimed of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.data: dict[str, Any] = yaml.safe_load((folder / "case.yaml").read_text())
        self.rule = str(self.data["rule"])
        self.line = int(self.data["line"])
        self.says = [str(word) for word in self.data.get("says", ())]
        self.runs = bool(self.data.get("run"))
        self.command = [str(word) for word in self.data.get("run_command", ())]
        self.fixed = bool(self.data.get("fixed"))
        self.unsafe = bool(self.data.get("unsafe"))
        self.arguments = [str(word) for word in self.data.get("builder_args", ())]
        self.needs = self.data.get("needs")
        self.truth: dict[str, Any] = self.data.get("truth") or {}

    def digest(self) -> str:
        """A digest of everything that a build sees."""
        found = hashlib.sha256()
        paths = [self.folder / "failing.Dockerfile", self.folder / "control.Dockerfile"]
        paths += sorted(path for path in (self.folder / "context").rglob("*") if path.is_file() or path.is_symlink())
        for path in paths:
            data = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
            mode = b"" if path.is_symlink() or not path.stat().st_mode & 0o100 or path.parent == self.folder else b"x"
            found.update(b"%s\0%s\0%d\0" % (path.relative_to(self.folder).as_posix().encode(), mode, len(data)) + data)
        found.update(json.dumps([self.arguments, self.command, self.runs]).encode())
        return found.hexdigest()[:16]

    def stage(self, which: str, target: Path) -> Path:
        """Lay out the context with one of the Dockerfiles in ``target``; returns the Dockerfile's place."""
        context = self.folder / "context"
        if context.is_dir():
            shutil.copytree(context, target, symlinks=True)
        else:
            target.mkdir(parents=True)
        dockerfile = target / "Dockerfile"
        shutil.copyfile(self.folder / f"{which}.Dockerfile", dockerfile)
        return dockerfile


def pairs(names: list[str] | None = None) -> list[Pair]:
    """All pairs, or those whose names start with one of ``names``."""
    found = [Pair(path.parent) for path in sorted(ROOT.glob("*/case.yaml"))]
    return [pair for pair in found if not names or pair.name.startswith(tuple(names))]


def findings(pair: Pair, which: str, work: Path) -> list[dict[str, Any]]:
    """The findings of the pair's rule, and all of category build, that the real command has for one of the two."""
    dockerfile = pair.stage(which, work / which)
    words = [*CLI, "check", "--no-config", "--format", "json", "--context", ".", *pair.arguments, "Dockerfile"]
    done = subprocess.run(words, cwd=dockerfile.parent, text=True, capture_output=True, check=False)
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise SystemExit(f"{pair.name}: dflint check ended with {done.returncode}: {done.stderr}")
    found = json.loads(done.stdout)
    return [each for each in found if each["category"] == "build" or each["name"] == pair.rule]


def faults(pair: Pair, work: Path) -> list[str]:
    """What dflint gets wrong about a pair."""
    found = findings(pair, "failing", work)
    own = [finding for finding in found if finding["name"] == pair.rule]
    there = [finding for finding in own if finding["line"] <= pair.line <= finding["end_line"]]
    # A rule may have milder words for what works.
    weights = {(finding["category"], finding["severity"]) for finding in there}
    wrong = [
        f"{finding['name']} at line {finding['line']} of the control"
        for finding in findings(pair, "control", work)
        if finding["category"] == "build" or (finding["category"], finding["severity"]) in weights
    ]
    if not there:
        lines = ", ".join(f"{finding['name']}:{finding['line']}" for finding in found) or "nothing"
        wrong.append(f"no {pair.rule} at line {pair.line} of the failing file, but {lines}")
    elif not any(all(word in finding["message"] for word in pair.says) for finding in there):
        wrong.append(f"the message does not say {', '.join(pair.says)}: {there[0]['message']}")
    return wrong


def outcome(pair: Pair, builder: Builder, dockerfile: Path) -> tuple[str, str]:
    """Build and start one file: `works`, `build fails` or `run fails`, and the last thing that was said."""
    text = dockerfile.read_bytes()
    dockerfile.write_bytes(_FRONTEND.sub(b"#\n", text))  # the frontend would come from a registry
    built: Built = builder.build(dockerfile.parent, dockerfile, pair.arguments)
    try:
        if not built.ok:
            return "build fails", last_words(built.log)
        if built.image is not None and (pair.runs or pair.command):
            ran = builder.run(built.image, pair.command, seconds=START_SECONDS)
            if not ran.ok:
                return "run fails", last_words(ran.output)
        return "works", ""
    finally:
        builder.clean()


def last_words(log: str) -> str:
    """The last line that a step wrote itself, in BuildKit's log or any other."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    steps = [found[1] for line in lines if (found := re.match(r"#\d+ \d+\.\d+ (.+)", line))]
    return (steps or lines or [""])[-1][:160]


def confirm(pair: Pair, builder: Builder, work: Path) -> tuple[dict[str, Any], list[str]]:
    """Build a pair for real: the truth to record, and what is not as the pair claims."""
    started = time.monotonic()
    failing, said = outcome(pair, builder, pair.stage("failing", work / "real-failing"))
    control, control_said = outcome(pair, builder, pair.stage("control", work / "real-control"))
    truth = {"failing": failing, "control": control, "builder": builder.name}
    wrong = []
    if failing != ("run fails" if pair.runs else "build fails"):
        wrong.append(f"the failing file: {failing}: {said}")
    if control != "works":
        wrong.append(f"the control: {control}: {control_said}")
    if pair.fixed:
        dockerfile = pair.stage("failing", work / "real-fixed")
        words = [*CLI, "fix", "--no-config", "--write", *(["--unsafe"] if pair.unsafe else []), "--context", "."]
        words += ["--rule", pair.rule, *pair.arguments, "Dockerfile"]
        subprocess.run(words, cwd=dockerfile.parent, capture_output=True, check=False)
        truth["fixed"], fixed_said = outcome(pair, builder, dockerfile)
        if truth["fixed"] != "works":
            wrong.append(f"after fix --write: {truth['fixed']}: {fixed_said}")
    return {**truth, "said": said, "seconds": round(time.monotonic() - started), "digest": pair.digest()}, wrong


def record(pair: Pair, truth: dict[str, Any]) -> None:
    """Write the truth at the end of case.yaml, the rest of which stays as it is."""
    path = pair.folder / "case.yaml"
    text = re.split(r"(?m)^truth:", path.read_text())[0].rstrip("\n")
    path.write_text(text + "\n" + yaml.safe_dump({"truth": truth}, sort_keys=False, width=200))


def images(pair: Pair) -> list[str]:
    """The images that a builder must have for a pair."""
    text = (pair.folder / "failing.Dockerfile").read_text() + (pair.folder / "control.Dockerfile").read_text()
    stages = set(re.findall(r"(?im)^FROM\s.*\sAS\s+(\S+)", text))
    found = dict.fromkeys(re.findall(r"(?im)^FROM\s+(?:--\S+\s+)*(\S+)", text))
    return [image for image in found if image not in stages and image != "scratch" and "$" not in image]


def why_not(pair: Pair, builder: Builder) -> str | None:
    """Why a builder cannot build a pair, None if it can."""
    if pair.needs == "buildkit" and builder.name != "docker":
        return "needs BuildKit"
    missing = [image for image in images(pair) if not builder.has(image)]
    return f"{builder.name} has no image {', '.join(missing)}" if missing else None


def pick_builder(pair: Pair, wanted: str | None) -> Builder | str:
    """A builder for a pair; a text with the reason where there is none."""
    reasons = []
    for name in [wanted] if wanted else ["docker", "buildah"]:
        builder = find(name, images(pair) or ["debian:bookworm-slim"])
        reason = builder if isinstance(builder, str) else why_not(pair, builder)
        if reason is None and not isinstance(builder, str):
            return builder
        reasons.append(str(reason))
    return "; ".join(reasons)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="only pairs whose names start so")
    parser.add_argument("--confirm", action="store_true", help="build them for real and record the truth")
    parser.add_argument("--builder", choices=["docker", "buildah"], help="default: docker if it works")
    options = parser.parse_args()
    status = 0
    for pair in pairs(options.names):
        with tempfile.TemporaryDirectory(prefix="pair-") as folder:
            wrong = faults(pair, Path(folder))
            if options.confirm:
                builder = pick_builder(pair, options.builder)
                if isinstance(builder, str):
                    wrong.append(f"not built: {builder}")
                else:
                    truth, untrue = confirm(pair, builder, Path(folder))
                    wrong += untrue
                    if not untrue:
                        record(pair, truth)
        status |= bool(wrong)
        sys.stdout.write(f"{'WRONG' if wrong else 'right':<6}{pair.name}\n" + "".join(f"      {w}\n" for w in wrong))
        sys.stdout.flush()
    return status


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
