#!/usr/bin/env python3
"""Compare dflint's answers about installs with those of `apt-get -s install`, on lists from real Dockerfiles.

    python -m dflint.devtools.knowledge build --work DIR      downloads the indexes (the file must be made from these)
    python tests/e2e/apt_answers.py --work DIR --corpus dockerfiles.jsonl.gz [--lists 150] [--seed 1] [RELEASE...]

The corpus has one JSON object per line with the text of a Dockerfile under `content`. Its apt installs are read with
dflint's own model; each list is asked of every release, with recommended packages or without them as the file says, on
top of the packages of debian:RELEASE and with main, -updates and -security enabled. Compared are the verdict on every
name, then, without the names that apt does not know, the set of packages and their size, and for lists that apt cannot
solve whether dflint says so. Nothing is installed and nothing outside DIR is written. Linux with apt only.

Exit status 1: one of the bars of the project is missed (99.7 % of verdicts, 95 % of sets, 99 % of sizes within 1 %).
"""

from __future__ import annotations

import argparse
import functools
import gzip
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dflint.devtools.knowledge.fetch import environment, prepare
from dflint.knowledge import packages
from dflint.knowledge.debian import PackageIndex
from dflint.knowledge.solver import solve
from dflint.model import Build
from dflint.syntax import parse
from dflint.syntax.nodes import Run
from dflint.text import Source

say = functools.partial(print, flush=True)
POCKETS = ("", "-updates", "-security")
_ONLY = '#clear APT::Architectures;\nAPT::Architectures { "amd64"; };\nDebug::NoLocking "1";\n'


class Wanted(NamedTuple):
    """An install list."""

    names: tuple[str, ...]
    recommends: bool


class Answer(NamedTuple):
    """What apt-get said: the names it does not know, those it took for patterns, and the new packages or None."""

    refused: frozenset[str]
    patterns: frozenset[str]
    installs: frozenset[str] | None
    problem: str


def main() -> int:
    """Compare; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="the builder's directory of downloaded indexes")
    parser.add_argument("--corpus", type=Path, required=True, help="Dockerfiles, JSON lines, gzip")
    parser.add_argument("--lists", type=int, default=150, help="how many lists per release")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="print every difference")
    parser.add_argument("release", nargs="*", default=["bullseye", "bookworm", "trixie", "forky"])
    options = parser.parse_args()
    wanted = sorted(set(corpus_lists(options.corpus)))
    say(f"{len(wanted)} different lists in the corpus")
    good = True
    for number, release in enumerate(options.release):
        index = packages(release)
        if index is None:
            parser.error(f"no data on {release}")
        sample = random.Random(options.seed + number).sample(wanted, min(options.lists, len(wanted)))
        good &= compare(index, private_root(options.work, index), sample, verbose=options.verbose)
    return 0 if good else 1


def corpus_lists(path: Path) -> Iterator[Wanted]:
    """The apt installs of a corpus whose names are all known."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            text = json.loads(line)["content"]
            if "install" in text and "apt" in text:
                yield from lists_of(text)


def lists_of(text: str) -> Iterator[Wanted]:
    """The apt installs of one Dockerfile."""
    for stage in Build(parse(Source(text))).stages:
        for step in stage.steps:
            if not isinstance(step.node, Run):
                continue
            for install in step.installs:
                specs = install.specs
                plain = all(spec.installs and not (spec.local or spec.pattern or spec.arch) for spec in specs)
                if install.manager != "apt" or install.verb.value != "install" or install.unknown or not plain:
                    continue
                names = tuple(dict.fromkeys(spec.name for spec in specs if spec.name))
                without = "--no-install-recommends" in install.options
                if names:
                    yield Wanted(names, not without)


def private_root(work: Path, index: PackageIndex) -> Path:
    """An apt root of a Debian image: its packages as the status file, main of the release, -updates and -security."""
    root = prepare(work / f"{index.release}-answers")
    sources, lists = [], root / "state/lists"
    for pocket in POCKETS:
        other = work / f"{index.release}{pocket}"
        sources.append(" ".join((other / "etc/sources.list").read_text("utf-8").split()[:4]) + " main\n")
        for path in (other / "state/lists").iterdir():
            if path.is_file() and (path.name.endswith("Release") or path.name.endswith("_main_binary-amd64_Packages")):
                shutil.copyfile(path, lists / path.name)
    (root / "etc/sources.list").write_text("".join(sources), "utf-8")
    with (root / "apt.conf").open("a", encoding="utf-8") as file:
        file.write(_ONLY)
    (root / "state/status").write_text("", "utf-8")
    shown = apt(root, "apt-cache", "show", "--no-all-versions", *sorted(index.base_packages())).stdout
    stanzas = []
    for stanza in shown.strip().split("\n\n"):
        first, _, rest = stanza.partition("\n")
        stanzas.append(f"{first}\nStatus: install ok installed\n{rest}\n")
    (root / "state/status").write_text("\n".join(stanzas) + "\n", "utf-8")
    return root


