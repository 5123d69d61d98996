"""``size``: what each step adds to an image, as far as it can be told without building it."""

from __future__ import annotations

from dflint.api import ConfigError, RunError
from dflint.cli.inputs import run_options
from dflint.cli.output import UsageError, say, wants_color, width, write
from dflint.report import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dflint.api.sizes import ImageSize


def size(values: dict[str, Any]) -> int:
    """Print the table of the images that the paths describe; 2 if a path could not be read."""
    from dflint.api.sizes import iter_sizes
    from dflint.report.sizes import render_sizes, render_sizes_json

    paths = values["paths"] or (".",)
    images: list[ImageSize] = []
    status = 0
    try:
        for item in iter_sizes(paths, run_options(values, paths)):
            if isinstance(item, RunError):
                say(f"dflint: {item}")
                status = 2
            else:
                images.append(item)
    except ConfigError as error:
        raise UsageError(str(error)) from error
    if values["format"] == "json":
        write(render_sizes_json(images), values["output"])
    else:
        write(render_sizes(images, Style(wants_color(values["color"], values["output"]), width())), values["output"])
    return status
