"""``python -m dflint.devtools.knowledge build|check|releases``: make or test the shipped knowledge file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import dflint.knowledge
from dflint.devtools.knowledge import build, fetch
from dflint.devtools.knowledge.releases import table
from dflint.devtools.knowledge.tables import DIRECTORY

FILE = Path(dflint.knowledge.__file__).parent / "data" / "knowledge.bin"


def main(argv: list[str] | None = None) -> int:
    """Run one of the commands; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m dflint.devtools.knowledge", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    texts = {"build": "download the indexes and write the file", "check": "build and compare, write nothing"}
    for name, text in texts.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("--work", type=Path, help="directory for the downloaded indexes")
        command.add_argument("--mirror", help="Debian mirror (default: the one this machine's apt uses)")
        command.add_argument("--security-mirror", help="mirror of debian-security (default: likewise)")
        command.add_argument("--no-fetch", action="store_true", help="use what an earlier run left in --work")
        only = "make only the sections anew that come from the committed tables; needs no --work and no network"
        command.add_argument("--tables-only", action="store_true", help=only)
        command.add_argument("--tags", type=Path, help="raw table of image tags (default: keep the file's own)")
    command = commands.add_parser("releases", help="write tables/releases.tsv from distro-info-data")
    command.add_argument("--distro-info", type=Path, default=Path("/usr/share/distro-info"))
    options = parser.parse_args(argv)
    if options.command == "releases":
        path = DIRECTORY / "releases.tsv"
        path.write_text(table(options.distro_info, path), "utf-8")
        return 0
    if options.work is None and not options.tables_only:
        parser.error("--work DIR is needed, except with --tables-only")
    data = build.refresh(FILE, options.tags) if options.tables_only else _build(options)
    if options.command == "check":
        same = FILE.read_bytes() == data
        print("the shipped file is current" if same else "the shipped file differs from a new build", file=sys.stderr)
        return 0 if same else 1
    FILE.parent.mkdir(exist_ok=True)
    # a running dflint may have the file mapped: put a new one in its place
    fresh = FILE.with_suffix(".new")
    fresh.write_bytes(data)
    fresh.replace(FILE)
    print(f"{FILE.name}: {len(data)} bytes", file=sys.stderr)
    return 0


def _build(options: argparse.Namespace) -> bytes:
    if not options.no_fetch:
        given = options.mirror is not None
        mirrors = fetch.Mirrors(options.mirror, options.mirror) if given else fetch.configured_mirrors()
        if options.security_mirror is not None:
            mirrors = fetch.Mirrors(mirrors.main, options.security_mirror)
        fetch.fetch_all(options.work, mirrors)
    return build.assemble(build.load(options.work, options.tags, FILE))


if __name__ == "__main__":
    sys.exit(main())
