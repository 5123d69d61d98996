"""Repairs of bash syntax that another shell reads, for the rules on it."""

from __future__ import annotations

from dflint.syntax.nodes import Cmd, Entrypoint, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.engine import RuleContext
    from dflint.findings import Fix, Safety
    from dflint.model import Stage, Step
    from dflint.model.dialect import Foreign
    from dflint.model.shells import Sh
    from dflint.shell import ShWord

_BASH = 'SHELL ["/bin/bash", "-c"]'
# ShellCheck's codes for the constructs, under which hadolint reports them.
_CODES = {
    "process": "SC3001", "quote": "SC3003", "for": "SC3005", "arithmetic": "SC3006", "brace": "SC3009",
    "test": "SC3010", "here-string": "SC3011", "equal": "SC3014", "match": "SC3015", "isset": "SC3016",
    "append": "SC3024", "pipe": "SC3029", "array": "SC3030", "echo": "SC3037", "pipefail": "SC3040",
    "builtin": "SC3044", "read": "SC3045", "export": "SC3045", "source": "SC3046", "trap": "SC3047",
    "both": "SC3020", "function": "SC2112",
}  # fmt: skip
# Ends of the names of files that any POSIX shell can read with ".".
_PORTABLE = ("/bin/activate", "/.cargo/env", "/nvm.sh", "/conda.sh", "/setup.sh", "/os-release", "/lsb-release",
             "/etc/profile", "/etc/environment", "/envvars", ".env")  # fmt: skip


# Without one of these in the file there is nothing to look for.
_HINTS = ("source ", "[[", "declare ", "typeset ", "pushd ", "popd", "shopt ", "let ", "mapfile ", "readarray ", "==",
          "=~", " -v ", "pipefail", "<<<", "<(", ">(", "((", "=(", "&>", ">&", "|&", "$'", "${", ",", "echo -",
          "read -", "function ", " ERR", "export -f", "+=", "..")  # fmt: skip


def foreign_items(ctx: RuleContext) -> Iterator[tuple[Step, Sh, Foreign]]:
    """Bash syntax that dash or ash reads, in RUN and in the CMD and ENTRYPOINT that a container starts with."""
    text = ctx.source.text
    if not any(hint in text for hint in _HINTS):
        return
    from dflint.model.dialect import foreign_syntax
    from dflint.model.shells import Shells

    shells = Shells()
    for stage in ctx.build.stages:
        starts = _starts(stage)
        for step in stage.steps:
            if not step.trigger and (isinstance(step.node, Run) or step in starts):
                sh = shells.of(step)
                if sh is not None:
                    for item in foreign_syntax(step, sh):
                        yield step, sh, item


def _starts(stage: Stage) -> list[Step]:
    """The instruction whose shell form runs when a container of the final stage starts."""
    if not stage.is_final:
        return []
    entry = [step for step in stage.steps if isinstance(step.node, Entrypoint)]
    start = entry or [step for step in stage.steps if isinstance(step.node, Cmd)]
    return start[-1:]


def codes(item: Foreign) -> tuple[str, ...]:
    """What ShellCheck calls a construct."""
    if item.kind == "substitution":
        after = item.shown.lstrip("${!").lstrip("_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        kinds = {"/": "SC3060", ":": "SC3057", "[": "SC3054", "^": "SC3059", ",": "SC3059"}
        code = "SC3053" if item.shown.startswith("${!") else kinds.get(after[:1], "")
    else:
        code = _CODES.get(item.kind, "")
    return (f"shellcheck:{code}",) if code else ()


class Repairs:
    """Makes the fixes of one run of a rule: under bash at most once along a chain of stages."""

    def __init__(self, ctx: RuleContext, safety: Safety) -> None:
        self.ctx = ctx
        self.safety: Safety = safety
        self._under_bash: set[int] = set()

    def of(self, step: Step, item: Foreign) -> list[Fix | None]:
        """The fixes for a construct, the best first."""
        own = self._own(item) if item.command.exact else None
        if own is not None:
            return [own]
        if any(stage.index in self._under_bash for stage in step.stage.chain) or not has_bash(step):
            return []
        self._under_bash.add(step.stage.index)
        edit = self.ctx.edit.insert_instruction_before(step.node, _BASH)
        return [self.ctx.fix(f"Run it under bash: {_BASH}", edit, safety=self.safety, changes=True)]

    def _own(self, item: Foreign) -> Fix | None:
        edit = self.ctx.edit
        word, command = item.word, item.command
        if item.kind == "equal" and word is not None:
            return self.ctx.fix("Write = in place of ==", edit.replace_word(word, "="), safety=self.safety)
        if item.kind == "source" and word is not None and command.args:
            return self._dot(word, command.args[0])
        if item.kind == "echo" and word is not None:
            new = edit.remove_word(word) if word.value == "-e" else edit.replace_word(word, "-n")
            return self.ctx.fix("Drop -e: this echo always replaces backslash sequences", new, safety=self.safety)
        if item.kind == "both" and item.redirect is not None and item.redirect.target is not None:
            arrow = ">>" if item.redirect.op == "&>>" else ">"
            text = f"{arrow} {item.redirect.target.text} 2>&1"
            return self.ctx.fix(f"Write {text}", edit.replace(item.redirect.span, text), safety=self.safety)
        if item.kind == "brace" and word is not None and not command.loops:
            words = _expanded(word.text)
            if words is not None:
                return self.ctx.fix("Write the words out", edit.replace(word.span, words), safety=self.safety)
        return None

    def _dot(self, name: ShWord, path: ShWord) -> Fix | None:
        """``source x`` as ``. ./x``: the dot command looks for a bare name on PATH only."""
        text = path.text.strip("\"'")
        if not ("/" + text).endswith(_PORTABLE) or "$(" in text:
            return None
        edits = [self.ctx.edit.replace_word(name, ".")]
        if "/" not in text:
            if path.value is None:
                return None
            edits.append(self.ctx.edit.replace_word(path, "./" + path.value))
        return self.ctx.fix("Write . in place of source", *edits, safety=self.safety)


def has_bash(step: Step) -> bool:
    """Whether bash is certainly there when a step starts."""
    from dflint.model.programs import presence

    if presence("bash", step).status == "present":
        return True
    for stage in step.stage.chain:
        for earlier in stage.steps:
            if stage is step.stage and earlier.index >= step.index:
                break
            for install in earlier.installs:
                if not install.command.conditional and any(spec.name == "bash" for spec in install.specs):
                    return True
    return False


def _expanded(text: str) -> str | None:
    """``a/{b,c}`` as ``a/b a/c``; None for anything less plain."""
    head, opening, rest = text.partition("{")
    inner, closing, tail = rest.partition("}")
    if not opening or not closing or "," not in inner or any(char in text for char in "\"'\\$`\n"):
        return None
    if "{" in inner or "{" in tail or "}" in tail:
        return None
    return " ".join(head + item + tail for item in inner.split(","))


def is_start(step: Step) -> bool:
    """Whether a step runs when a container starts."""
    return not isinstance(step.node, Run)


def advice(step: Step, item: Foreign) -> str:
    """What to do, in words."""
    known = {
        "source": "write '.'",
        "equal": "write '='",
        "both": "write '> file 2>&1'",
        "brace": "write the words out",
        "echo": "leave it out or use printf",
    }.get(item.kind)
    if known is not None:
        return known
    return "run it under bash with SHELL" if has_bash(step) else "install bash and set SHELL, or write it for sh"
