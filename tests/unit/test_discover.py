"""Which files paths mean, and which builds lie beside them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dflint.context import discover
from dflint.context.discover import compose_index, find, is_dockerfile_name, kind_of, looks_like_template


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(root: Path, *paths: str, text: str = "FROM alpine\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def found(*paths: str) -> list[str]:
    return [target.path for target in find(paths)]


def test_names() -> None:
    good = [
        "Dockerfile", "dockerfile", "Dockerfile.dev", "Dockerfile.alpine.amd64", "app.Dockerfile", "app.dockerfile",
        "Containerfile", "Containerfile.dev", "Containerfile-x", "app.containerfile",
    ]  # fmt: skip
    bad = [
        "Dockerfile.dockerignore", "Dockerfile.md", "Dockerfile.j2", "Dockerfile.jinja2", "Dockerfile.tmpl",
        "x.Dockerfile.erb", "Dockerfile.template", "dockerfile.txt", "Dockerfiles", "MyDockerfile",
        "Containerfile.dockerignore", "Dockerfile.in", "Dockerfile~", "Dockerfile.swp",
    ]  # fmt: skip
    assert [name for name in good if not is_dockerfile_name(name)] == []
    assert [name for name in bad if is_dockerfile_name(name)] == []


def test_kinds_of_named_files() -> None:
    kinds = {
        "docker-compose.yml": "compose", "compose.prod.yaml": "compose", "stack.yml": "compose",
        "docker-bake.hcl": "bake", "docker-bake.json": "bake", "Dockerfile": "dockerfile",
        "Dockerfile.yml": "dockerfile", "anything": "dockerfile", "Dockerfile.j2": "dockerfile",
    }  # fmt: skip
    assert {name: kind_of(name) for name in kinds} == kinds


def test_a_folder_is_searched_in_a_fixed_order(tree: Path) -> None:
    write(tree, "b/Dockerfile", "Dockerfile", "a/z/Dockerfile", "a/Dockerfile.dev", "a-b/Dockerfile", "x.txt")
    write(tree, ".devcontainer/Dockerfile", ".docker/app.Dockerfile")
    expected = [
        ".devcontainer/Dockerfile", ".docker/app.Dockerfile", "Dockerfile", "a/Dockerfile.dev", "a/z/Dockerfile",
        "a-b/Dockerfile", "b/Dockerfile",
    ]  # fmt: skip
    assert found(".") == expected
    assert found(str(tree)) == [str(tree / path) for path in expected]
    assert found("a", "b") == ["a/Dockerfile.dev", "a/z/Dockerfile", "b/Dockerfile"]
    assert found("./a/") == ["./a/Dockerfile.dev", "./a/z/Dockerfile"]


def test_folders_of_others_are_left_out(tree: Path) -> None:
    write(tree, *(f"{name}/x/Dockerfile" for name in ("node_modules", "vendor", ".git", ".venv", "a/node_modules")))
    assert found(".") == []
    assert found("vendor") == ["vendor/x/Dockerfile"]  # asked for


def test_what_git_ignores_is_left_out_unless_named(tree: Path) -> None:
    write(tree, "Dockerfile", "out/Dockerfile", "a/Dockerfile.local", "a/Dockerfile")
    write(tree, ".gitignore", text="out/\n")
    write(tree, "a/.gitignore", text="*.local\n")
    (tree / ".git").mkdir()
    assert found(".") == ["Dockerfile", "a/Dockerfile"]
    assert found("a") == ["a/Dockerfile"]
    assert found("out/Dockerfile", "a/Dockerfile.local") == ["out/Dockerfile", "a/Dockerfile.local"]


def test_each_file_once(tree: Path) -> None:
    write(tree, "a/Dockerfile")
    (tree / "Dockerfile").symlink_to("a/Dockerfile")
    assert found("a/Dockerfile", ".", "./a/Dockerfile") == ["a/Dockerfile"]
    assert found(".") == ["Dockerfile"]


def test_links_to_folders_are_not_followed(tree: Path) -> None:
    write(tree, "a/Dockerfile")
    (tree / "a/loop").symlink_to("..")
    (tree / "b").symlink_to("a")
    (tree / "broken.Dockerfile").symlink_to("nowhere")
    assert found(".") == ["a/Dockerfile"]
    assert found("b") == ["b/Dockerfile"]  # asked for


def test_templates_are_left_out_unless_named(tree: Path) -> None:
    write(tree, "a/Dockerfile", text="FROM {{ base }}\n")
    write(tree, "b/Dockerfile", text="{% if x %}\nFROM a\n{% endif %}\n")
    write(tree, "c/Dockerfile", text="FROM a\nRUN docker ps --format '{{.ID}}'\n")
    assert found(".") == ["c/Dockerfile"]
    assert found("a/Dockerfile") == ["a/Dockerfile"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nENV V={{ version }}\n", True),
        ("FROM a\nRUN x \\\n  {{ args }}\n", True),
        ('FROM "{{ x }}"\n', True),
        ("FROM <%= x %>\n", True),
        ("{# comment #}\nFROM a\n", True),
        ("FROM a\n# {{ x }}\n", False),
        ('FROM a\nRUN go list -f "{{.Dir}}"\n', False),
        ("FROM a\nRUN echo ${{x}}\n", False),
        ("FROM a\nRUN f() {{ echo; }\n", False),
        ('FROM a\nRUN echo "a\\"b" \'{{x}}\'\n', False),
        ("FROM a\n", False),
    ],
)
def test_template_by_content(text: str, expected: bool) -> None:
    assert looks_like_template(text.encode()) is expected


def test_errors_are_told(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree, "big/Dockerfile", "small/Dockerfile", "shut/Dockerfile")
    write(tree, "big/Dockerfile", text="#" * 200)
    monkeypatch.setattr(discover, "SIZE_LIMIT", 100)
    result = find([".", "big/Dockerfile", "none", "bad\0name"])
    assert [target.path for target in result] == ["shut/Dockerfile", "small/Dockerfile"]
    assert result.errors == [
        ("big/Dockerfile", "is larger than 0 MB: not read"),
        ("none", "cannot be read: No such file or directory"),
        ("bad\0name", "cannot be read: embedded null byte"),
    ]


def test_a_folder_that_cannot_be_listed_is_told(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dflint.context import disk

    write(tree, "shut/Dockerfile", "open/Dockerfile")
    listing = disk._list
    monkeypatch.setattr(disk, "_list", lambda folder: None if folder.endswith("shut") else listing(folder))
    result = find(["."])
    assert [target.path for target in result] == ["open/Dockerfile"]
    assert result.errors == [("./shut", "cannot be listed")]


def test_very_deep_folders(tree: Path) -> None:
    path = "/".join(["d"] * 150) + "/Dockerfile"
    write(tree, path)
    assert found(".") == [path]


def test_projects_are_no_targets_but_give_the_builds(tree: Path) -> None:
    write(tree, "a/Dockerfile", "b/Dockerfile", "c/Dockerfile", "d/Dockerfile")
    write(
        tree,
        "docker-compose.yml",
        text="services:\n  a: {build: a}\n  a2: {build: {context: ., dockerfile: a/Dockerfile}}\n",
    )
    write(tree, "docker-compose.prod.yml", text="services:\n  a: {build: {args: {X: y}}}\n  b: {build: {context: b}}\n")
    write(tree, "sub/compose.yaml", text="services:\n  a: {build: ../a}\n  r: {build: 'https://example.org/x'}\n")
    write(tree, "docker-bake.hcl", text='target "c" { context = "c" }\n')
    write(tree, "broken/compose.yml", text="{\n")
    write(tree, "docker-compose.override.yml", text="services: {a: {build: {target: t}}}\n")
    result = find(["."])
    assert [target.path for target in result] == ["a/Dockerfile", "b/Dockerfile", "c/Dockerfile", "d/Dockerfile"]
    assert [(each.path, each.kind) for each in result.projects] == [
        ("broken/compose.yml", "compose"),
        ("docker-bake.hcl", "bake"),
        ("docker-compose.prod.yml", "compose"),
        ("docker-compose.yml", "compose"),
        ("sub/compose.yaml", "compose"),
    ]
    index = compose_index(result.projects)
    assert {
        os.path.relpath(path): [(spec.service, spec.context, spec.target, spec.path) for spec in specs]
        for path, specs in index.items()
    } == {
        "c/Dockerfile": [("c", "c", None, "docker-bake.hcl")],
        "b/Dockerfile": [("b", "b", None, "docker-compose.prod.yml")],
        "a/Dockerfile": [
            ("a", "a", "t", "docker-compose.yml"),
            ("a2", ".", None, "docker-compose.yml"),
            ("a", "a", None, "sub/compose.yaml"),
        ],
    }
