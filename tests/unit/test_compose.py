"""Builds of compose files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dflint.context import ContextError
from dflint.context.compose import BuildSpec, ComposeProject, is_compose_name, load


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def read(root: Path, text: str, env: dict[str, str] | None = None, **others: str) -> ComposeProject:
    write(root, {"docker-compose.yml": text, **others})
    return load("docker-compose.yml", env or {})


def one(root: Path, build: str, env: dict[str, str] | None = None, **others: str) -> BuildSpec:
    loaded = read(root, f"services:\n  app:\n    build: {build}\n", env, **others)
    (spec,) = loaded.services
    return spec


def messages(loaded: ComposeProject) -> list[str]:
    return [str(warning) for warning in loaded.warnings]


def test_names() -> None:
    good = ["compose.yaml", "compose.prod.yml", "docker-compose.yml", "docker-compose.dev.yaml", "Docker-Compose.yml"]
    assert all(map(is_compose_name, good))
    assert not any(map(is_compose_name, ["a.yml", "compose.json", "my-compose.yml", "composer.lock"]))


def test_short_form_and_lines(project: Path) -> None:
    loaded = read(project, "services:\n  a:\n    image: x\n\n  b:\n    build: ./b/\n  c:\n    build: .\n  d:\n")
    assert [(s.service, s.line, s.context, s.dockerfile, s.path) for s in loaded.services] == [
        ("b", 5, "b", "b/Dockerfile", "docker-compose.yml"),
        ("c", 7, ".", "Dockerfile", "docker-compose.yml"),
    ]
    assert loaded.warnings == ()


def test_long_form(project: Path) -> None:
    text = """
      context: app
      dockerfile: ../docker/app.Dockerfile
      target: final
      args: {A: one, B: "2"}
      additional_contexts: {lib: ./lib, base: docker-image://alpine, other: service:x}
"""
    spec = one(project, text)
    assert (spec.context, spec.dockerfile, spec.target) == ("app", "docker/app.Dockerfile", "final")
    assert spec.args == {"A": "one", "B": "2"}
    assert spec.additional_contexts == {"lib": "lib", "base": "docker-image://alpine", "other": "service:x"}
    assert spec.dockerfile_inline is None
    assert spec.context_given


def test_paths_are_relative_to_the_compose_file(project: Path) -> None:
    write(project, {"deploy/docker-compose.yml": "services: {a: {build: {context: .., dockerfile: deploy/D}}}\n"})
    (spec,) = load("deploy/docker-compose.yml", {}).services
    assert (spec.context, spec.dockerfile) == (".", "deploy/D")
    (spec,) = load(str(project / "deploy/docker-compose.yml"), {}).services
    assert (spec.context, spec.dockerfile) == (str(project), str(project / "deploy/D"))


def test_inline_dockerfile(project: Path) -> None:
    spec = one(project, "\n      dockerfile_inline: |\n        FROM alpine\n        RUN echo $$x\n")
    assert spec.dockerfile_inline == "FROM alpine\nRUN echo $x\n"
    assert (spec.dockerfile, spec.context, spec.context_given) == ("", ".", False)


def test_arguments_as_compose_prints_them(project: Path) -> None:
    # Agrees with the real loader: YAML types first, then text.
    plain = {
        "1.10": "1.1", "18.0": "18", "010": "8", "1e3": "1000", "0x1F": "31", "1_000": "1000", "yes": "yes", "+5": "5",
        "true": "true", "3.11.2": "3.11.2", "'1.10'": "1.10", "-5": "-5", '""': "", "on": "on", "08": "8",
    }  # fmt: skip
    lines = "".join(f"        A{at}: {text}\n" for at, text in enumerate(plain))
    spec = one(project, "\n      args:\n" + lines)
    assert list(spec.args.values()) == list(plain.values())


def test_arguments_from_the_environment(project: Path) -> None:
    spec = one(project, "\n      args: [GIVEN, MISSING, A=, B=x=y]\n", {"GIVEN": "g"})
    assert spec.args == {"GIVEN": "g", "A": "", "B": "x=y"}
    assert spec.unknown_args == {"MISSING"}
    spec = one(project, "\n      args: {GIVEN: , MISSING: ~, DATE: 2024-01-02}\n", {"GIVEN": "g"})
    assert spec.args == {"GIVEN": "g"}
    assert spec.unknown_args == {"MISSING", "DATE"}  # how a date is printed differs between versions


def test_variables(project: Path) -> None:
    build = "\n      context: ${DIR:-app}\n      target: $TARGET\n      args: {V: 'v$NODE', U: '${UNSET}', W: '$$x'}\n"
    spec = one(project, build, {"TARGET": "dev"}, **{".env": "NODE=18\nTARGET=no\n"})
    assert (spec.context, spec.target, spec.args, spec.unknown_args) == ("app", "dev", {"V": "v18", "W": "$x"}, {"U"})


def test_a_context_that_depends_on_the_environment_is_not_guessed(project: Path) -> None:
    spec = one(project, "$DIR")
    assert (spec.context, spec.dockerfile) == (None, "")
    assert spec.reason == "the path of its build context depends on the environment"
    spec = one(project, "\n      context: .\n      dockerfile: $FILE\n")
    assert (spec.context, spec.dockerfile) == (None, "")
    assert "Dockerfile depends on the environment" in spec.reason


@pytest.mark.parametrize(
    "url", ["https://example.org/a.git#main", "git@example.org:a/b", "git://example.org/a", "github.com/a/b"]
)
def test_remote_contexts(project: Path, url: str) -> None:
    spec = one(project, f'"{url}"')
    assert (spec.context, spec.dockerfile, spec.reason) == (None, "", f"its build context is remote ({url})")


def test_anchors_and_merge_keys(project: Path) -> None:
    text = """
x-args: &args {A: "1", B: two}
x-more: &more {B: three, C: four}
x-build: &build {context: app, args: {<<: [*args, *more], D: five}}
services:
  a:
    build: *build
  b:
    build:
      <<: *build
      target: dev
"""
    a, b = read(project, text).services
    assert a.args == b.args == {"D": "five", "A": "1", "B": "two", "C": "four"}
    assert (a.context, b.context, b.target) == ("app", "app", "dev")


def test_extends(project: Path) -> None:
    text = """
services:
  base:
    build: {context: app, args: {A: "1", B: "2"}, target: t}
  same:
    extends: base
    build: {args: {B: "3"}, dockerfile: D}
  far:
    extends: {file: common/base.yml, service: base}
  plain:
    extends: {service: same}
    image: x
"""
    common = "services: {base: {extends: root, build: {target: far}}, root: {build: {context: ., args: ['N=$N']}}}\n"
    loaded = read(project, text, {"N": "n"}, **{"common/base.yml": common})
    _, same, far, plain = loaded.services
    assert (same.context, same.dockerfile, same.args, same.target) == ("app", "app/D", {"A": "1", "B": "3"}, "t")
    assert (plain.dockerfile, plain.args, plain.line) == ("app/D", {"A": "1", "B": "3"}, 10)
    assert (far.context, far.args, far.target, far.path, far.line) == (
        "common",
        {"N": "n"},
        "far",
        "docker-compose.yml",
        8,
    )
    assert loaded.warnings == ()


def test_extends_that_leads_nowhere(project: Path) -> None:
    text = """
services:
  a: {extends: b, build: .}
  b: {extends: a}
  c: {extends: none, build: .}
  d: {extends: {file: missing.yml, service: x}, build: .}
  e: {extends: [x], build: .}
  f: {extends: f, build: .}
"""
    loaded = read(project, text)
    assert [spec.service for spec in loaded.services] == ["a", "c", "d", "e", "f"]
    assert messages(loaded) == [
        "docker-compose.yml:4: 'extends' of service 'b' runs in a circle: passed over",
        "docker-compose.yml:5: there is no service 'none' for 'c' to extend",
        "docker-compose.yml:6: 'extends' of service 'd' is passed over: missing.yml: cannot be read "
        "(No such file or directory)",
        "docker-compose.yml:7: 'extends' of service 'e' names nothing that is known here",
        "docker-compose.yml:8: 'extends' of service 'f' runs in a circle: passed over",
    ]


def test_a_long_chain_of_extends(project: Path) -> None:
    chain = "".join(f"  s{at}: {{extends: s{at + 1}}}\n" for at in range(3000))
    assert read(project, f"services:\n{chain}  s3000: {{build: .}}\n").services


def test_include(project: Path) -> None:
    text = """
include:
  - sub/compose.yml
  - path: [two/a.yml, two/b.yml]
    project_directory: other
    env_file: extra.env
  - oci://example.org/x
services:
  a: {build: .}
"""
    others = {
        "sub/compose.yml": "include: [../docker-compose.yml]\n"
        "services: {i: {build: {context: app, args: {V: $V, W: $W}}}}\n",
        "sub/.env": "V=sub\nW=sub\n",
        ".env": "V=top\n",
        "two/a.yml": "services: {j: {build: {context: ., args: {X: $X}}}}\n",
        "two/b.yml": "services: {j: {build: {target: t}}, a: {build: elsewhere}}\n",
        "extra.env": "X=x\n",
    }
    loaded = read(project, text, **others)
    found = {spec.service: spec for spec in loaded.services}
    assert list(found) == ["a", "i", "j"]
    assert (found["i"].context, found["i"].args) == ("sub/app", {"V": "top", "W": "sub"})
    assert (found["j"].context, found["j"].target, found["j"].args) == ("other", "t", {"X": "x"})
    assert found["a"].context == "."
    assert messages(loaded) == ["docker-compose.yml:7: an 'include' without a path that is known here is passed over"]


def test_the_override_file_is_merged(project: Path) -> None:
    override = """
services:
  a:
    build: {args: {B: "9"}, target: dev}
  b:
    build: !reset null
  c:
    build: !override {context: new}
  d:
    build: extra
"""
    text = """
services:
  a: {build: {context: app, args: {A: '1', B: '2'}}}
  b: {build: .}
  c: {build: {context: old, target: t}}
"""
    loaded = read(project, text, **{"docker-compose.override.yml": override})
    a, c, d = loaded.services
    assert (a.context, a.args, a.target, a.line) == ("app", {"A": "1", "B": "9"}, "dev", 3)
    assert (c.context, c.target) == ("new", None)
    assert (d.service, d.path, d.line) == ("d", "docker-compose.override.yml", 9)


def test_only_default_names_have_an_override(project: Path) -> None:
    write(
        project,
        {
            "docker-compose.dev.yml": "services: {a: {build: .}}\n",
            "compose.override.yaml": "services: {b: {build: .}}\n",
        },
    )
    assert [spec.service for spec in load("docker-compose.dev.yml", {}).services] == ["a"]
    write(project, {"compose.yaml": "services: {a: {build: .}}\n"})
    assert [spec.service for spec in load("compose.yaml", {}).services] == ["a", "b"]


def test_wrong_types_are_passed_over_with_a_line(project: Path) -> None:
    text = """
services:
  a: [1]
  b: {build: [1]}
  c: {build: {context: {x: y}, args: text, target: [t]}}
  d: {build: {args: {X: {y: z}}, additional_contexts: [1, [2]]}}
  e: {build: '${'}
  e: {build: .}
"""
    loaded = read(project, text)
    assert [spec.service for spec in loaded.services] == ["c", "d", "e"]
    assert messages(loaded) == [
        "docker-compose.yml:8: the key 'e' is written twice, which Compose refuses: remove one",
        "docker-compose.yml:3: service 'a' has to be a mapping: passed over",
        "docker-compose.yml:4: 'build' has to be a path or a mapping: passed over",
        "docker-compose.yml:5: 'context' of a build has to be a string: passed over",
        "docker-compose.yml:5: 'target' of a build has to be a string: passed over",
        "docker-compose.yml:5: expected a mapping or a list: passed over",
        "docker-compose.yml:6: the value of 'X' has to be a string: passed over",
        "docker-compose.yml:6: expected 'name=value': passed over",
    ]
    loaded = read(project, "services:\n  a: {build: 'x$'}\n")
    assert messages(loaded) == ["docker-compose.yml:2: 'x$' is not a valid template: write $$ for a plain dollar sign"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "docker-compose.yml:1: is no compose file: it has to be a mapping with a key 'services'"),
        ("services:\n  a: {b\n", "docker-compose.yml:3: is not valid YAML"),
        ("services:\n\ta: b\n", "docker-compose.yml:2: is not valid YAML"),
        ("a: *x\n", "docker-compose.yml:1: uses the alias *x, which is not defined before"),
        ("a: " + "[" * 150 + "]" * 150, "docker-compose.yml:1: is nested too deeply"),
        ("- " * 500 + "x", "docker-compose.yml:1: is nested too deeply"),
        ("a:\n" + "- x\n" * 100_001, "is nested too deeply or too large"),
        ("a: \x00\n", "is not valid YAML"),
    ],
)
def test_what_cannot_be_used(project: Path, text: str, message: str) -> None:
    with pytest.raises(ContextError) as caught:
        read(project, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.path == "docker-compose.yml"


def test_files_that_cannot_be_read(project: Path) -> None:
    with pytest.raises(ContextError, match=r"none.yml: cannot be read \(No such file or directory\)"):
        load("none.yml", {})
    with pytest.raises(ContextError, match="Is a directory"):
        load(".", {})
    (project / "docker-compose.yml").write_bytes(b"#" * ((4 << 20) + 1))
    with pytest.raises(ContextError, match="more than 4 MB"):
        load("docker-compose.yml", {})
    (project / "docker-compose.yml").write_bytes(b"a: \xff\xfe\n")
    with pytest.raises(ContextError, match="is not valid YAML"):
        load("docker-compose.yml", {})


@pytest.mark.parametrize(
    "text", ["", "# only a comment\n", "---\n", "services:\n", "{}\n", "services: {}\n", "name: x\n"]
)
def test_nothing_to_build(project: Path, text: str) -> None:
    loaded = read(project, text)
    assert (loaded.services, loaded.warnings) == ((), ())


def test_bombs_do_not_explode(project: Path) -> None:
    lists = "a0: &a0 [x,x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 60))
    maps = "m0: &m0 {k: v}\n" + "".join(
        f"m{n}: &m{n} {{<<: [{','.join([f'*m{n - 1}'] * 9)}], k{n}: v}}\n" for n in range(1, 300)
    )
    itself = "me: &me {<<: *me, x: y}\n"
    text = (
        f"{lists}{maps}{itself}services:\n  a: {{build: {{context: ., args: *m299}}}}\n  b: {{build: *a59}}\n  c: *me\n"
    )
    loaded = read(project, text)
    assert "k299" in loaded.services[0].args


LINES = """services:
  a:
    build: .
    build:
      context: $X
      args:
        - A=1
      args: {A: ${B:-c}}
    extends: a
    extends: {file: docker-compose.yml, service: a}
  b: &x
  <<: *x
  - x
include: [docker-compose.yml]
? [a]
: b
---
!x y
  a: ~
'
a: |
  build: !reset"""
YAMLISH = st.lists(st.sampled_from([*LINES.split("\n"), "\t"]), max_size=14).map("\n".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(YAMLISH, st.binary(max_size=40).map(lambda data: data.decode("latin-1"))))
def test_only_context_errors_are_raised(project: Path, text: str) -> None:
    (project / "docker-compose.yml").write_text(text)
    try:
        loaded = load("docker-compose.yml", {})
    except ContextError as error:
        assert "\n" not in str(error)
        return
    assert all("\n" not in message for message in messages(loaded))
