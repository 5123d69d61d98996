"""Commands: what is found in a body, which wrappers are taken off, redirections, groups, loops and functions."""

from __future__ import annotations

import pytest

from dflint.shell import Command, Opaque, Script, parse_exec, parse_script, parse_shell
from dflint.syntax.nodes import Word
from dflint.text import Span


def read(text: str, dialect: str = "sh", **options: bool) -> Script:
    """The script of a body."""
    script = parse_shell(text, 0, len(text), dialect=dialect, **options)
    assert isinstance(script, Script)
    return script


def shown(script: Script) -> list[str]:
    """Each command as its words."""
    return [
        " ".join([f"{n}={w.value if w else ''}" for n, w in c.assigns] + [str(w.value) for w in c.words])
        for c in script.commands
    ]


def only(text: str) -> Command:
    """The one command of a body."""
    (command,) = read(text).commands
    return command


BODIES = [
    ("apt-get update && apt-get install -y curl", ["apt-get update", "apt-get install -y curl"]),
    ("a; b & c | d || e", ["a", "b", "c", "d", "e"]),
    ("a;", ["a"]),
    ("a && \\\n# note\n\n  b", ["a", "b"]),
    ("a&&\\\nb", ["a", "b"]),
    ("ap\\\nt-get upd\\\nate", ["apt-get update"]),
    ("(a; b) && { c; d; }", ["a", "b", "c", "d"]),
    ("if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
    ("while a; do b; done; until c; do d; done", ["a", "b", "c", "d"]),
    ("for x in 1 2; do a $x; done", ["a None"]),
    ("for x; do a; done", ["a"]),
    ("case $x in a|b) c;; (*) d ;; esac", ["c", "d"]),
    ("case x in esac", []),
    ("f() { a; }; g () { b; }; f", ["a", "b", "f"]),
    ("function f { a; }; f", ["a", "f"]),
    ("x=$(a | b) c `d` \"$(e)\" <(f)", ["a", "b", "d", "e", "f", "x=None c None None None"]),
    ("X=1 Y= cmd", ["X=1 Y= cmd"]),
    ("X=1 Y=2", ["X=1 Y=2"]),
    ("export X=1 Y", ["export X=1 Y"]),
    ("[ -f x ] && [[ -f y && z ]] && ((1 + 2))", ["[ -f x ]", "[[ -f y && z ]]", "(("]),
    ("! a", ["a"]),
    ("a 2>&1 >/dev/null b", ["a b"]),
    ("> out a b", ["a b"]),
    ("find . -name '*.pyc' -exec rm {} \\; -o -print", ["find . -name *.pyc -exec rm {} ; -o -print"]),
    ("echo `# gone` a", ["echo a"]),
    ("for ((i=0; i<3; i++)); do a; done", ["a"]),
    ("select x in a b; do c; done", ["c"]),
    ("a |& b", ["a", "b"]),
    ("", []),
    ("# nothing", []),
    ("echo a#b # c", ["echo a#b"]),
    ("echo $((1 + 2)) ${x:-y}", ["echo None None"]),
    ("{ a; } && ( b )", ["a", "b"]),
    ("if ! { a || b; }; then c; fi", ["a", "b", "c"]),
    ("A=(x y) b", ["A=None b"]),
    ("diff <(sort a) <(sort b)", ["sort a", "sort b", "diff None None"]),
    ("if a; then if b; then c; fi fi", ["a", "b", "c"]),
    ("grep '(?<=x)<<' <<< y | b", ["grep (?<=x)<<", "b"]),
    ("echo $(echo `echo 1`)", ["echo 1", "echo None", "echo None"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "commands"), BODIES, ids=[text for text, _ in BODIES])
def test_commands(text: str, commands: list[str]) -> None:
    script = read(text, "bash")
    assert not script.has_errors
    assert shown(script) == commands
    for command in script.commands:
        for word in command.words:
            assert text[word.span.start : word.span.end] == word.text


WRAPPED = [
    ("sudo apt-get install x", ["sudo"], "apt-get", "root"),
    ("sudo -Hu app -g grp cmd", ["sudo"], "cmd", "app"),
    ("sudo --user=app -E X=1 cmd", ["sudo"], "cmd", "app"),
    ("/usr/bin/sudo -u$U cmd", ["sudo"], "cmd", "$U"),
    ("sudo -- cmd -u x", ["sudo"], "cmd", "root"),
    ("env -i A=1 -u B cmd", ["env"], "cmd", None),
    ("env - cmd", ["env"], "cmd", None),
    ("env A=1", [], "env", None),
    ("env -S 'a b'", [], "env", None),
    ("xargs -r -n1 -I{} cmd {}", ["xargs"], "cmd", None),
    ("xargs -n 1 -0 cmd", ["xargs"], "cmd", None),
    ("xargs", [], "xargs", None),
    ("time -p cmd", ["time"], "cmd", None),
    ("exec cmd", ["exec"], "cmd", None),
    ("exec -a name cmd", ["exec"], "cmd", None),
    ("exec > log", [], "exec", None),
    ("command cmd", ["command"], "cmd", None),
    ("command -v cmd", [], "command", None),
    ("nice -n 10 ionice -c2 -n 7 nohup cmd", ["nice", "ionice", "nohup"], "cmd", None),
    ("timeout -k 5 --signal=INT 10 cmd", ["timeout"], "cmd", None),
    ("timeout $T cmd", ["timeout"], "cmd", None),
    ("stdbuf -oL cmd", ["stdbuf"], "cmd", None),
    ("gosu app:app cmd", ["gosu"], "cmd", "app:app"),
    ("su-exec \"$U\" cmd", ["su-exec"], "cmd", "?"),
    ("runuser -u app -- cmd", ["runuser"], "cmd", "app"),
    ("runuser app", [], "runuser", None),
    ("doas -u app cmd", ["doas"], "cmd", "app"),
    ("busybox cmd", ["busybox"], "cmd", None),
    ("busybox --install -s /bin", [], "busybox", None),
    ("tini -s -- cmd", ["tini"], "cmd", None),
    ("dumb-init -r 15:2 cmd", ["dumb-init"], "cmd", None),
    ("chroot /x cmd", [], "chroot", None),
    ("sudo", [], "sudo", None),
    ("sudo -l", [], "sudo", None),
    ("exec \"$@\"", ["exec"], None, None),
    ("sudo sudo cmd", ["sudo", "sudo"], "cmd", "root"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrappers", "prog", "user"), WRAPPED, ids=[row[0] for row in WRAPPED])
def test_wrappers(text: str, wrappers: list[str], prog: str | None, user: str | None) -> None:
    command = only(text)
    assert list(command.wrapper_names) == wrappers
    assert command.prog == prog
    assert command.run_as == user
    assert (command.outer is not None) == bool(wrappers)
    if command.outer is not None:
        assert text[command.outer.span.start : command.outer.span.end] == text
        assert command.span.end == len(text)


SCRIPTS = [
    ("sh -c 'a && b'", ["a", "b"], True),
    ('bash -euxo pipefail -c "a | b"', ["a", "b"], True),
    ("bash -lc 'a' b c", ["a"], True),
    ("bash --login -o errexit -c 'a'", ["a"], True),
    ("sudo -E bash -c 'a'", ["a"], True),
    ("su - app -c 'a; b'", ["a", "b"], True),
    ("eval 'a b'", ["a b"], True),
    ("eval a", ["a"], True),
    ("busybox sh -c 'a'", ["a"], True),
    ('sh -c "a $x"', ["a None"], True),
    ("sh -c a", ["a"], True),
    ('sh -c "a \\"b c\\""', ["a b c"], False),
    ("sh -c 'a '\"'b c'\"", ["a b c"], False),
    ("sh -c \"sh -c 'a'\"", ["a"], True),
    ('sh -c "a \\\n && b"', ["a", "b"], True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "commands", "exact"), SCRIPTS, ids=[row[0] for row in SCRIPTS])
def test_inner_scripts(text: str, commands: list[str], exact: bool) -> None:
    script = read(text)
    assert shown(script) == commands
    for command in script.commands:
        assert command.wrappers
        assert command.outer is not None
        assert command.exact == exact
        for word in command.words:
            assert word.exact == exact
            if exact:
                assert text[word.span.start : word.span.end] == word.text
            else:
                assert not word.literal


@pytest.mark.parametrize(
    "text", ["sh x.sh", "bash", "sh -c", 'sh -c "$(x)"', "bash $OPTS -c a", "eval $(x)", "sh -c 'if'", "su app"]
)
def test_scripts_that_cannot_be_read_stay_commands(text: str) -> None:
    assert read(text).commands[-1].outer is None
    assert read(text).commands[-1].prog == text.split(maxsplit=1)[0]


def test_assignments_of_wrappers() -> None:
    command = only("A=1 env B='x y' C=$d \"D=e\" F= cmd")
    assert [(name, word.value if word else "") for name, word in command.assigns] == [
        ("A", "1"), ("B", "x y"), ("C", None), ("D", "e"), ("F", ""),
    ]  # fmt: skip
    assert command.assigns[1][1] is not None
    assert command.assigns[1][1].text == "'x y'"


def test_redirections() -> None:
    text = "cmd >out 2>>err <in 2>&1 &>all >&- 3<>x >|y"
    command = only(text)
    assert [(r.op, r.fd, r.target.value if r.target else None) for r in command.redirects] == [
        (">", None, "out"), (">>", 2, "err"), ("<", None, "in"), (">&", 2, "1"), ("&>", None, "all"), (">&", None, "-"),
        ("<>", 3, "x"), (">|", None, "y"),
    ]  # fmt: skip
    assert [r.writes for r in command.redirects] == [True, True, False, False, True, False, True, True]
    for redirect in command.redirects:
        assert redirect.target is not None
        assert text[redirect.span.start : redirect.span.end].endswith(redirect.target.text)


def test_here_string() -> None:
    (redirect,) = only("cat <<< 'x y'").redirects
    assert (redirect.op, redirect.target.value if redirect.target else None) == ("<<<", "x y")


def test_redirections_of_groups_belong_to_all_inside() -> None:
    script = read("{ a; b > own; } > /etc/x; (c) < in | while d; do e; done >> log")
    targets = [[r.target.value for r in c.redirects if r.target] for c in script.commands]
    assert targets == [["/etc/x"], ["own", "/etc/x"], ["in"], ["log"], ["log"]]


def test_pipes() -> None:
    a, b, c = read("a | sudo b | c").commands
    assert [(x.pipe_index, x.pipe_len) for x in (a, b, c)] == [(0, 3), (1, 3), (2, 3)]
    assert (a.pipe_from, b.pipe_from, c.pipe_from) == (None, a, b)
    _, e, f = read("{ d; e; } | f").commands
    assert f.pipe_from is None
    assert e.pipe_len == 1


def test_loops_and_functions() -> None:
    script = read("for p in a 'b c' $d; do for q in x; do run $p; done; done; f() { (g); }; f")
    run, g, f = script.commands
    assert [(name, [w.value for w in words]) for name, words in run.loops] == [("p", ["a", "b c", None]), ("q", ["x"])]
    assert (g.function, f.function) == ("f", None)
    assert script.functions == {"f"}


PROBES = [
    ("command -v python || x", {"python"}), ("if ! command -v a >/dev/null; then b; fi", {"a"}),
    ("which -a x y && z", {"x", "y"}), ("type git", {"git"}), ("hash curl 2>/dev/null", {"curl"}),
    ("[ -x /usr/bin/x ] || y", {"x"}), ("test -f /usr/local/bin/z && y", {"z"}), ("[ -f /etc/passwd ]", set()),
    ("[[ -e /sbin/apk ]]", {"apk"}), ("[ -x \"$(command -v gcc)\" ]", {"gcc"}), ("command ls", set()), ("a", set()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), PROBES, ids=[row[0] for row in PROBES])
def test_probes(text: str, names: set[str]) -> None:
    assert read(text, "bash").probes == names


def test_flags_and_operands() -> None:
    command = only("apt-get -qy --no-install-recommends -o X=1 install -t stable curl --target=x -- -z wget=1")
    assert command.has_flag("-y", "--yes")
    assert command.has_flag("--target")
    assert not command.has_flag("--no-install")
    assert not command.has_flag("-z")
    flag = command.flag("--no-install-recommends")
    assert flag is not None
    assert flag.text == "--no-install-recommends"
    assert [w.value for w in command.operands("-o", "-t")] == ["install", "curl", "-z", "wget=1"]
    assert [w.text for w in command.flags] == ["-qy", "--no-install-recommends", "-o", "-t", "--target=x"]
    assert command.values()[0] == "-qy"


def test_prog_is_the_base_name() -> None:
    assert only("/usr/bin/apt-get x").prog == "apt-get"
    assert only("'apt-get' x").prog == "apt-get"
    assert only("$X/apt-get x").prog is None
    assert only("X=1").prog is None


@pytest.mark.parametrize("dialect", ["powershell", "cmd", "unknown", "zsh"])
def test_other_shells_are_opaque(dialect: str) -> None:
    result = parse_shell("Get-Item (x)", 0, 12, dialect=dialect)
    assert isinstance(result, Opaque)
    assert result.span == Span(0, 12)
    assert dialect in result.why
    assert not result.has_errors


ERRORS = [
    ("a && ) && b", {"a"}), ("a; if; b", set()), ("echo 'x", set()), ("a; b ${x", {"a"}),
    ("a; function; c", {"a", "c"}),
    ("foo {{ x }} (y); z", {"z"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kept"), ERRORS, ids=[row[0] for row in ERRORS])
def test_errors_leave_out_what_they_touch(text: str, kept: set[str]) -> None:
    script = read(text)
    assert script.has_errors
    assert {c.prog for c in script.commands} <= kept
    assert script.chains == ()
    assert all(c.guarded and c.conditional for c in script.commands)


def test_deep_nesting_is_opaque_or_an_error() -> None:
    for text in ("$(" * 5000, '"${a:-' * 5000, "(" * 5000, "if " * 5000):
        result = parse_shell(text, 0, len(text))
        assert isinstance(result, Opaque) or result.has_errors


def test_deep_nesting_in_an_exec_form_stays_a_command() -> None:
    (command,) = exec_form("sh", "-c", "$(" * 5000).commands
    assert command.prog == "sh"


def exec_form(*texts: str) -> Script:
    """The script of an exec form written without escapes, its array at offset 4."""
    words = []
    at = 5
    for text in texts:
        words.append(Word(Span(at, at + len(text) + 2), text, json=True))
        at += len(text) + 4
    return parse_exec(words)


def test_exec_form() -> None:
    (command,) = exec_form("node", "server.js", "$HOME", "a b", "*").commands
    assert [w.value for w in command.words] == ["node", "server.js", "$HOME", "a b", "*"]
    assert command.exact
    assert not any(w.has_glob for w in command.words)
    assert command.name is not None
    assert command.name.span == Span(5, 11)
    assert not command.guarded
    assert parse_exec([]).commands == ()


def test_exec_form_of_a_shell() -> None:
    text = 'CMD ["sh", "-c", "a && exec b"]'
    script = exec_form("sh", "-c", "a && exec b")
    a, b = script.commands
    assert [c.wrapper_names for c in (a, b)] == [("sh",), ("sh", "exec")]
    assert b.name is not None
    assert text[b.name.span.start : b.name.span.end] == "b"
    assert b.exact


def test_exec_form_with_escapes_is_not_exact() -> None:
    # The string is longer in the file than its value: it holds escapes.
    script = parse_exec(
        [Word(Span(0, 4), "sh", True), Word(Span(6, 10), "-c", True), Word(Span(12, 30), 'echo "a"', True)]
    )
    (command,) = script.commands
    assert [w.value for w in command.words] == ["echo", "a"]
    assert not command.exact
    assert command.args[0].span == Span(12, 30)


def test_exec_form_of_a_wrapper() -> None:
    (command,) = exec_form("tini", "--", "env", "A=b c", "node").commands
    assert command.wrapper_names == ("tini", "env")
    assert command.exact
    assert [(n, w.value if w else "") for n, w in command.assigns] == [("A", "b c")]


FILE = """\
#!/bin/bash -e
# note
set -o pipefail
foo() {
  a
}
if b; then
  c
else
  d
fi
cat <<EOF | e
not a command
EOF
f \\
  g
"""


def test_script_of_a_file() -> None:
    script = parse_script(FILE, 0, len(FILE))
    assert isinstance(script, Script)
    assert not script.has_errors
    assert shown(script) == ["set -o pipefail", "a", "b", "c", "d", "cat", "e", "f g"]
    assert script.dialect == "bash"
    assert script.errexit
    assert script.pipefail
    assert [item.op for item in script.chains[0].items] == ["", "\n", "\n", "\n", "\n"]
