"""``new-rule NAME``: write the two files of a rule, failing on purpose until an example is real."""

from __future__ import annotations

import os
import re
import sys

from dflint import __version__
from dflint.devtools import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

PAGE = """\
name: {name}
summary: What is wrong, in one line
category: correctness
severity: warning
since: "{version}"
scope: file
on: [RUN]
aliases: []
messages:
  default: "'{{word}}' is what is wrong here; say what to do instead"
fix: safe
why: |
  Why it matters, in one paragraph that can stand alone.

  Then the details, with sources.
examples:
  - bad: |
      FROM debian:12
      RUN replace-me
          ^^^^^^^^^^
    fixed: |
      FROM debian:12
      RUN replaced
  - good: |
      FROM debian:12
      RUN true
"""

MODULE = '''\
"""Rule {name}."""

from __future__ import annotations

from dflint.engine import rule
from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding


@rule("{name}")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Say here in one line what is looked for."""
    for node in ctx.instructions(Run):
        if node.body == "this never matches, so the example fails until the rule is written":
            yield ctx.finding(node.body_span, word=node.body)
'''


def add_command(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("new-rule", help="write the two files of a rule")
    parser.add_argument("name", help="for instance missing-apt-yes: lower case, with dashes, names the thing flagged")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the files; refuses a bad name and never overwrites."""
    name: str = options.name
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", name):
        print(f"'{name}' is no rule name: use lower case words joined by dashes", file=sys.stderr)
        return 2
    page = os.path.join(paths.RULE_PAGES, name + ".yaml")
    module = paths.module_path(name)
    for path in (page, module):
        if os.path.exists(path):
            print(f"{path} exists", file=sys.stderr)
            return 2
    for path, text in ((page, PAGE), (module, MODULE)):
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text.format(name=name, version=__version__))
        print(f"wrote {os.path.relpath(path, paths.ROOT)}")
    print("next: python -m dflint.devtools catalog, then pytest tests/test_examples.py -k " + name)
    return 0
