"""The command line as plain data: one table, from which the click commands are generated and the plain reader reads.

It is loaded by every run, so it is as plain as can be.
"""

from __future__ import annotations

from dflint.catalog import PROFILES
from dflint.findings import SEVERITIES
from dflint.report import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    # flag: no value; text: one value, the last one wins; choice: one of ``choices``;
    # list: comma separated, may be repeated; repeat: one value each time, may be repeated.
    Kind = Literal["flag", "text", "choice", "list", "repeat"]


class Option:
    """An option. ``default`` applies to ``choice``; without one, ``text`` and ``choice`` are None."""

    __slots__ = ("choices", "default", "help", "kind", "metavar", "names")

    def __init__(
        self,
        names: tuple[str, ...],
        kind: Kind,
        help: str,
        *,
        metavar: str = "",
        choices: tuple[str, ...] = (),
        default: str | None = None,
    ) -> None:
        self.names = names
        self.kind: Kind = kind
        self.help = help
        self.metavar = metavar
        self.choices = choices
        self.default = default

    @property
    def key(self) -> str:
        """The name under which the value is found: ``--fail-level`` gives ``fail_level``."""
        return self.names[0].lstrip("-").replace("-", "_")

    @property
    def empty(self) -> object:
        """The value when the option is not given."""
        if self.kind == "flag":
            return False
        return () if self.kind in ("list", "repeat") else self.default


class Command:
    """A command. ``argument`` is the name of its positional arguments ("" for none).

    many      any number of them; else at most one. required: at least one.
    """

    __slots__ = ("argument", "help", "many", "name", "options", "required")

    def __init__(
        self,
        name: str,
        help: str,
        options: tuple[Option, ...],
        *,
        argument: str = "",
        many: bool = False,
        required: bool = False,
    ) -> None:
        self.name = name
        self.help = help
        self.options = options
        self.argument = argument
        self.many = many
        self.required = required


SELECTION = (
    Option(("--select",), "list", "Run these instead: names, aliases, categories, sources, ALL.", metavar="RULES"),
    Option(("--ignore",), "list", "Leave these out.", metavar="RULES"),
    Option(("--extend-select",), "list", "Run these as well.", metavar="RULES"),
    Option(("--profile",), "choice", "The set of rules to start from.", choices=PROFILES),
)
CONFIGURATION = (
    Option(("--config",), "text", "Use this configuration file.", metavar="FILE"),
    Option(("--no-config",), "flag", "Read no configuration file."),
)
BUILD = (
    Option(
        ("--context",),
        "text",
        "The build context. Default: from compose or bake, else found by the COPY sources.",
        metavar="DIR",
    ),
    Option(("--build-arg",), "repeat", "A build argument; no =VALUE: from the environment.", metavar="NAME=VALUE"),
    Option(("--target",), "text", "The stage that is built.", metavar="STAGE"),
    Option(("--as-of",), "text", "Judge tags and end-of-life dates at this day. Default: today.", metavar="DATE"),
)
RUN = (
    Option(("--stdin-filename",), "text", "The name of the file that '-' reads from standard input.", metavar="NAME"),
    Option(("--force-exclude",), "flag", "Honour 'exclude' of the configuration for files that are named, too."),
    Option(("--no-cache",), "flag", "Keep nothing from one run to the next, which is also the default."),
    Option(
        ("--fail-level",),
        "choice",
        "Exit with 1 from this severity on. Default: warning.",
        choices=(*SEVERITIES, "none"),
    ),
)
OUTPUT = (
    Option(("--output", "-o"), "text", "Write to this file instead of standard output.", metavar="FILE"),
    Option(("--quiet", "-q"), "flag", "Leave out the summary."),
    Option(("--statistics",), "flag", "Count the findings by rule, on standard error."),
    Option(
        ("--color",), "choice", "Colours; NO_COLOR is honoured.", choices=("auto", "always", "never"), default="auto"
    ),
)
SHARED = (*SELECTION, *CONFIGURATION, *BUILD, *RUN, *OUTPUT)
COLOR = OUTPUT[-1]
TABLE_FORMAT = Option(("--format",), "choice", "How to write it.", choices=("text", "json"), default="text")

