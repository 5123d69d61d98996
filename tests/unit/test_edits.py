"""The editor's verbs: what they write, and where they refuse."""

from __future__ import annotations

import pytest

from dflint.edits import Editor
from dflint.edits.quoting import is_plain, json_array, pair_value, shell_word
from dflint.syntax import parse
from dflint.syntax.nodes import Instruction, Word
from dflint.text import Edit, Source, Span, apply_edits


def editor(text: str) -> Editor:
    return Editor(parse(Source(text)))


def node(edit: Editor, number: int) -> Instruction:
    return [item for item in edit.file.items if isinstance(item, Instruction)][number]


def word(edit: Editor, text: str, number: int = 0) -> Word:
    """A plain word of the file, as a shell word would stand there."""
    at = -1
    for _ in range(number + 1):
        at = edit.text.index(text, at + 1)
    return Word(Span(at, at + len(text)), text)


def applied(edit: Editor, *edits: Edit | tuple[Edit, ...] | None) -> str:
    flat: list[Edit] = []
    for one in edits:
        assert one is not None
        flat += one if isinstance(one, tuple) else [one]
    return apply_edits(edit.text, flat)


# -- plain text ---------------------------------------------------------------------------------------------------


def test_replace_adapts_line_ends_and_refuses_no_ops_and_error_nodes() -> None:
    edit = editor("FROM a\r\nRUN x\r\nFOO\r\n")
    assert edit.replace(Span(5, 6), "a") is None
    one = edit.replace(Span(5, 6), "b\nc")
    assert one is not None
    assert one.text == "b\r\nc"
    inside = Span(edit.text.index("FOO"), edit.text.index("FOO") + 3)
    assert edit.replace(inside, "RUN") is None
    assert edit.replace(inside, "RUN x", broken=True) is not None


# -- words --------------------------------------------------------------------------------------------------------


def test_words_in_shell_form() -> None:
    edit = editor("FROM a\nRUN apt-get install curl\n")
    install = word(edit, "install")
    assert "install -y curl" in applied(edit, edit.insert_word_after(install, "-y"))
    assert "apt-get -q install" in applied(edit, edit.insert_word_before(install, "-q"))
    assert "RUN apt-get install wget\n" in applied(edit, edit.replace_word(word(edit, "curl"), "wget"))
    assert "RUN apt-get install\n" in applied(edit, edit.remove_word(word(edit, "curl")))


def test_words_in_a_json_array() -> None:
    edit = editor('FROM a\nRUN ["apt-get", "install", "curl"]\n')
    words = node(edit, 1).words
    assert '"install", "-y", "-q", "curl"]' in applied(edit, edit.insert_word_after(words[1], "-y", "-q"))
    assert '["-y", "apt-get"' in applied(edit, edit.insert_word_before(words[0], "-y"))
    assert '"install", "a\\"b"]' in applied(edit, edit.replace_word(words[2], 'a"b'))
    assert '["apt-get", "install"]' in applied(edit, edit.remove_word(words[2]))
    assert '["install", "curl"]' in applied(edit, edit.remove_word(words[0]))


def test_part_of_a_json_string_is_not_edited() -> None:
    edit = editor('FROM a\nRUN ["sh", "-c", "apt-get install curl"]\n')
    inner = Word(node(edit, 1).words[2].span, "install")
    assert edit.insert_word_after(inner, "-y") is None
    assert edit.replace_word(inner, "x") is None
    assert edit.remove_word(inner) is None


def test_quotes_of_a_word_stay() -> None:
    edit = editor("FROM a\nRUN pip install 'flask' \"jinja2\"\n")
    assert "'django'" in applied(edit, edit.replace_word(word(edit, "'flask'"), "django"))
    assert '"six"' in applied(edit, edit.replace_word(word(edit, '"jinja2"'), "six"))


def test_special_characters_inside_quotes_are_refused() -> None:
    edit = editor('FROM a\nRUN sh -c "apt-get install curl"\n')
    inner = word(edit, "install")
    assert 'sh -c "apt-get install -y curl"' in applied(edit, edit.insert_word_after(inner, "-y"))
    assert edit.insert_word_after(inner, "a b") is None


def test_removing_a_word_takes_its_line_along() -> None:
    text = "FROM a\nRUN apk add \\\n    one \\\n    two \\\n    three\n"
    edit = editor(text)
    assert applied(edit, edit.remove_word(word(edit, "two"))) == "FROM a\nRUN apk add \\\n    one \\\n    three\n"
    assert applied(edit, edit.remove_word(word(edit, "three"))) == "FROM a\nRUN apk add \\\n    one \\\n    two\n"
    crlf = editor(text.replace("\n", "\r\n"))
    assert (
        applied(crlf, crlf.remove_word(word(crlf, "two"))) == "FROM a\r\nRUN apk add \\\r\n    one \\\r\n    three\r\n"
    )


def test_removing_a_word_after_a_comment_line_is_refused() -> None:
    edit = editor("FROM a\nRUN apk add \\\n    # why\n    one \\\n    two\n")
    assert edit.remove_word(word(edit, "one")) is None


def test_quoting() -> None:
    assert is_plain("--mount=type=cache,target=/x")
    assert not is_plain("a b")
    assert json_array(["a", 'b"\\\n\x01']) == '["a", "b\\"\\\\\\n\\u0001"]'
    assert shell_word("it's") == "'it'\"'\"'s'"
    assert pair_value('a "b" $c') == '"a \\"b\\" $c"'
    assert pair_value("$c", variables=False) == '"\\$c"'
    assert pair_value('a"b', "`") == '"a`"b"'


# -- parts of instructions ----------------------------------------------------------------------------------------


