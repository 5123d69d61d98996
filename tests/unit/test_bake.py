"""Builds of bake files, and the HCL they are written in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dflint.context import ContextError
from dflint.context.bake import BuildSpec, is_bake_name, load
from dflint.context.hcl import UNKNOWN, as_text, parse_hcl
from dflint.context.spec import Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(root: Path, text: str, env: dict[str, str] | None = None, name: str = "docker-bake.hcl") -> Project:
    (root / name).write_text(text)
    return load(name, env or {})


def one(root: Path, body: str, env: dict[str, str] | None = None, before: str = "") -> BuildSpec:
    (spec,) = read(root, f'{before}\ntarget "app" {{\n{body}\n}}\n', env).services
    return spec


def value(expression: str, **variables: object) -> object:
    return parse_hcl(f"x = {expression}\n", "t").attributes["x"][1](lambda name: variables.get(name, UNKNOWN))  # type: ignore[arg-type,return-value]


def test_names() -> None:
    assert all(map(is_bake_name, ["docker-bake.hcl", "docker-bake.json", "docker-bake.override.hcl"]))
    assert not any(map(is_bake_name, ["bake.hcl", "docker-bake.yml", "main.hcl"]))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"a"', "a"),
        (r'"a\"b\n\t\\\u00e9"', 'a"b\n\t\\é'),
        ('"$${x} %%{y}"', "${x} %{y}"),
        ('"a${v}b${v}"', "avbv"),
        ('"${v}"', "v"),
        ('"${ v }"', "v"),
        ('"${n}"', 2.0),
        ('"x${n}"', "x2"),
        ('"x${t}"', "xtrue"),
        ("1.10", 1.1),
        ("-5", -5.0),
        ("true", True),
        ("null", None),
        ("v", "v"),
        ('["a", v, 1,]', ["a", "v", 1.0]),
        ("[\n  # c\n  1, // d\n  2 /* e */\n]", [1.0, 2.0]),
        ("[]", []),
        ('{a = 1, "b" = 2\n c: 3, (v) = 4}', {"a": 1.0, "b": 2.0, "c": 3.0, "v": 4.0}),
        ("{}", {}),
        ("m.a", 1),
        ('m["a"]', 1),
        ("l[1]", "b"),
        ('v == "v" ? "yes" : "no"', "yes"),
        ('v != "v" ? "yes" : "no"', "no"),
        ("t ? 1 : 2", 1.0),
        ('"true" ? 1 : 2', 1.0),
        ("(v)", "v"),
        ("(\n v ==\n v\n)", True),
        ("<<E\n a ${v}\n  b\nE", " a v\n  b\n"),
        ("<<-E\n    a\n      b\n  E", "a\n  b\n"),
    ],
)
def test_expressions(expression: str, expected: object) -> None:
    assert value(expression, v="v", n=2.0, t=True, m={"a": 1}, l=["a", "b"]) == expected


@pytest.mark.parametrize(
    "expression",
    [
        'upper("a")', "a + b", "a || b", "!a", "[for x in l : x]", "none", '"x${none}"', "none ? 1 : 2", "v ? 1 : 2",
        '"%{ if x }y%{ endif }"', "m.none", "l[9]", "l.*.x", "none == 1", '"\\q"', "x ? 1", "1 2", "<<-", "@", "",
        "((((" * 30 + "1" + "))))" * 30, "1.2.3",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_unknown_and_stops_nothing(expression: str) -> None:
    root = parse_hcl(f'x = {expression}\ny = "after"\n', "t")
    assert root.attributes["x"][1](lambda name: {"m": {}, "l": [], "v": "v"}.get(name, UNKNOWN)) is UNKNOWN
    assert root.attributes["y"][1](lambda name: UNKNOWN) == "after"


@pytest.mark.parametrize("expression", ['"${', "l[", "[1", '{a = "', "/*"])
def test_what_is_not_closed_takes_the_rest(expression: str) -> None:
    root = parse_hcl(f"x = {expression}\ny = 1\n", "t")
    assert list(root.attributes) == ["x"]


def test_an_item_that_is_not_understood_leaves_its_neighbours() -> None:
    assert value('{a = upper("x,y}"), b = 1\n c = f(\n1\n)\n d = 2}') == {
        "a": UNKNOWN,
        "b": 1.0,
        "c": UNKNOWN,
        "d": 2.0,
    }
    assert value('["a", f("]"), "b"]') == ["a", UNKNOWN, "b"]


def test_as_text() -> None:
    assert [as_text(v) for v in ("a", True, 1.0, 1.5, None, UNKNOWN, [], {})] == [
        "a",
        "true",
        "1",
        "1.5",
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('target "a" {\n', "t:1: the block is not closed: a '}' is missing"),
        ('\ntarget "a\n', "t:2: the string is not closed"),
        ("target\n", "t:1: expected '=' or a block after 'target'"),
        ("}\n", "t:1: expected the name of an attribute or block here"),
        ("\n\n1 = 2\n", "t:3: expected the name of an attribute or block here"),
        ("a {" * 100, "t:1: expected '=' or a block after 'a'"),
    ],
)
def test_what_has_no_structure(text: str, message: str) -> None:
    with pytest.raises(ContextError) as caught:
        parse_hcl(text, "t")
    assert str(caught.value) == message


def test_a_target(project: Path) -> None:
    body = """
  context = "./app"
  dockerfile = "docker/Dockerfile.${KIND}"
  args = { A = "x-${TAG}", N = 18.0, Z = null, F = timestamp() }
  target = "final"
  contexts = { base = "target:other", lib = "./lib", img = "docker-image://alpine" }
  tags = ["example.org/x:${TAG}"]
