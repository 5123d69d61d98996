"""The click command line, generated from the table in ``dflint.cli.options``: help, errors, completion."""

from __future__ import annotations

import click

from dflint import __version__
from dflint.cli.commands import run_command
from dflint.cli.options import COMMANDS
from dflint.cli.plain import gather

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from dflint.cli.options import Command, Option

    Runner = Callable[[str, dict[str, Any]], int]

EPILOG = "Exit status: 0 nothing at or above the fail level, 1 findings, 2 bad usage or a path that cannot be read."


def main(arguments: Sequence[str], run: Runner = run_command) -> int:
    """Read a command line with click and run it; returns the exit status. Errors are one line on standard error."""
    group = build(run)
    try:
        status = group.main(args=list(arguments), prog_name="dflint", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        click.echo(_one_line(error), err=True)
        return 2
    except click.exceptions.Abort:
        return 130
    return status if isinstance(status, int) else 0


def build(run: Runner) -> click.Group:
    """All commands; ``run`` is called with a command's name and its values."""
    group = click.Group(
        "dflint",
        help="Lint Dockerfiles and repair them: says whether the image will build and run, and mends the file.",
        epilog=EPILOG,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        params=[_version_option()],
    )
    for command in COMMANDS.values():
        group.add_command(_command(command, run))
    return group


def _version_option() -> click.Option:
    return click.Option(
        ["-V", "--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_version,
        help="Show the version.",
    )


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"dflint {__version__}")
        context.exit()


def _command(command: Command, run: Runner) -> click.Command:
    def callback(**given: Any) -> int:
        values = {option.key: _value(option, given[option.key]) for option in command.options}
        if command.argument:
            found = given[command.argument.lower()]
            values[command.argument.lower()] = found if command.many else (() if found is None else (found,))
        return run(command.name, values)

    params: list[click.Parameter] = [_option(option) for option in command.options]
    if command.argument:
        params.append(
            click.Argument(
                [command.argument.lower()],
                metavar=_metavar(command),
                nargs=-1 if command.many else 1,
                required=command.required,
                type=click.UNPROCESSED,
            )
        )
    return click.Command(command.name, callback=callback, params=params, help=command.help, epilog=EPILOG)


def _metavar(command: Command) -> str:
    name = f"{command.argument}..." if command.many else command.argument
    return name if command.required else f"[{name}]"


def _option(option: Option) -> click.Option:
    names = [*option.names, option.key]
    if option.kind == "flag":
        return click.Option(names, is_flag=True, help=option.help)
    if option.kind == "choice":
        return click.Option(
            names, type=click.Choice(option.choices), default=option.default, help=option.help, show_choices=True
        )
    # UNPROCESSED: the bytes of the argument as Python decoded them, like the plain reader takes them.
    return click.Option(
        names, type=click.UNPROCESSED, multiple=option.kind != "text", metavar=option.metavar, help=option.help
    )


def _value(option: Option, found: Any) -> Any:
    return gather(option, found) if option.kind in ("list", "repeat") else found


def _one_line(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "dflint"
    message = " ".join(error.format_message().split())
    return f"{where}: {message} See '{where} --help'."
