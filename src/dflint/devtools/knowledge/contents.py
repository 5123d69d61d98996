"""Commands out of Debian's Contents files: which package brings which file of a directory on PATH."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dflint.devtools.knowledge.debian import Release

DIRECTORIES = ("usr/bin/", "usr/sbin/", "bin/", "sbin/", "usr/games/", "usr/local/bin/", "usr/local/sbin/")
Commands = dict[str, set[str]]


def contents_files(root: Path) -> list[Path]:
    """The Contents files for amd64 that a private root holds; () unless both needed ones are there."""
    lists = root / "state/lists"
    found = [sorted(lists.glob(f"*_main_Contents-{architecture}*")) for architecture in ("amd64", "all")]
    return [files[0] for files in found] if all(found) else []


def read_commands(paths: Iterable[Path], release: Release) -> Commands:
    """command -> the packages of ``release`` that bring it."""
    found: Commands = {}
    for path in paths:
        for command, packages in parse_contents(_lines(path)):
            real = [name for name in packages if name in release.offers]
            if real:
                found.setdefault(command, set()).update(real)
    return found


def parse_contents(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """(command, packages) for every line of a Contents file whose path is directly in a directory of commands."""
    for line in lines:
        if not line.startswith(DIRECTORIES):
            continue
        path, _, places = line.rstrip().rpartition(" ")
        path = path.rstrip()
        command = path.rpartition("/")[2]
        if path[: len(path) - len(command)] in DIRECTORIES and command:
            yield command, [place.rpartition("/")[2] for place in places.split(",")]


def infer_commands(release: Release, neighbours: Sequence[tuple[Release, Commands]]) -> tuple[Commands, Commands]:
    """The commands of a release whose Contents files cannot be had, from the releases around it.

    Returns:
        The pairs of command and package that every neighbour with that package has, and the pairs that only some have.
    """
    sure: Commands = {}
    doubtful: Commands = {}
    for command in {command for _, commands in neighbours for command in commands}:
        owners = {package for _, commands in neighbours for package in commands.get(command, ())}
        for package in owners & release.offers.keys():
            with_package = [commands for index, commands in neighbours if package in index.offers]
            agreed = all(package in commands.get(command, ()) for commands in with_package)
            (sure if agreed else doubtful).setdefault(command, set()).add(package)
    return sure, doubtful


def command_rows(names: Sequence[str], tables: Mapping[str, Commands]) -> dict[str, str]:
    """One row per command: ``package[:releases]`` cells, the package of the same name first, then the shortest.

    ``releases`` is a hexadecimal bit mask over ``names`` (left out when all have the pair) and the package is left out
    when it is called like the command.

    Args:
        names: the releases in the order of the bits.
        tables: release -> commands.
    """
    full = (1 << len(names)) - 1
    rows = {}
    for command in sorted({command for table in tables.values() for command in table}):
        masks: dict[str, int] = {}
        for bit, name in enumerate(names):
            for package in tables[name].get(command, ()):
                masks[package] = masks.get(package, 0) | 1 << bit
        ranked = sorted(masks, key=lambda p: (p != command, len(p), p))
        rows[command] = ",".join(_cell(p, command, masks[p], full) for p in ranked)
    return rows


def read_rows(names: Sequence[str], rows: Iterable[tuple[str, str]]) -> dict[str, Commands]:
    """Release -> commands, out of the rows that `command_rows` made."""
    found: dict[str, Commands] = {name: {} for name in names}
    full = (1 << len(names)) - 1
    for command, row in rows:
        for cell in row.split(","):
            package, _, mask = cell.partition(":")
            bits = int(mask, 16) if mask else full
            for bit, name in enumerate(names):
                if bits >> bit & 1:
                    found[name].setdefault(command, set()).add(package or command)
    return found


def _cell(package: str, command: str, mask: int, full: int) -> str:
    return ("" if package == command else package) + ("" if mask == full else f":{mask:x}")


def _lines(path: Path) -> Iterator[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
            yield from file
    else:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file
