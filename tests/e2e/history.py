#!/usr/bin/env python3
"""How many recorded failures of real builds dflint would have named, from the Dockerfile alone.

    python tests/e2e/history.py RECORDS.jsonl.gz [--as-of 2020-07-01] [--label L] [--missed] [--found] [--sample N]

A record has `dockerfile`, `label` (why its build failed), `names` (the packages or commands that its log names),
`failing_instruction` and `evidence` (the end of the log). A failure counts as named when a finding of category `build`
names one of the `names`; for labels without names, when a rule that is about this label has a finding. What is found in
records labelled `other` is counted too: each of those is either a second cause or a false alarm, so read them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

#: Rules that name a cause of these labels, whose records list no names.
ABOUT = {
    "suite-gone": ("archived-release", "foreign-apt-suite", "moved-base-image"),
    "base-image-gone": ("missing-base-image",),
    "syntax": ("syntax-error", "unknown-flag", "unknown-instruction", "undefined-stage"),
    "python-missing": ("missing-python-command", "missing-native-build-tools"),
    "copy-source-missing": ("missing-copy-source",),
}


class Found(NamedTuple):
    """A finding: its rule, first line and message."""

    rule: str
    line: int
    message: str


def judge(job: tuple[dict[str, Any], str]) -> tuple[dict[str, Any], list[Found]]:
    """A record and the `build` findings of its Dockerfile."""
    import dflint
    from dflint.config import Settings

    record, day = job
    text = record["dockerfile"]
    found = dflint.lint(text, settings=Settings(as_of=day))
    wanted = ("build", "syntax") if record["label"] == "syntax" else ("build",)
    return record, [
        Found(finding.rule, text.count("\n", 0, finding.span.start) + 1, finding.message)
        for finding in found
        if finding.category in wanted
    ]


def named(record: dict[str, Any], found: list[Found]) -> bool:
    """Whether a finding names the recorded cause."""
    about = ABOUT.get(record["label"], ())
    if any(finding.rule in about for finding in found):
        return True
    return any(
        re.search(rf"(?<![\w.+-]){re.escape(str(name))}(?![\w+-])", finding.message)
        for name in record["names"]
        for finding in found
    )


def show(record: dict[str, Any], found: list[Found]) -> None:
    """One record with what was found and the end of its log."""
    sys.stdout.write(f"\n== {record['id']} {record['repo']} [{record['label']}] names {record['names']}\n")
    sys.stdout.write(f"   from: {re.findall(r'(?im)^from .*', record['dockerfile'])[:4]}\n")
    sys.stdout.write(f"   failing: {record['failing_instruction'][:300]}\n")
    for finding in found:
        sys.stdout.write(f"   {finding.line}: {finding.rule}: {finding.message[:220]}\n")
    for line in record["evidence"].splitlines()[-12:]:
        sys.stdout.write(f"   | {line[:200]}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("--as-of", default="2020-07-01")
    parser.add_argument("--label", help="only this label")
    parser.add_argument("--rule", help="count only findings of this rule")
    parser.add_argument("--missed", action="store_true", help="show the records that are not named")
    parser.add_argument("--found", action="store_true", help="show the records with findings")
    parser.add_argument("--sample", type=int, help="this many records, chosen at random (always the same ones)")
    options = parser.parse_args()
    with gzip.open(options.records, "rt", encoding="utf-8") as stream:
        records = [json.loads(line) for line in stream]
    records = [record for record in records if options.label in (None, record["label"])]
    if options.sample:
        records = random.Random(2020).sample(records, min(options.sample, len(records)))
    total: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    alarms: Counter[str] = Counter()
    rules: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with multiprocessing.Pool() as pool:
        for record, every in pool.imap(judge, [(record, options.as_of) for record in records], chunksize=20):
            found = [finding for finding in every if options.rule in (None, finding.rule)]
            label, hit = record["label"], named(record, found)
            total[label] += 1
            hits[label] += hit
            alarms[label] += bool(found)
            rules[label].update({finding.rule for finding in found})
            if (options.missed and not hit) or (options.found and found):
                show(record, found)
    for label, count in total.most_common():
        share = "" if label == "other" else f"named {hits[label]:>4} = {hits[label] / count:4.0%}"
        most = ", ".join(f"{rule} {number}" for rule, number in rules[label].most_common(6))
        sys.stdout.write(f"{label:<22}{count:>5}  {share:<18} with a build finding {alarms[label]:>4}  {most}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
