"""``catalog``: compile ``rules/*.yaml`` into the package, or check that the compiled files are current."""

from __future__ import annotations

import os
import sys

from dflint.catalog.compile import read_pages, render_compiled, render_pages
from dflint.devtools import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any


def add_command(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("catalog", help="compile rules/*.yaml into the package")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the compiled files are stale")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compile or check. Bad pages are named and left out, so one rule in progress does not block the others."""
    outputs, problems = compiled()
    for problem in problems:
        print(problem, file=sys.stderr)
    stale = [path for path, text in outputs.items() if _current(path) != text]
    if options.check:
        for path in stale:
            print(f"{path} is stale: run 'python -m dflint.devtools catalog'", file=sys.stderr)
        return 1 if stale or problems else 0
    for path in stale:
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(outputs[path])
        print(f"wrote {os.path.relpath(path, paths.ROOT)}")
    return 1 if problems else 0


def compiled() -> tuple[dict[str, str], list[str]]:
    """The texts of the compiled files by path, and what is wrong with the pages."""
    pages, problems = read_pages(paths.RULE_PAGES)
    for name in list(pages):
        if pages[name]["scope"] != "engine" and not os.path.exists(paths.module_path(name)):
            problems.append(
                f"rules/{name}.yaml: there is no module {os.path.relpath(paths.module_path(name), paths.ROOT)}"
            )
            del pages[name]
    return {paths.COMPILED: render_compiled(pages), paths.PAGES: render_pages(pages)}, problems


def _current(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as stream:
            return stream.read()
    except OSError:
        return ""
