"""The edge of the process: standard streams, colours, and the exceptions that end a run."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TextIO


class UsageError(Exception):
    """What the user has to change before the run makes sense. The message is one line."""


def say(message: str) -> None:
    """A line, or several, on standard error: for everything that is not the result."""
    from dflint.report.display import visible

    stream = sys.stderr
    encoding = stream.encoding or "utf-8"
    shown = "\n".join([visible(line) for line in message.split("\n")])
    stream.write(shown.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def write(pieces: Iterable[str], path: str | None) -> None:
    """Write the result to standard output, or to a file. Raises UsageError if the file cannot be written.

    Bytes go out as they came in: what was read with ``surrogateescape`` is written with it. Lines end in ``\\n``.
    """
    if path is not None:
        data = b"".join([piece.encode("utf-8", "surrogateescape") for piece in pieces])
        try:
            with open(path, "wb") as stream:
                stream.write(data)
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror}") from error
        return
    out = sys.stdout
    buffer = getattr(out, "buffer", None)
    if buffer is None:  # a replaced stream, for instance in tests
        out.writelines(pieces)
        return
    out.flush()
    encoding = out.encoding or "utf-8"
    if encoding.lower().replace("-", "") == "utf8":
        buffer.writelines(piece.encode("utf-8", "surrogateescape") for piece in pieces)
    else:
        buffer.writelines(piece.encode(encoding, "backslashreplace") for piece in pieces)
    buffer.flush()


def wants_color(choice: str, path: str | None) -> bool:
    """Whether standard output gets colours: ``choice``, else NO_COLOR, FORCE_COLOR and what the stream is."""
    if choice != "auto":
        return choice == "always"
    environment = os.environ
    if environment.get("NO_COLOR") or path is not None:
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return is_terminal(sys.stdout) and environment.get("TERM") != "dumb"


def is_terminal(stream: TextIO) -> bool:
    """Whether a person reads the stream."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def width() -> int:
    """The columns of the terminal: COLUMNS, else what the terminal says, else 100."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given) > 0:
        return max(40, int(given))
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError, AttributeError):
        columns = 0
    return max(40, min(columns, 140)) if columns else 100


def guarded(run: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """Run, and turn the exceptions that end a run into one line and an exit status."""
    try:
        status = run(arguments)
        sys.stdout.flush()
        return status
    except UsageError as error:
        say(f"dflint: {error}")
        return 2
    except BrokenPipeError:
        # The reader has seen enough. The stream is replaced so that the interpreter's last flush does not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        # Python would end with 1, which means findings.
        import traceback

        traceback.print_exc()
        say(f"dflint: stopped by an error of its own ({type(error).__name__}); please report it with the lines above")
        return 2
