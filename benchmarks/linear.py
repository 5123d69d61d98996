#!/usr/bin/env python3
"""How dflint's cost grows with the size of a file, up to 10 MB.

python3 benchmarks/linear.py [--largest MB]
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from corpus import synthetic
from measure import ROOT, environment, run

# Half a power of ten apart.
SIZES = [round(10 ** (half / 2)) for half in range(8, 15)]


def main() -> None:
    """Measure and print the curve."""
    parser = argparse.ArgumentParser(description="dflint's cost by file size.")
    parser.add_argument("--largest", type=float, default=10.0, help="size of the largest file in MB")
    parser.add_argument("--work", type=Path, default=ROOT / ".cache" / "bench", help="where to work")
    options = parser.parse_args()
    folder = options.work / "linear"
    folder.mkdir(parents=True, exist_ok=True)
    dflint = str(environment(options.work) / "dflint")
    chance = random.Random(3)
    path = folder / "Dockerfile"
    path.write_text("FROM scratch\n")
    empty = run([dflint, "check", "--fail-level", "none", "--format", "json", str(path)], folder / "output")
    print(f"{'bytes':>10}{'lines':>9}{'cpu s':>8}{'us/byte':>9}{'peak MB':>9}")
    text = ""
    for size in SIZES:
        if size > options.largest * 1_000_000:
            break
        while len(text) < size:
            text += synthetic(chance, 60)
        path.write_text(text[: text.rindex("\n", 0, size) + 1])
        arguments = ["check", "--select", "ALL", "--fail-level", "none", "--format", "json", "--quiet", str(path)]
        cost = run([dflint, *arguments], folder / "output")
        rate = (cost.cpu - empty.cpu) / size * 1e6
        lines = text.count("\n", 0, size)
        print(f"{size:>10}{lines:>9}{cost.cpu:>8.2f}{rate:>9.3f}{cost.memory:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
