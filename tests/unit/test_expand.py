"""Variables, quotes and escapes in words, as the Dockerfile reference and BuildKit's shell lexer have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dflint.syntax.expand import Known, Unknown, expand, expand_words, variables

ENV = {
    "PWD": "/home/me",
    "WORD": "plain",
    "EMPTY": "",
    "SPACED": "two words",
    "FILE": "archive.tar.gz",
    "PATHS": "/usr/lib:/usr/local/lib",
    "STARS": "a*b*c",
    "KOREAN": "한국어",
    "_under": "score",
    "x1": "one",
}


def lookup(name: str) -> Known | Unknown | None:
    if name == "SECRET":
        return Unknown("SECRET is a build argument without value")
    return Known(ENV[name]) if name in ENV else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # plain text, quotes, escapes
        ("", ""),
        ("hello", "hello"),
        ("he'll'o", "hello"),
        ('he"ll"o', "hello"),
        ("'a b'", "a b"),
        ("''", ""),
        (r"he\'llo", "he'llo"),
        (r"a\ b", "a b"),
        (r"\\", "\\"),
        ("trailing\\", "trailing"),
        (r"'no \escape'", r"no \escape"),
        (r'"\$WORD \" \\ \n"', r'$WORD " \ \n'),
        ('"it\'s"', "it's"),
        ("'say \"hi\"'", 'say "hi"'),
        ("한국어", "한국어"),
        # variables
        ("$WORD", "plain"),
        ("${WORD}", "plain"),
        ("a${WORD}b", "aplainb"),
        ("$WORD$WORD", "plainplain"),
        ("$WORD.txt", "plain.txt"),
        ("$WORDx", ""),
        ("$UNSET", ""),
        ("a${UNSET}b", "ab"),
        ("$EMPTY", ""),
        ("$_under", "score"),
        ("$x1", "one"),
        ("$1x", "x"),
        ("$KOREAN", "한국어"),
        ("'$WORD'", "$WORD"),
        ('"$WORD"', "plain"),
        ('"${WORD}!"', "plain!"),
        (r"\$WORD", "$WORD"),
        (r"\${WORD}", "${WORD}"),
        ("$", "$"),
        ("$/", "$/"),
        ("a$ b", "a$ b"),
        ("$$", ""),
        ("$@", ""),
        ("100%", "100%"),
        # defaults and alternatives
        ("${UNSET:-default}", "default"),
        ("${EMPTY:-default}", "default"),
        ("${WORD:-default}", "plain"),
        ("${UNSET-default}", "default"),
        ("${EMPTY-default}", ""),
        ("${UNSET:-}", ""),
        ("${UNSET:-$WORD}", "plain"),
        ("${UNSET:-${EMPTY:-deep}}", "deep"),
        ("${UNSET:-'a b'}", "a b"),
        ('${UNSET:-"q $WORD"}', "q plain"),
        (r"${UNSET:-a\}b}", "a}b"),
        ("${UNSET:-a:-b}", "a:-b"),
        ("${WORD:+other}", "other"),
        ("${EMPTY:+other}", ""),
        ("${EMPTY+other}", "other"),
        ("${UNSET+other}", ""),
        ("${WORD:+$PWD/bin}", "/home/me/bin"),
        ("${WORD:?message}", "plain"),
        ("${EMPTY?message}", ""),
        # prefixes and suffixes
        ("${FILE%.gz}", "archive.tar"),
        ("${FILE%.*}", "archive.tar"),
        ("${FILE%%.*}", "archive"),
        ("${FILE#*.}", "tar.gz"),
        ("${FILE##*.}", "gz"),
        ("${FILE#archive}", ".tar.gz"),
        ("${FILE#nothing}", "archive.tar.gz"),
        ("${FILE%?z}", "archive.tar."),
        ("${FILE%}", "archive.tar.gz"),
        ("${STARS#a\\*}", "b*c"),
        ("${STARS%%\\**}", "a"),
        ("${UNSET#x}", ""),
        ("${PWD#$PWD}", ""),
        ("${PWD##*/}", "me"),
        ("${KOREAN%?}", "한국"),
        # replacements
        ("${FILE/./-}", "archive-tar.gz"),
        ("${FILE//./-}", "archive-tar-gz"),
        ("${FILE//a/}", "rchive.tr.gz"),
        ("${FILE/nothing/x}", "archive.tar.gz"),
        ("${PATHS//\\/usr/}", "/lib:/local/lib"),
        ("${PATHS/lib*/x}", "/usr/x"),
        ("${STARS//\\*/-}", "a-b-c"),
        ("${FILE//?/x}", "x" * 14),
        ("${FILE//*/x}", "x"),
        ("${FILE/$EMPTY/x}", "xarchive.tar.gz"),
        ("${FILE///}", "archive.tar.gz"),
        ("${FILE/archive/$WORD}", "plain.tar.gz"),
    ],
)
def test_known(text: str, value: str) -> None:
    assert expand(text, lookup) == Known(value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("'open", "single quote"),
        ('"open', "double quote"),
        ('"${WORD"', "operator"),
        ("${", "closing }"),
        ("${}", "no name"),
        ("${{x}}", "no name"),
        ("${:x}", "no name"),
        ("${WORD", "operator"),
        ("${WORD:-x", "closing }"),
        ("${WORD=x}", "operator"),
        ("${WORD:=x}", "operator"),
        ("${WORD:}", "operator"),
        ("${WORD^^}", "operator"),
        ("${UNSET:?is needed}", "UNSET: is needed"),
        ("${UNSET?}", "UNSET: is not allowed to be unset"),
        ("${EMPTY:?}", "EMPTY: is not allowed to be empty"),
        ("${FILE//x}", "closing /"),
        ("${FILE/x/y", "closing }"),
        ("${FILE#a\\bc}", "not an escape"),
    ],
)
def test_what_the_builder_refuses(text: str, why: str) -> None:
    value = expand(text, lookup)
    assert isinstance(value, Unknown)
    assert value.error
    assert why in value.why


@pytest.mark.parametrize(
    "text", ["$SECRET", "a${SECRET}b", "${SECRET:-x}", "${UNSET:-$SECRET}", '"$SECRET"', "${SECRET%x}"]
)
def test_unknown_spreads(text: str) -> None:
    value = expand(text, lookup)
    assert value == Unknown("SECRET is a build argument without value")
    assert isinstance(value, Unknown) and not value.error


@pytest.mark.parametrize("text", ["${WORD:-$SECRET}", "${UNSET:+$SECRET}", "'$SECRET'", r"\$SECRET"])
def test_unknown_that_does_not_matter(text: str) -> None:
    assert isinstance(expand(text, lookup), Known)


def test_backtick_escapes() -> None:
    assert expand(r"C:\dir\`$WORD", lookup, "`") == Known(r"C:\dir\$WORD")
    assert expand(r"C:\$WORD", lookup, "`") == Known(r"C:\plain")


def test_quotes_kept() -> None:
    assert expand('"$WORD" it\'s \\$WORD', lookup, quotes="keep") == Known('"plain" it\'s $WORD')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("   ", []),
        ("a b", ["a", "b"]),
        ("  a\tb  ", ["a", "b"]),
        ("'a b' c", ["a b", "c"]),
        (r"a\ b c", ["a b", "c"]),
        ("$SPACED", ["two", "words"]),
        ('"$SPACED"', ["two words"]),
        ("x$SPACED.y", ["xtwo", "words.y"]),
        ("$EMPTY a", ["a"]),
        ('"" a', ["a"]),
        ("80 $UNSET 443", ["80", "443"]),
        ("${UNSET:-a b}", ["a", "b"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert expand_words(text, lookup) == [Known(word) for word in words]


def test_words_with_unknown() -> None:
    unknown = Unknown("SECRET is a build argument without value")
    assert expand_words("a $SECRET b$SECRET c", lookup) == [Known("a"), unknown, unknown, Known("c")]
    assert expand_words("a 'b", lookup) == [Unknown("there is no closing single quote")]


def test_variables() -> None:
    text = "$A ${B:-$C} '${D}' \"${E##x}\" \\$F ${G%%$H} ${I//a/$J} $$ ${K:?x}"
    found = [(use.name, use.operator, use.has_default, text[use.start : use.end]) for use in variables(text)]
    assert found == [
        ("A", "", False, "$A"),
        ("B", ":-", True, "${B:-$C}"),
        ("C", "", False, "$C"),
        ("E", "##", False, "${E##x}"),
        ("G", "%%", False, "${G%%$H}"),
        ("H", "", False, "$H"),
        ("I", "//", False, "${I//a/$J}"),
        ("J", "", False, "$J"),
        ("$", "", False, "$$"),
        ("K", ":?", False, "${K:?x}"),
    ]
    assert variables("${broken") == []
    assert [use.name for use in variables("'$x'", quotes="keep")] == ["x"]


@given(st.text("$Aa{}:-+?#%/*\\`'\"<1_ \n"))
def test_never_raises(text: str) -> None:
    for escape in "\\`":
        value = expand(text, lookup, escape)
        assert isinstance(value, Known | Unknown)
        expand_words(text, lookup, escape)
        for use in variables(text, escape):
            assert text[use.start] == "$"
            assert use.name in text[use.start : use.end]


@given(st.text("abcé,./- "))
def test_text_without_special_characters_is_itself(text: str) -> None:
    assert expand(text, lookup) == Known(text)
    assert expand_words(text, lookup) == [Known(word) for word in text.split()]
