"""Runs the examples of a rule's page. ``test_examples.py`` feeds it; rule authors read its messages.

An example's text may hold marker lines: blanks and ``^^^`` under the flagged text, then (optional) a part of the
message. The lines are taken out before the text is used.
"""

from __future__ import annotations

from dflint.catalog import rule as rule_meta
from dflint.config import Selection, Settings
from dflint.engine.runner import BuildInput, run_rules
from dflint.fixing import FixOptions, FixResult, fix_source
from dflint.syntax import parse
from dflint.syntax.nodes import Comment, ErrorNode, From
from dflint.text import Source, apply_edits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dflint.findings import Finding

VARIANTS = ("crlf", "no-final-newline", "bom", "backtick", "later-stage")


class Failure(AssertionError):
    """An example that does not hold; the message is for the rule's author."""


class Mark:
    """An expected finding: one-based line, columns [start, end), a part of the message."""

    def __init__(self, line: int, start: int, end: int, message: str) -> None:
        self.line, self.start, self.end, self.message = line, start, end, message

    def place(self) -> tuple[int, int, int]:
        return self.line, self.start, self.end


class Text:
    """A Dockerfile and the findings its marker lines announce."""

    def __init__(self, text: str, marks: list[Mark]) -> None:
        self.text, self.marks = text, marks


def read_marked(text: str) -> Text:
    """Separate a text from its marker lines."""
    lines: list[str] = []
    marks: list[Mark] = []
    for line in text.split("\n"):
        if not line.lstrip().startswith("^"):
            lines.append(line)
            continue
        at = 0
        while at < len(line) and line[at] in " ^":
            start = line.find("^", at)
            end = start
            while end < len(line) and line[end] == "^":
                end += 1
            if start < 0:
                break
            marks.append(Mark(len(lines), start + 1, end + 1, ""))
            at = end
        if marks and line[at:].strip():
            marks[-1].message = line[at:].strip()
    return Text("\n".join(lines), marks)


# -- variants ---------------------------------------------------------------------------------------------------


def variant(name: str, text: Text) -> Text | None:
    """The same example written in another way; None where that is not possible."""
    make = {
        "crlf": _crlf, "no-final-newline": _no_final_newline, "bom": _bom, "backtick": _backtick,
        "later-stage": _later_stage,
    }  # fmt: skip
    return make[name](text)


def _crlf(text: Text) -> Text:
    return Text(text.text.replace("\n", "\r\n"), text.marks)


def _no_final_newline(text: Text) -> Text | None:
    return Text(text.text.removesuffix("\n"), text.marks) if "<<" not in text.text else None


def _bom(text: Text) -> Text:
    marks = [Mark(m.line, m.start + 1, m.end + 1, m.message) if m.line == 1 else m for m in text.marks]
    return Text("\ufeff" + text.text, marks)


def _backtick(text: Text) -> Text | None:
    body = text.text.replace("\\\n", "\n")
    if "\\" in body or "`" in body or "<<" in body or parse(Source(text.text)).directives:
        return None
    return Text("# escape=`\n" + text.text.replace("\\\n", "`\n"), _moved(text.marks, 0))


def _later_stage(text: Text) -> Text | None:
    file = parse(Source(text.text))
    index = next((i for i, item in enumerate(file.items) if isinstance(item, From)), None)
    if index is None or any(isinstance(item, ErrorNode) for item in file.items[:index]):
        return None
    if any(flag.name == "from" and (flag.value or "").isdigit() for node in file.instructions for flag in node.flags):
        return None
    while index > 0 and isinstance(file.items[index - 1], Comment):
        index -= 1
    at = file.items[index].span.start
    line = text.text.count("\n", 0, at)
    return Text(text.text[:at] + "FROM scratch AS earlier\n" + text.text[at:], _moved(text.marks, line))


def _moved(marks: list[Mark], after: int) -> list[Mark]:
    return [Mark(m.line + 1, m.start, m.end, m.message) if m.line > after else m for m in marks]