def test_keyword_and_flags() -> None:
    edit = editor("from a\nadd --chown=1 x /x\nrun true\n")
    assert "copy --chown=1 x /x" in applied(edit, edit.replace_keyword(node(edit, 1), "COPY"))
    assert "add --chown=1 --link x" in applied(edit, edit.insert_flag(node(edit, 1), "--link"))
    assert "run --network=none true" in applied(edit, edit.insert_flag(node(edit, 2), "--network=none"))
    assert "add x /x" in applied(edit, edit.remove_flag(node(edit, 1).flags[0]))
    assert edit.insert_flag(node(edit, 2), "--a b") is None


# -- instructions -------------------------------------------------------------------------------------------------


def test_insert_before_goes_above_the_comments_of_the_instruction() -> None:
    edit = editor("FROM a\n\n# builds it\n# hadolint ignore=DL3003\nRUN x\n")
    got = applied(edit, edit.insert_instruction_before(node(edit, 1), 'SHELL ["/bin/ash"]', "USER x"))
    assert got == 'FROM a\n\nSHELL ["/bin/ash"]\nUSER x\n# builds it\n# hadolint ignore=DL3003\nRUN x\n'


def test_insert_before_stays_below_the_header_and_the_directives() -> None:
    edit = editor("# syntax=docker/dockerfile:1\n# Copyright\nFROM a\n")
    got = applied(edit, edit.insert_instruction_before(node(edit, 0), "ARG X"))
    assert got == "# syntax=docker/dockerfile:1\n# Copyright\nARG X\nFROM a\n"


def test_insert_adapts_to_case_indent_escape_and_line_ends() -> None:
    edit = editor("# escape=`\r\nfrom a\r\n  run x\r\n")
    got = applied(edit, edit.insert_instruction_after(node(edit, 1), "RUN a \\\n    && b"))
    assert got == "# escape=`\r\nfrom a\r\n  run x\r\n  run a `\r\n      && b\r\n"


def test_insert_after_the_last_line() -> None:
    edit = editor("FROM a\nRUN x")
    assert applied(edit, edit.insert_instruction_after(node(edit, 1), "USER x")) == "FROM a\nRUN x\nUSER x"
    heredoc = editor("FROM a\nRUN <<EOF\nx\nEOF\n")
    got = applied(heredoc, heredoc.insert_instruction_after(node(heredoc, 1), "USER x"))
    assert got == "FROM a\nRUN <<EOF\nx\nEOF\nUSER x\n"


@pytest.mark.parametrize("text", ["FROM a\nRUN x \\\n", "FROM a\nRUN x \\", "FROM a\nRUN <<EOF\nx\n"])
def test_insert_after_an_open_end_is_refused(text: str) -> None:
    edit = editor(text)
    assert edit.insert_instruction_after(node(edit, 1), "USER x") is None


def test_nothing_is_inserted_around_a_trigger() -> None:
    edit = editor("FROM a\nONBUILD RUN x\n")
    inner = node(edit, 1).inner  # type: ignore[attr-defined]
    assert edit.insert_instruction_after(inner, "USER x") is None
    assert edit.insert_instruction_before(inner, "USER x") is None
    assert edit.remove_instruction(inner) is None


def test_byte_order_mark_stays_first() -> None:
    edit = editor("\ufeffFROM a\n")
    assert applied(edit, edit.insert_instruction_before(node(edit, 0), "ARG X")) == "\ufeffARG X\nFROM a\n"
    maintainer = editor("\ufeffMAINTAINER x\nFROM a\n")
    assert applied(maintainer, maintainer.remove_instruction(node(maintainer, 0))) == "\ufeffFROM a\n"


def test_insert_stage_renumbers_later_stages() -> None:
    text = "ARG V=1\nFROM a\nFROM b\nCOPY --from=0 /x /x\nCOPY --from=1 /x /y\nFROM c\nCOPY --from=1 /x /\n"
    edit = editor(text)
    second = node(edit, 2)
    got = applied(edit, edit.insert_stage_before(second, "FROM new AS n\nRUN x \\\n    && y\n"))  # type: ignore[arg-type]
    assert got == (
        "ARG V=1\nFROM a\nFROM new AS n\nRUN x \\\n    && y\n\nFROM b\nCOPY --from=0 /x /x\nCOPY --from=2 /x /y\n"
        "FROM c\nCOPY --from=2 /x /\n"
    )


def test_remove_instruction() -> None:
    edit = editor("FROM a\n\n# who\n# hadolint ignore=DL4000\nMAINTAINER x\n\nRUN y\n")
    assert applied(edit, edit.remove_instruction(node(edit, 1))) == "FROM a\n\n# who\n\nRUN y\n"
    last = editor("FROM a\r\nMAINTAINER x")
    assert applied(last, last.remove_instruction(node(last, 1))) == "FROM a"
    between = editor("FROM a\n\nMAINTAINER x\n\nRUN y\n")
    assert applied(between, between.remove_instruction(node(between, 1))) == "FROM a\n\nRUN y\n"


def test_a_removal_must_not_make_a_directive() -> None:
    edit = editor("MAINTAINER x\n# escape=`\nFROM a\n")
    assert edit.remove_instruction(node(edit, 0)) is None
    comment = editor("# first\n# escape=`\nFROM a\n")
    assert comment.remove_comment(comment.file.items[0]) is None
    assert comment.remove_comment(comment.file.items[1]) is not None


def test_remove_comment_inside_an_instruction() -> None:
    edit = editor("FROM a\nRUN x \\\n  # why\n  && y\n")
    assert applied(edit, edit.remove_comment(node(edit, 1).comments[0])) == "FROM a\nRUN x \\\n  && y\n"
