"""``graph``: the workspaces and stages that dflint sees, for who does not believe a finding."""

from __future__ import annotations

from dflint.api import ConfigError, RunError
from dflint.cli.inputs import run_options
from dflint.cli.output import UsageError, say, wants_color, width, write
from dflint.report import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dflint.model.graphparts import FileGraph


def graph(values: dict[str, Any]) -> int:
    """Print the graphs of the builds that the paths describe; 2 if a path could not be read."""
    from dflint.api.graph import iter_graphs
    from dflint.report.graphs import render_graphs

    paths = values["paths"] or (".",)
    graphs: list[FileGraph] = []
    status = 0
    try:
        for item in iter_graphs(paths, run_options(values, paths)):
            if isinstance(item, RunError):
                say(f"dflint: {item}")
                status = 2
            else:
                graphs.append(item)
    except ConfigError as error:
        raise UsageError(str(error)) from error
    style = Style(wants_color(values["color"], values["output"]), width())
    write(render_graphs(values["format"], graphs, style), values["output"])
    return status