def apt(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run one of apt's programs in a private root."""
    return subprocess.run(command, env=environment(root), capture_output=True, text=True, check=False)


def ask(root: Path, wanted: Wanted) -> Answer:
    """What apt-get does with a list; again without the names it refuses, to see what the others bring."""
    refused: set[str] = set()
    patterns: set[str] = set()
    names = list(wanted.names)
    while True:
        option = [] if wanted.recommends else ["--no-install-recommends"]
        done = apt(root, "apt-get", "-s", "-q", "-y", *option, "install", "--", *names)
        patterns.update(
            line.split("for regex '")[1].rstrip("'") for line in done.stdout.splitlines() if "for regex '" in line
        )
        bad = {name for name in names if any(name in _quoted(line) for line in done.stderr.splitlines())}
        bad |= patterns & set(names)
        if not bad or not names:
            break
        refused |= bad
        names = [name for name in names if name not in bad]
        if not names:
            return Answer(frozenset(refused - patterns), frozenset(patterns), frozenset(), "")
    if done.returncode != 0:
        return Answer(frozenset(refused - patterns), frozenset(patterns), None, done.stdout[-400:] + done.stderr[-400:])
    fresh = [line.split() for line in done.stdout.splitlines() if line.startswith("Inst ")]
    installs = frozenset(words[1] for words in fresh if not words[2].startswith("["))
    return Answer(frozenset(refused - patterns), frozenset(patterns), installs, "")


def _quoted(line: str) -> list[str]:
    """The package names an error line is about."""
    if "Unable to locate package" in line:
        return [line.rsplit(" ", 1)[1]]
    return line.split("'")[1:2] if "has no installation candidate" in line else []


def compare(index: PackageIndex, root: Path, sample: list[Wanted], *, verbose: bool) -> bool:
    """Ask both about every list, print the counts; whether the bars are reached."""
    verdicts = agreed = exact = close = solved = unsolved = foreseen = alarms = patterns = 0
    for wanted in sample:
        answer = ask(root, wanted)
        for name in wanted.names:
            verdict = index.verdict(name)
            ours = "ok" if verdict.status == "ok" else "pattern" if index.matches_regex(name) else "refused"
            theirs = "refused" if name in answer.refused else "pattern" if name in answer.patterns else "ok"
            if theirs == "ok" and verdict.status == "missing":
                theirs = "pattern"  # accepted although there is no such package, quietly
            verdicts += 1
            agreed += ours == theirs
            if verbose and ours != theirs:
                say(f"  {index.release}: {name}: apt {theirs}, dflint {verdict.status} ({ours})")
        names = [name for name in wanted.names if name not in answer.refused | answer.patterns]
        names = [name for name in names if index.verdict(name).status != "missing"]
        if len(names) < len(wanted.names) - len(answer.refused):
            patterns += 1  # what a pattern brings is not computed
            continue
        solution = solve(index, names, index.base_packages(), recommends=wanted.recommends)
        assert solution is not None
        if answer.installs is None:
            unsolved += 1
            foreseen += bool(solution.conflicts)
            if verbose and not solution.conflicts:
                say(f"  {index.release}: {' '.join(names)}: unforeseen: {answer.problem}")
            continue
        if verbose and solution.conflicts:
            say(f"  {index.release}: {' '.join(names)}: false alarm: {solution.conflicts}")
        alarms += bool(solution.conflicts)
        solved += 1
        real = sum(needs.size for name in answer.installs if (needs := index.needs(name)) is not None)
        near = abs(solution.kilobytes - real) <= real / 100
        exact += set(solution.packages) == answer.installs
        close += near
        if verbose and set(solution.packages) != answer.installs:
            more, less = set(solution.packages) - answer.installs, answer.installs - set(solution.packages)
            say(f"  {index.release}: {' '.join(names)}: +{sorted(more)} -{sorted(less)} {wanted.recommends}")
    say(
        f"{index.release}: {len(sample)} lists; verdicts {agreed}/{verdicts} ({agreed / max(1, verdicts):.2%}); "
        f"exact {exact}/{solved} ({exact / max(1, solved):.1%}); within 1 % {close}/{solved} "
        f"({close / max(1, solved):.1%}); with patterns {patterns}; "
        f"unsolvable {unsolved}, foreseen {foreseen}, false alarms {alarms}"
    )
    return agreed >= 0.997 * verdicts and exact >= 0.95 * solved and close >= 0.99 * solved and not alarms


if __name__ == "__main__":
    sys.exit(main())