# -- running ----------------------------------------------------------------------------------------------------


class Runner:
    """One example of one rule."""

    def __init__(self, rule: str, example: dict[str, Any]) -> None:
        self.rule, self.example = rule, example
        meta = rule_meta(rule)
        assert meta is not None, f"{rule} is not in the compiled catalogue: python -m dflint.devtools catalog"
        self.meta = meta
        extra = tuple(example.get("select", ()))
        options = {rule: dict(example["options"])} if "options" in example else {}
        self.settings = Settings(selections=(Selection(select=(rule, *extra)),), options=options)
        self.everything = Settings(selections=(Selection(select=("ALL",)),), options=options)
        self.builds = [self._build()]
        self.path = str(example.get("path", "Dockerfile"))

    def _build(self) -> BuildInput:
        example = self.example
        if not any(key in example for key in ("args", "target", "as_of", "service", "contexts", "context")):
            return BuildInput()
        from dflint.model import BuildConfig

        config = BuildConfig(
            {str(key): str(value) for key, value in example.get("args", {}).items()},
            example.get("target"),
            example.get("as_of"),
            example.get("service"),
            example.get("contexts"),
        )
        if "context" not in example:
            return BuildInput(config)
        from dflint.context import MemoryContext

        files = {str(k): v if isinstance(v, dict) else {"text": v} for k, v in example["context"].items()}
        texts = {path: str(file["text"]) for path, file in files.items()}
        modes = {path: int(str(file["mode"]), 8) for path, file in files.items() if "mode" in file}
        return BuildInput(config, MemoryContext(texts, modes=modes, folder=str(example.get("folder", ""))))

    def source(self, text: str) -> Source:
        return Source(text, self.path)

    def lint(self, text: str, settings: Settings | None = None) -> list[Finding]:
        found = run_rules(parse(self.source(text)), settings or self.settings, self.builds, strict=True)
        return found if settings is not None else [finding for finding in found if finding.rule == self.rule]

    def fix(self, text: str, settings: Settings | None = None, safety: str = "manual") -> FixResult:
        only = None if settings is not None else frozenset([self.rule])
        options = FixOptions(safety, only)  # type: ignore[arg-type]
        return fix_source(self.source(text), settings or self.settings, self.builds, options, strict=True)


def check_example(rule: str, example: dict[str, Any], name: str | None = None) -> bool:
    """Check an example, or one variant of it; False if the variant does not apply. Raises Failure."""
    runner = Runner(rule, example)
    text = read_marked(example.get("bad") or example["good"])
    fixed = read_marked(example["fixed"]) if "fixed" in example else None
    if name is not None:
        if name in example.get("skip", ()):
            return False
        varied = variant(name, text)
        varied_fixed = variant(name, fixed) if fixed is not None else None
        if varied is None or (fixed is not None and varied_fixed is None):
            return False
        text, fixed = varied, varied_fixed
    findings = runner.lint(text.text)
    _check_marks(runner, text, findings, "the example" if "bad" in example else "the good example")
    if name is None and "messages" in example:
        got = [finding.message for finding in findings]
        if got != example["messages"]:
            raise Failure(f"messages differ\n  expected: {example['messages']}\n  found:    {got}")
    if "bad" in example:
        _check_fix(runner, text, fixed, findings)
    return True


def _check_marks(runner: Runner, text: Text, findings: list[Finding], what: str) -> None:
    found = [(_place(text.text, finding), finding) for finding in findings]
    expected = sorted(text.marks, key=Mark.place)
    if [place for place, _ in found] != [mark.place() for mark in expected]:
        lines = [f"{what}: findings and ^^^ marks differ", text.text.rstrip("\n"), "  marked:"]
        lines += [f"    line {m.line}, columns {m.start}-{m.end}" for m in expected] or ["    nothing"]
        lines += ["  found:"]
        lines += [f"    line {p[0]}, columns {p[1]}-{p[2]}: {f.message}" for p, f in found] or ["    nothing"]
        raise Failure("\n".join(lines))
    for mark, (_, finding) in zip(expected, found, strict=True):
        if mark.message and mark.message not in finding.message:
            raise Failure(f"{what}: the message is {finding.message!r}, which does not hold {mark.message!r}")
        if "{" in finding.message and "}" in finding.message and "${" not in finding.message:
            raise Failure(f"{what}: placeholder left in the message {finding.message!r}")


