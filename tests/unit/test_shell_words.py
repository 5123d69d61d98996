"""Words: their place, their value, their variables."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest

from dflint.shell import Script, ShWord, parse_shell


def words(text: str, escape: str = "\\") -> tuple[ShWord, ...]:
    """The arguments of the last command of a body."""
    script = parse_shell(text, 0, len(text), escape)
    assert isinstance(script, Script) and not script.has_errors
    for word in script.commands[-1].words:
        assert text[word.span.start : word.span.end] == word.text
    return script.commands[-1].args


def word(text: str) -> ShWord:
    """The word that a text is."""
    (found,) = words("cmd " + text)
    return found


VALUES = [
    ("curl", "curl"), ("'a b'", "a b"), ('"a b"', "a b"), ("a'b'\"c\"d", "abcd"), ("a\\ b", "a b"), ("\\;", ";"),
    ('"\\$x\\a\\""', '$x\\a"'), ("''", ""), ("$'a\\tb\\x41\\101'", "a\tbAA"), ('""', ""), ("pkg=1.0*", "pkg=1.0*"),
    ("--opt=\"x y\"", "--opt=x y"), ("'it'\"'\"'s'", "it's"), ("~/x", "~/x"), ("{}", "{}"), ("a{b}c", "a{b}c"),
    ("$x", None), ("a${x}b", None), ("$(date)", None), ("`date`", None), ("$((1+2))", None), ("{a,b}", None),
    ("x{1..3}", None), ("'{a,b}'", "{a,b}"), ("$1", None), ("$?", None), ("100%", "100%"), ("a$", "a$"), ("é", "é"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_value(text: str, value: str | None) -> None:
    assert word(text).value == value


@pytest.mark.parametrize(
    ("text", "glob", "brace", "tilde", "quoted"),
    [
        ("a*", True, False, False, False), ("'a*'", False, False, False, True), ("a?", True, False, False, False),
        ("[ab]c", True, False, False, False), ("a[", False, False, False, False), ("\\*", False, False, False, True),
        ("{a,b}*", True, True, False, False), ("~root", False, False, True, False), ("x", False, False, False, False),
        ('"$x"', False, False, False, True), ("/var/lib/apt/lists/*", True, False, False, False),
    ],
)  # fmt: skip
def test_flags(text: str, glob: bool, brace: bool, tilde: bool, quoted: bool) -> None:
    found = word(text)
    assert (found.has_glob, found.has_brace, found.has_tilde, found.quoted) == (glob, brace, tilde, quoted)


def test_literal_means_editable() -> None:
    assert word("'a'").literal
    assert not word("$a").literal
    assert not word("{a,b}").literal


VARIABLES = {"V": "abc", "PATH": "/bin", "EMPTY": "", "FILE": "a.tar.gz"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$V", "abc"), ("${V}x", "abcx"), ("\"$V d\"", "abc d"), ("'$V'", "$V"), ("\\$V", "$V"), ("${V:-x}", "abc"),
        ("${EMPTY:-x}", "x"), ("${EMPTY:-$V}", "abc"), ("${V:+y}", "y"), ("${EMPTY:+y}", ""), ("${EMPTY-x}", None),
        ("${#V}", "3"), ("${FILE%.gz}", "a.tar"), ("${FILE%%.*}", "a"), ("${FILE#*.}", "tar.gz"), ("${FILE##*.}", "gz"),
        ("${FILE/tar/zip}", "a.zip.gz"), ("${V:?no}", "abc"), ("${EMPTY:?no}", None), ("$UNKNOWN", None),
        ("${UNKNOWN:-x}", None), ("${V:1:2}", None), ("${V^^}", None), ("${!V}", None), ("$V$(date)", None),
        ("lib{$V}", "lib{abc}"), ("${FILE%[0-9]}", None), ("\"${EMPTY:-'q'}\"", "'q'"), ('"${EMPTY:-"q"}"', "q"),
        ("$V/${V:=d}", "abc/abc"),
    ],
)  # fmt: skip
def test_expand(text: str, value: str | None) -> None:
    assert word(text).expand(VARIABLES.get) == value


def test_variables_and_parts() -> None:
    found = word('a"${X:-$Y}"$Z')
    assert found.variables == ("X", "Y", "Z")
    assert [(part.kind, part.quoted) for part in found.parts] == [("text", False), ("var", True), ("var", False)]
    assert [part.text for part in word("'x'").parts] == ["x"]
    assert word("x").variables == ()


def test_continuations_are_not_part_of_values() -> None:
    first, second = words("cmd 'a \\\n  b' \\\n# comment\n\n   c\\\nd\n"[:-1])
    assert first.value == "a   b"
    assert second.value == "cd"
    assert second.text == "c\\\nd"


def test_continuation_with_blanks_after_it_and_crlf() -> None:
    assert [w.value for w in words("cmd a \\  \r\n  b\\\r\n c")] == ["a", "b", "c"]


def test_backtick_escape() -> None:
    assert [w.value for w in words("cmd a `\n  # note\n  b`\nc C:\\d", "`")] == ["a", "bc", "C:d"]


def test_comment_line_inside_a_quoted_word_is_gone() -> None:
    (found,) = words('cmd "a \\\n# gone\n b"')
    assert found.value == "a  b"


def test_a_trailing_comment_swallows_continued_lines() -> None:
    assert [w.value for w in words("cmd a # b \\\n c && d")] == ["a"]


def test_backquoted_comments_are_blanks() -> None:
    assert [w.value for w in words("cmd a \\\n `# why` \\\n b")] == ["a", "b"]


FRAGMENTS = [
    "a", "b", "-", "/", "\\a", "\\\\", "'x y'", "''", '"p q"', '"a\\"b"', '"\\$x"', '"\\a"', "\\$", "$'a\\tb'", "$V",
    "${V}", "${V:-d}", "${U:-d e}", "${V:+y}", "${V%c}", "${V##*b}", "${V/b/X}", "${#V}", '"$V"', '"${U:-\'q\'}"',
    '"${U:-"q"}"', "=", ".", ":", "{", "}", "{}", "@", "%", "#", "^", ",", "\\ ", "\\;", "$", '"$"', "$V$V", "'\"'",
    '"\'"', "${V//b/_}",
]  # fmt: skip


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_values_are_what_bash_makes_of_them() -> None:
    rng = random.Random(7)
    known = []
    for _ in range(1500):
        text = "a" + "".join(rng.choice(FRAGMENTS) for _ in range(rng.randint(1, 5)))
        body = "printf x " + text
        script = parse_shell(body, 0, len(body), dialect="bash")
        assert isinstance(script, Script)
        if script.has_errors or len(script.commands) != 1 or len(script.commands[0].args) != 2:
            continue
        found = script.commands[0].args[1]
        value = found.expand({"V": "abc", "U": ""}.get)
        if value is not None and not found.has_glob:
            known.append((text, value))
    assert len(known) > 1000
    lines = [
        "show() { printf '%s\\0' \"$#:$1\"; }",
        "set -f; IFS=; V=abc; unset U",
        *[f"show {text}" for text, _ in known],
    ]
    done = subprocess.run(["bash", "+H", "-c", "\n".join(lines)], capture_output=True, check=True)
    answers = done.stdout.decode().split("\0")
    for (text, value), answer in zip(known, answers, strict=False):
        assert answer == f"1:{value}", text


@pytest.mark.parametrize("text", ["a\rb", "a\x07", "é", "\udcff", "a\u00a0b", "a\x0cb"])
def test_odd_characters_are_part_of_words(text: str) -> None:
    assert [found.value for found in words(f"cmd {text} c")] == [text, "c"]
