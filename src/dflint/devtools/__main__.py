"""``python -m dflint.devtools COMMAND``: the generators."""

from __future__ import annotations

import argparse

from dflint.devtools import catalog, new_rule


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m dflint.devtools", description="Generators for people who work on dflint."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    catalog.add_command(commands)
    new_rule.add_command(commands)
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