def _place(text: str, finding: Finding) -> tuple[int, int, int]:
    """Line and columns; a span over several lines counts to the end of its first, an empty one is one wide."""
    span = finding.span
    end = span.end
    newline = text.find("\n", span.start, span.end)
    if newline >= 0:
        end = newline - 1 if text[newline - 1 : newline] == "\r" else newline
    line, column = Source(text).lines.position(span.start)
    return line, column, column + max(end - span.start, 1)


def _check_fix(runner: Runner, text: Text, fixed: Text | None, findings: list[Finding]) -> None:
    fixes = [fix for finding in findings for fix in finding.fixes[:1]]
    if fixed is None:
        if fixes:
            result = runner.fix(text.text)
            raise Failure(f"the rule offers a fix ({fixes[0].title}); the example has to show 'fixed':\n{result.text}")
        return
    if not fixes:
        raise Failure("the example has 'fixed', but the rule offers no fix")
    _check_declared(runner, findings)
    _check_each_edit(text, findings)
    result = runner.fix(text.text)
    trouble = [finding for finding in result.findings if finding.rule == "internal-error"]
    if trouble:
        raise Failure(f"the fix was rejected: {trouble[0].message}")
    if result.text != fixed.text:
        raise Failure(f"the fixed text differs\n--- expected\n{_show(fixed.text)}\n--- found\n{_show(result.text)}")
    left = [finding for finding in result.findings if finding.rule == runner.rule]
    _check_marks(runner, fixed, left, "the fixed text")
    again = runner.fix(result.text)
    if again.text != result.text:
        raise Failure(f"a second fix changes the text again:\n{_show(again.text)}")


def _check_declared(runner: Runner, findings: list[Finding]) -> None:
    wanted = runner.example.get("safety", runner.meta.fix)
    for finding in findings:
        for fix in finding.fixes[:1]:
            if fix.safety != wanted:
                raise Failure(
                    f"the fix is {fix.safety}, but declared {wanted} ('safety' of the example, 'fix' of the page)"
                )


def _check_each_edit(text: Text, findings: list[Finding]) -> None:
    for finding in findings:
        for fix in finding.fixes:
            try:
                changed = apply_edits(text.text, fix.edits)
            except ValueError as error:
                raise Failure(f"the fix '{fix.title}' cannot be applied: {error}") from error
            if changed == text.text:
                raise Failure(f"the fix '{fix.title}' changes nothing")


def check_all_rules(rule: str, example: dict[str, Any]) -> None:
    """All rules together on an example: no crash, no rejected fix, and a second run changes nothing."""
    runner = Runner(rule, example)
    text = read_marked(example.get("bad") or example["good"]).text
    runner.lint(text, runner.everything)
    for safety in ("safe", "unsafe"):
        result = runner.fix(text, runner.everything, safety)
        trouble = [finding.message for finding in result.findings if finding.rule == "internal-error"]
        if trouble:
            raise Failure(f"with all rules on: {trouble[0]}")
        again = runner.fix(result.text, runner.everything, safety)
        if again.text != result.text:
            raise Failure(f"with all rules on ({safety}), a second fix changes the text again:\n{_show(again.text)}")


def _show(text: str) -> str:
    return text.replace("\r", "\\r").replace("\ufeff", "\\ufeff")


__all__ = ["VARIANTS", "Failure", "check_all_rules", "check_example", "read_marked", "variant"]