"""
    before = 'variable "TAG" { default = "latest" }\nvariable "KIND" {\n  default = "web"\n}'
    spec = one(project, body, {"KIND": "api"}, before)
    assert (spec.service, spec.line, spec.path) == ("app", 5, "docker-bake.hcl")
    assert (spec.context, spec.dockerfile, spec.target) == ("app", "app/docker/Dockerfile.api", "final")
    assert spec.args == {"A": "x-latest", "N": "18"}
    assert spec.unknown_args == {"F"}
    assert spec.additional_contexts == {"base": "target:other", "lib": "lib", "img": "docker-image://alpine"}


def test_defaults_and_inline(project: Path) -> None:
    spec = one(project, "dockerfile-inline = <<EOT\nFROM scratch\nEOT")
    assert (spec.context, spec.dockerfile, spec.dockerfile_inline) == (".", "", "FROM scratch\n")
    spec = one(project, "")
    assert (spec.context, spec.dockerfile, spec.context_given) == (".", "Dockerfile", False)
    spec = one(project, 'context = "cwd://sub"')
    assert spec.context == "sub"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("context = f()", "the path of its build context depends on the environment"),
        ("dockerfile = f()", "the path of its Dockerfile depends on the environment"),
        ('context = "https://example.org/x.git"', "its build context is remote (https://example.org/x.git)"),
        ("context = NODEFAULT", "the path of its build context depends on the environment"),
    ],
)
def test_what_cannot_be_known_has_a_reason(project: Path, body: str, reason: str) -> None:
    spec = one(project, body, before='variable "NODEFAULT" {}')
    assert (spec.context, spec.dockerfile, spec.reason) == (None, "", reason)


def test_variables(project: Path) -> None:
    before = """
variable "B" { default = true }
variable "N" { default = 3 }
variable "L" { default = ["a"] }
variable "REF" { default = "r-${S}" }
variable "S" { default = "s" }
variable "LOOP" { default = LOOP }
global = "g"
"""
    args = "args = { B = B, N = N, L = L[0], REF = REF, G = global, LOOP = LOOP, C = B ? 1 : 2 }"
    assert one(project, args, {}, before).args == {"B": "true", "N": "3", "L": "a", "REF": "r-s", "G": "g", "C": "1"}
    spec = one(project, args, {"B": "0", "N": "4.5", "L": "x", "S": "z", "global": "no"}, before)
    assert spec.args == {"B": "false", "N": "4.5", "REF": "r-z", "G": "g", "C": "2"}
    assert spec.unknown_args == {"L", "LOOP"}
    assert one(project, args, {"B": "maybe", "N": "x"}, before).unknown_args == {"B", "N", "C", "LOOP"}


def test_inherits_and_which_targets_count(project: Path) -> None:
    text = """