CHECK = Command(
    "check",
    "Lint Dockerfiles: files, directories, compose and bake files, or '-'.",
    (
        Option(("--format",), "choice", "How to write the findings.", choices=FORMATS, default="text"),
        *SHARED,
    ),
    argument="PATHS",
    many=True,
)
FIX = Command(
    "fix",
    "Show the fixes as a diff; with --write, apply them.",
    (
        Option(("--write",), "flag", "Change the files."),
        Option(("--unsafe",), "flag", "Take fixes too that may change what the image does."),
        Option(("--rule",), "list", "Take only the fixes of these rules.", metavar="RULES"),
        *SHARED,
    ),
    argument="PATHS",
    many=True,
)
EXPLAIN = Command(
    "explain",
    "Print the pages of rules (any name or alias works), or why a build failed.",
    (
        Option(("--build-log",), "text", "Name the cause of the failure in this log; '-' reads it.", metavar="FILE"),
        Option(("--dockerfile",), "text", "The Dockerfile that was built. Default: looked for.", metavar="FILE"),
        TABLE_FORMAT,
        *BUILD,
        COLOR,
    ),
    argument="NAMES",
    many=True,
)
RULES = Command("rules", "Print the table of rules.", (TABLE_FORMAT,))
SIZE = Command(
    "size",
    "Tell what each step adds to the image, as far as packages and the context tell.",
    (TABLE_FORMAT, *SELECTION, *CONFIGURATION, *BUILD, RUN[0], RUN[1], OUTPUT[0], COLOR),
    argument="PATHS",
    many=True,
)
GRAPH = Command(
    "graph",
    """Show the workspaces and stages of each build: which packages matter, what of them is where, what is missing.

    \b
    --format json is an array with one object per build:
      path, service (compose and bake only), context, context_certain,
      note: why there is no workspace, or null
      workspaces: language, root, manager, major, linker, members (how many),
        packages (those that matter): folder, name, version,
        needs and runtime_needs (folders), entries: file, script,
          kind (source|built|unknown), for (node|bundle|types)
      projects (of other tools that the Dockerfile calls): tool, folder,
        name, manifest, needs (manifests)
      stages: index, name, line, from, parent, built, in_image,
        copies: line, from, stage
        events: line, kind (install|build|run|trim|prune|unknown), package,
          tool, script, why
        packages: folder, and manifest, source, output, modules, each null or
          state (copied|built|absent|unknown), line, via, why
        missing: line, part (output|modules|manifest|source|lock|config),
          reason (unbuilt|uncopied|lost|ignored|nowhere), path, folder, name,
          needed_by, script
        findings (of category build): line, name, severity, message
      starts: line, file, package, needs
    Folders are relative to the context, and name packages; stages are named by
    their index.
    """,
    (
        Option(("--format",), "choice", "How to draw it.", choices=("text", "json", "dot", "mermaid"), default="text"),
        *SELECTION, *CONFIGURATION, *BUILD, RUN[0], RUN[1], OUTPUT[0], COLOR,
    ),
    argument="PATHS",
    many=True,
)  # fmt: skip
CONFIG = Command(
    "config",
    "Print the settings that hold for a path and where each comes from.",
    (TABLE_FORMAT, *SELECTION, *CONFIGURATION, *BUILD, RUN[-1]),
    argument="PATH",
)
NEW_RULE = Command(
    "new-rule",
    "Write the two files of a new rule, in a checkout of dflint.",
    (),
    argument="NAME",
    required=True,
)
KNOWLEDGE = Command(
    "knowledge",
    "Update what dflint knows of package names, from your own mirror.",
    (
        Option(
            ("--release",), "text", "What is read, as in 'ubuntu:noble' or 'alpine:3.20'.", metavar="DISTRO:RELEASE"
        ),
        Option(("--mirror",), "text", "Where from. Default: the lists that this machine's apt has.", metavar="URL"),
        Option(("--index",), "repeat", "Read this index file instead; may be repeated.", metavar="FILE"),
    ),
    argument="ACTION",
    required=True,
)
COMMANDS = {command.name: command for command in (CHECK, FIX, SIZE, GRAPH, EXPLAIN, RULES, CONFIG, NEW_RULE, KNOWLEDGE)}
