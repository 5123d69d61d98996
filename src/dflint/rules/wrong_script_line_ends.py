"""Rule wrong-script-line-ends."""

from __future__ import annotations

from dflint.engine import rule
from dflint.findings import Note
from dflint.model.started import SHELLS
from dflint.rules._scripts import copied_files, effect, run_after_copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Finding
    from dflint.shell import Command

_LIMIT = 1 << 18
_CONVERTERS = frozenset(("dos2unix", "fromdos", "flip"))
# Lines that a shell no longer understands with a carriage return at their end.
_COMPOUND = frozenset(("fi", "done", "esac", "then", "do", "}"))


@rule("wrong-script-line-ends")
def check(ctx: RuleContext) -> Iterator[Finding]:
    """Copied scripts with CRLF line ends that are executed, or that a shell reads and cannot understand."""
    context = ctx.build.context
    for each, way in copied_files(ctx.build, _may_convert):
        if context is None or (each.program and each.program not in SHELLS and each.program != "."):
            continue
        text = context.read(way.source, _LIMIT)
        if text is None or "\r\n" not in text:
            continue
        first = text.split("\n", 1)[0]
        if each.program:
            if not _breaks_shell(text):
                continue
            key = "read"
        elif first.startswith("#!") and first.endswith("\r") and " -S" not in first:
            key = effect(each)
        else:
            continue
        from dflint.edits.quoting import shell_word

        here = way.hops[-1].path
        fix = run_after_copy(
            ctx, way, f"Remove the carriage returns of {here}", f"sed -i 's/\\r$//' {shell_word(here)}"
        )
        notes = [
            Note(
                f"save it with LF; '{_attribute(way.source)} text eol=lf' in .gitattributes keeps it so",
                way.source,
                1,
            )
        ]
        yield ctx.finding(
            each.word.span, key, fixes=[fix], notes=notes, file=each.name, source=way.source,
            interpreter=first[2:].strip() or each.program,
        )  # fmt: skip


def _attribute(source: str) -> str:
    name = source.rpartition("/")[2]
    return f"*.{name.rpartition('.')[2]}" if "." in name else name


def _breaks_shell(text: str) -> bool:
    """Whether sh stops at this text: at ``fi\\r``, which ends no ``if``, or at ``set -e\\r``."""
    lines = [words for line in text.split("\n") if line.endswith("\r") and (words := line[:-1].split())]
    return any(
        words[-1] in _COMPOUND and (len(words) == 1 or words[0] in ("if", "elif", "for", "while", "until"))
        for words in lines
    )


def _may_convert(command: Command, cwd: str | None, path: str) -> bool:
    """Whether a command may turn CRLF into LF."""
    if command.prog in _CONVERTERS:
        return True
    text = " ".join(word.text for word in command.args)
    return any(mark in text for mark in ("\\r", "\\015", "\\x0d", "\\x0D", "\r", "dos2unix", "^M"))
