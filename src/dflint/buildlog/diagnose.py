"""The cause of a failure: the last line of the step's output that a known cause explains."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from re import Match

    from dflint.buildlog.cause import Cause
    from dflint.buildlog.failure import BuildFailure, LogLine

# Lines that are shown as evidence, and names that a sentence has.
SHOWN_LINES = 6
SHOWN_NAMES = 8
_EXPECTED_FIRST = -1
_LAST_RESORT = 2


class Diagnosis:
    """Why a step failed.

    cause     what is known about such failures; None if the output says nothing that is known.
    names     what it is about (packages, files, commands), in the order of the log.
    message   what happened, one sentence. advice: what to do.
    evidence  the lines that say so; without a cause the last lines of the output.
    """

    __slots__ = ("advice", "cause", "evidence", "failure", "message", "names")

    def __init__(
        self,
        failure: BuildFailure,
        cause: Cause | None,
        names: tuple[str, ...],
        message: str,
        advice: str,
        evidence: Sequence[LogLine],
    ) -> None:
        self.failure = failure
        self.cause = cause
        self.names = names
        self.message = message
        self.advice = advice
        self.evidence = evidence

    @property
    def known(self) -> bool:
        """Whether the cause says why, and not only which program stopped."""
        return self.cause is not None and self.cause.rank < _LAST_RESORT


def causes() -> Iterable[Cause]:
    """All known causes; of two that explain the same line the first is taken."""
    from dflint.buildlog import (
        causes_builder,
        causes_compiled,
        causes_general,
        causes_network,
        causes_node,
        causes_packages,
        causes_python,
        causes_ruby_php,
        causes_shell,
    )

    for table in (
        causes_builder,
        causes_python,
        causes_node,
        causes_packages,
        causes_shell,
        causes_network,
        causes_compiled,
        causes_ruby_php,
        causes_general,
    ):
        yield from table.CAUSES


def diagnose(failure: BuildFailure) -> Diagnosis:
    """The cause of a failure, if its output names one."""
    lines = failure.lines
    text = "\n".join([line.text for line in lines])
    keyword = failure.keyword
    known = [cause for cause in causes() if (not cause.on or keyword in cause.on) and cause.possible(text)]
    ranks: dict[int, list[Cause]] = {}
    for cause in known:
        rank = _EXPECTED_FIRST if failure.exit_code in cause.codes else cause.rank
        ranks.setdefault(rank, []).append(cause)
    for rank in sorted(ranks):
        for line in reversed(lines):
            for cause in ranks[rank]:
                if cause.matches(line.text):
                    return _explain(failure, cause, lines)
    return _by_exit_code(failure, lines)


def _explain(failure: BuildFailure, cause: Cause, lines: Sequence[LogLine]) -> Diagnosis:
    evidence: dict[str, LogLine] = {}
    values: dict[str, list[str]] = {}
    for line in lines:
        matches = cause.matches(line.text)
        new = False
        for key, value in [group for found in matches for group in _groups(found)]:
            if value not in values.setdefault(key, []):
                values[key].append(value)
                new = True
        if matches and (new or not values):
            evidence[line.text] = line
    names = tuple(values.get("name", ()))
    proof = list(evidence.values()) if cause.rank < _LAST_RESORT else _tail(lines)
    shown = _Values({key: _listed(found if key == "name" else found[-1:]) for key, found in values.items()})
    shown["keyword"] = failure.keyword or "COPY"
    message = tidy(cause.says.format_map(shown))
    return Diagnosis(failure, cause, names, message, tidy(cause.advice.format_map(shown)), proof[-SHOWN_LINES:])


class _Values(dict[str, str]):
    """What a sentence's braces stand for; what no line gave is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def _groups(found: Match[str]) -> Iterable[tuple[str, str]]:
    """The groups of a match; ``name2`` is another place where ``name`` may stand."""
    for key, value in found.groupdict().items():
        if value and value.strip(" .'\""):
            yield key.rstrip("0123456789"), value.strip().rstrip(".")


def _listed(values: Sequence[str]) -> str:
    more = len(values) - SHOWN_NAMES
    shown = [_cut(value) for value in values[:SHOWN_NAMES]]
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def _cut(value: str) -> str:
    return value if len(value) <= 200 else value[:197] + "..."


def tidy(sentence: str) -> str:
    """A sentence without what an empty value leaves behind."""
    import re

    text = " ".join(sentence.split()).replace(" ()", "").replace("( )", "")
    text = re.sub(r" +(?=[.,;:](?: |$))", "", text)
    return re.sub(r"[:,;]?(?<!\.\.)\.\.?$", ".", text)


_CODES = {
    126: "The command was found but may not be executed.",
    127: "A command was not found.",
    137: "The step was killed (SIGKILL), most often because it ran out of memory.",
    139: "A program of the step crashed (SIGSEGV).",
    143: "The step was stopped from outside (SIGTERM).",
}
_CODE_ADVICE = {
    126: "Give the file the x permission (chmod +x, COPY --chmod=755), and check the interpreter in its first line.",
    127: "Install the package that has the command in this stage, before this step; check for CRLF line ends.",
    137: "Give the builder more memory, or let the step use less.",
    139: "Under emulation build on a machine of the image's platform; else take another version of the program.",
    143: "Look for a time limit of the system that runs the build.",
}
# The exit statuses of programs that are told to be silent.
_SILENT = {
    ("curl", 6): "curl could not resolve the host.",
    ("curl", 7): "curl could not connect to the host.",
    ("curl", 22): "The server refused curl's download (HTTP 4xx or 5xx).",
    ("curl", 28): "curl's download took too long.",
    ("curl", 35): "curl and the server agreed on no version of TLS.",
    ("curl", 60): "curl cannot verify the server's certificate.",
    ("wget", 4): "wget could not reach the host.",
    ("wget", 5): "wget cannot verify the server's certificate.",
    ("wget", 8): "The server refused wget's download (HTTP 4xx or 5xx).",
}


def _by_exit_code(failure: BuildFailure, lines: Sequence[LogLine]) -> Diagnosis:
    code = failure.exit_code
    tail = _tail(lines)
    if code is not None:
        for (program, status), message in _SILENT.items():
            if status == code and f"{program} " in failure.instruction:
                cause = _plain(
                    f"{program}-status-{code}", message, "Check the address; the program was told to be silent."
                )
                return Diagnosis(failure, cause, (), message, cause.advice, tail)
        if code in _CODES:
            cause = _plain(f"exit-status-{code}", _CODES[code], _CODE_ADVICE[code])
            return Diagnosis(failure, cause, (), cause.says, cause.advice, tail)
    return Diagnosis(failure, None, (), "", "", tail)


def _tail(lines: Sequence[LogLine]) -> list[LogLine]:
    """The last lines that say something; the last one that speaks of an error is among them."""
    told = [line for line in lines if line.text.strip()]
    tail = told[-SHOWN_LINES:]
    errors = [line for line in told[-40:-SHOWN_LINES] if "error" in line.text.lower() or "fatal" in line.text.lower()]
    return errors[-2:] + tail


def _plain(name: str, says: str, advice: str) -> Cause:
    from dflint.buildlog.cause import Cause

    rules = ("missing-command",) if name.endswith("-127") else ()
    return Cause(name, (), "", says, advice, rules=rules)
