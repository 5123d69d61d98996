"""What holds for every text: nothing raises, every place is right, layout does not matter, the two readers agree."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_shell_facts import Generator

from dflint.shell import Command, Opaque, Script, parse_exec, parse_script, parse_shell
from dflint.shell import _parse as parsing
from dflint.shell._body import Body
from dflint.shell._treesitter import backend
from dflint.syntax.nodes import Word
from dflint.text import Span

PIECES = [
    "a", "apt-get", "x=1", "$x", "${x:-y}", "$(", ")", "`", "'", '"', "\\", "\\\n", " \\\n  ", "\n", " ", "  ", "\t",
    "&&", "||", ";", "|", "&", ">", ">>", "2>&1", "<", "<<EOF", "\nEOF\n", "<<<", "(", "{", "}", "if ", "then ",
    "else ", "fi", "for ", "in ", "do ", "done", "while ", "case ", "esac", ";;", "[ ", " ]", "[[ ", " ]]", "!",
    "# c\n", "\\\n# c\n", "é", "\udcff", "\x00", "\r\n", "\r", "sh -c ", "sudo ", "env ", "set -e", "f()", "$((",
    "))", "<(", "*", "{a,b}", "~", "$'",
]  # fmt: skip
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text(max_size=60))


def check(text: str, script: Script | Opaque, start: int, end: int) -> None:
    """Every exact place is where its text stands."""
    if isinstance(script, Opaque):
        return
    for command in script.commands:
        assert start <= command.span.start <= command.span.end <= end
        check_command(text, command)
    for chain in script.chains:
        for item in chain.items:
            assert start <= item.span.start <= item.span.end <= end


def check_command(text: str, command: Command) -> None:
    """The places of one command."""
    values = [word for _, word in command.assigns if word is not None]
    targets = [redirect.target for redirect in command.redirects if redirect.target is not None]
    for word in (*command.words, *values, *targets):
        if word.exact:
            assert text[word.span.start : word.span.end] == word.text
        word.expand({"x": "1"}.get)
        assert word.literal == (word.value is not None and word.exact)
    if command.exact:
        starts = [word.span.start for word in command.words]
        assert starts == sorted(starts)
    command.has_flag("-y", "--yes")
    command.operands("-o")


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from("\\`"), st.sampled_from(("sh", "bash", "cmd")), st.integers(0, 5))
def test_any_body(text: str, escape: str, dialect: str, before: int) -> None:
    start = min(before, len(text))
    check(text, parse_shell(text, start, len(text), escape, dialect), start, len(text))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_script(text: str) -> None:
    check(text, parse_script(text, 0, len(text)), 0, len(text))


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=4), st.sampled_from((("sh", "-c"), ("sudo", "bash", "-ec"), ("env",), ())))
def test_any_exec_form(texts: Sequence[str], start: Sequence[str]) -> None:
    words = [Word(Span(at * 100, at * 100 + len(text) + 2), text, True) for at, text in enumerate([*start, *texts])]
    for command in parse_exec(words).commands:
        for word in command.words:
            assert isinstance(word.span, Span)


WORDS = ["a", "b-c", "'d e'", '"f g"', "$x", "${x:-y}", "--k=v", "$(h i)", "l\\ m", "*.n"]
GAPS = [" ", "  ", "\t", " \\\n", "\\\n  ", " \\\n  # note && x\n\n  ", " \\  \n\t", " \\\r\n "]


def values(script: Script | Opaque) -> list[tuple[object, ...]]:
    """What a script runs, without places."""
    assert isinstance(script, Script)
    assert not script.has_errors
    return [
        ([word.value for word in c.words], [word.variables for word in c.words], c.guarded, c.conditional, c.pipe_index)
        for c in script.commands
    ]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_layout_does_not_matter(data: st.DataObject) -> None:
    tokens = ["z"]
    for _ in range(data.draw(st.integers(0, 8))):
        tokens += [*data.draw(st.sampled_from([[], ["&&", "z"], [";", "z"], ["||", "z"], ["|", "z"], [">", "out"]]))]
        tokens.append(data.draw(st.sampled_from(WORDS)))
    plain = " ".join(tokens)
    pieces = [tokens[0]]
    for token in tokens[1:]:
        pieces += [data.draw(st.sampled_from(GAPS)), token]
    laid_out = "".join(pieces)
    script = parse_shell(laid_out, 0, len(laid_out))
    check(laid_out, script, 0, len(laid_out))
    assert values(script) == values(parse_shell(plain, 0, len(plain)))


COMMANDS = [
    "apt-get install -y 'a b' \"$x\"", "X=1 y=$z cmd > out 2>&1", "[ -f \"$x\" ]", "[[ -n $x && y ]]",
    "export A=b C='d e'",
    "echo a\\ b \\; {} *.c", "cat < in | tee -a out", "x=${y:-z} w", "echo $((1 + 2)) ${#x}", "find . -exec rm {} \\;",
]  # fmt: skip


def generated(seed: int) -> str:
    """A random script of ordinary commands."""
    choice = random.Random(seed)
    text = re.sub(r"bash -e?c '([^']*)'", r"( \1 )", Generator(seed).list(2))
    text = re.sub("(?<!;); ", choice.choice(["; ", "\n"]), text)
    return re.sub(r"\bt \d+", lambda _: choice.choice(COMMANDS), text)


@pytest.mark.skipif(backend() is None, reason="tree-sitter is not installed")
@pytest.mark.parametrize("seeds", range(4))
def test_the_readers_agree(seeds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain reader takes every generated script; tree-sitter, where its tree is to be believed, says the same."""
    agreed = read = 0
    for seed in range(seeds * 150, seeds * 150 + 150):
        text = generated(seed)
        body = Body(text, 0, script=True)
        read += parsing.read_plain(body) is not None
        mine = parse_script(text, 0, len(text), "bash")
        check(text, mine, 0, len(text))
        with monkeypatch.context() as patch:
            patch.setattr(parsing, "read_plain", lambda body: None)
            theirs = parse_script(text, 0, len(text), "bash")
        if not getattr(theirs, "has_errors", True) and not getattr(mine, "has_errors", True):
            assert values(mine) == values(theirs), text
            agreed += 1
    assert agreed > 50
    assert read > 130