group "default" { targets = ["web", "shared"] }
target "_base" { args = { A = 1, B = 2 } }
target "plain" {}
target "shared" { dockerfile = "S" }
target "unused-base" { context = "u" }
target "web" {
  inherits = ["_base", "shared", "unused-base"]
  args = { B = 3 }
}
target "web" { target = "again" }
target "alone" { inherits = ["_base", "none"] }
target "circle" { inherits = ["circle2"] }
target "circle2" { inherits = ["circle"], context = "c" }
"""
    loaded = read(project, text.replace('"circle"], ', '"circle"]\n'))
    found = {spec.service: spec for spec in loaded.services}
    assert list(found) == ["plain", "shared", "web", "alone"]
    web = found["web"]
    assert (web.context, web.dockerfile, web.args, web.target, web.line) == (
        "u",
        "u/S",
        {"A": "1", "B": "3"},
        "again",
        7,
    )
    assert [str(warning) for warning in loaded.warnings] == [
        "docker-bake.hcl:12: 'none', which target 'alone' inherits, is not defined in this file"
    ]


def test_matrix(project: Path) -> None:
    text = """
target "app" {
  name = "app-${item.n}-${v}"
  matrix = { item = [{n = "a", f = "A"}, {n = "b", f = "B"}], v = ["1", "2"] }
  dockerfile = "${item.f}/Dockerfile"
  args = { V = v }
}
target "anonymous" { matrix = { v = ["x", "y"] } }
target "computed" { matrix = { v = f() } }
target "huge" { matrix = { a = L, b = L, c = L, d = L } }
L = [1, 2, 3, 4, 5]
"""
    loaded = read(project, text.replace("{ v = f() }", "f()"))
    assert [(s.service, s.dockerfile, s.args.get("V")) for s in loaded.services] == [
        ("app-a-1", "A/Dockerfile", "1"),
        ("app-a-2", "A/Dockerfile", "2"),
        ("app-b-1", "B/Dockerfile", "1"),
        ("app-b-2", "B/Dockerfile", "2"),
        ("anonymous-1", "Dockerfile", None),
        ("anonymous-2", "Dockerfile", None),
    ]
    assert [warning.message for warning in loaded.warnings] == [
        "the matrix of target 'computed' is not understood",
        "the matrix of target 'huge' is too large",
    ]


def test_json(project: Path) -> None:
    data = {
        "variable": {"TAG": {"default": "latest"}},
        "group": {"default": {"targets": ["web"]}},
        "target": {
            "web": {"inherits": ["_base"], "context": "app", "args": {"T": "v-${TAG}", "N": 1, "Z": None}},
            "_base": [{"dockerfile": "D"}, {"target": "t"}],
        },
    }
    (spec,) = read(project, json.dumps(data, indent=2), {"TAG": "2"}, "docker-bake.json").services
    assert (spec.service, spec.line, spec.context, spec.dockerfile) == ("web", 15, "app", "app/D")
    assert (spec.args, spec.target) == ({"T": "v-2", "N": "1"}, "t")


@pytest.mark.parametrize(
    "text", ["[]", "{", "{'a': 1}", "[" * 100_000, '{"target": 1, "group": [1], "variable": {"a": 1}, "x": "${"}']
)
def test_json_that_is_none(project: Path, text: str) -> None:
    try:
        assert read(project, text, name="docker-bake.json").services == ()
    except ContextError as error:
        assert "\n" not in str(error)


PIECES = st.sampled_from(
    ['target "a" {', "}", "\n", "x = ", "args = ", "inherits = ", '["a"]', "{", '"', "${", "v", "1", "<<E\n", "E\n",
     "#", "/*", ",", "?", ":", "==", "(", ")", "[", "]", ".",
     'variable "v" {', "default = v", "matrix = ", "\\", "f(", "é"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=30).map("".join))
def test_only_context_errors_are_raised(project: Path, text: str) -> None:
    try:
        read(project, text)
    except ContextError as error:
        assert "\n" not in str(error)
