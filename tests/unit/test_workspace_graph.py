"""Workspaces: members, managers, links, ranges."""

from __future__ import annotations

import json

import pytest

from dflint.context import MemoryContext
from dflint.context.workspace import load_workspace
from dflint.context.workspace.jsonc import parse_object
from dflint.context.workspace.paths import find_packages, relative
from dflint.context.workspace.semver import satisfies


def package(name: str, **fields: object) -> str:
    return json.dumps({"name": name, "version": "1.0.0", **fields})


PNPM = {
    "package.json": json.dumps({"name": "root", "packageManager": "pnpm@9.12.0"}),
    "pnpm-workspace.yaml": 'packages:\n  - "services/*"\n  - shared/**\n  - "!**/skip"\n',
    "shared/a/package.json": package("@x/a"),
    "shared/deep/b/package.json": package("@x/b", dependencies={"@x/a": "workspace:^"}),
    "shared/skip/package.json": package("@x/skip"),
    "shared/node_modules/c/package.json": package("c"),
    "services/api/package.json": package(
        "@x/api", dependencies={"@x/b": "workspace:*"}, devDependencies={"@x/a": "^1.0.0"}
    ),
    "services/broken/package.json": "{",
    "services/empty/readme.md": "",
}


def names(packages: object) -> list[str]:
    return [each.label for each in packages]  # type: ignore[attr-defined]


def test_pnpm_members_and_links() -> None:
    workspace = load_workspace(MemoryContext(PNPM), "services/api/src")
    assert workspace is not None
    assert (workspace.root, workspace.manager) == ("", "pnpm")
    assert names(workspace.members) == ["@x/api", "@x/a", "@x/b"]
    api = workspace.by_name["@x/api"]
    # pnpm 9 links a plain range only where the workspace asks for it.
    assert names(workspace.needs(api)) == ["@x/b"]
    assert names(workspace.closure([api])) == ["@x/a", "@x/b", "@x/api"]
    assert workspace.package_at("services/api/src") is api
    assert workspace.package_at("elsewhere") is workspace.root_package
    assert names(workspace.dependents(workspace.by_name["@x/a"])) == ["@x/api", "@x/b"]


def test_pnpm_links_ranges_when_told_to() -> None:
    files = {**PNPM, ".npmrc": "; settings\nlink-workspace-packages = true\nnode-linker=hoisted\n"}
    workspace = load_workspace(MemoryContext(files), "services/api")
    assert workspace is not None
    assert names(workspace.needs(workspace.by_name["@x/api"])) == ["@x/a", "@x/b"]
    assert workspace.settings.linker == "hoisted"
    old = {**PNPM, "package.json": json.dumps({"packageManager": "pnpm@8.6.0"})}
    workspace = load_workspace(MemoryContext(old), "")
    assert workspace is not None and workspace.settings.links_ranges


def test_pnpm_injected_and_catalog() -> None:
    yaml = "packages: ['*']\ncatalog:\n  '@x/a': workspace:*\ncatalogs:\n  old:\n    '@x/a': ^0.1.0\n"
    files = {
        "pnpm-workspace.yaml": yaml,
        "a/package.json": package("@x/a"),
        "b/package.json": package("@x/b", dependencies={"@x/a": "catalog:"}),
        "c/package.json": package("@x/c", dependencies={"@x/a": "catalog:old"}),
        "d/package.json": package(
            "@x/d", dependencies={"@x/a": "workspace:*"}, dependenciesMeta={"@x/a": {"injected": True}}
        ),
        "e/package.json": package("@x/e", dependencies={"alias": "workspace:@x/a@*", "@x/b": "link:../b"}),
    }
    workspace = load_workspace(MemoryContext(files), "b")
    assert workspace is not None
    found = {each.label: names(workspace.needs(each)) for each in workspace.members}
    assert found == {"@x/a": [], "@x/b": ["@x/a"], "@x/c": [], "@x/d": [], "@x/e": ["@x/a", "@x/b"]}


@pytest.mark.parametrize(
    ("files", "manager"),
    [
        ({"package-lock.json": "{}"}, "npm"),
        ({"yarn.lock": "# yarn lockfile v1"}, "yarn"),
        ({"yarn.lock": "", ".yarnrc.yml": "nodeLinker: node-modules\n"}, "berry"),
        ({"bun.lock": ""}, "bun"),
        ({}, None),
    ],
)
def test_managers_by_lock_file(files: dict[str, str], manager: str | None) -> None:
    root = json.dumps({"workspaces": {"packages": ["./packages/{a,b}/"]}})
    files = {
        **files,
        "package.json": root,
        "packages/a/package.json": package("a"),
        "packages/b/package.json": package("b"),
    }
    workspace = load_workspace(MemoryContext(files), "packages/a")
    assert workspace is not None
    assert workspace.manager == manager
    assert names(workspace.members) == ["a", "b"]


def test_the_range_decides_between_member_and_registry() -> None:
    files = {
        "package.json": json.dumps({"workspaces": ["*"]}),
        "package-lock.json": "{}",
        "lib/package.json": json.dumps({"name": "lib", "version": "1.2.17"}),
        "old/package.json": package("old", dependencies={"lib": "^0.1.8"}),
        "new/package.json": package("new", dependencies={"lib": "^1.0.0"}),
        "any/package.json": package("any", dependencies={"lib": "*"}),
        "tag/package.json": package("tag", dependencies={"lib": "latest"}),
        "peer/package.json": package("peer", peerDependencies={"lib": "*"}),
    }
    workspace = load_workspace(MemoryContext(files), "old")
    assert workspace is not None
    linked = [each.label for each in workspace.members if workspace.needs(each)]
    assert linked == ["any", "new"]


def test_a_package_outside_of_the_workspace_stands_alone() -> None:
    files = {**PNPM, "tools/cli/package.json": package("cli", dependencies={"@x/a": "workspace:*"})}
    workspace = load_workspace(MemoryContext(files), "tools/cli")
    assert workspace is not None
    assert (workspace.root, workspace.members) == ("tools/cli", ())
    assert load_workspace(MemoryContext({"a.txt": ""}), "") is None


def test_lerna_lists_packages_itself() -> None:
    files = {
        "package.json": "{}",
        "lerna.json": json.dumps({"packages": ["modules/*"]}),
        "yarn.lock": "",
        "modules/a/package.json": package("a"),
    }
    workspace = load_workspace(MemoryContext(files), "modules/a")
    assert workspace is not None and names(workspace.members) == ["a"]


def test_broken_files_are_silent() -> None:
    files = {"package.json": '{"workspaces": 3}', "pnpm-workspace.yaml": "packages: [\n", "a/package.json": "[]"}
    workspace = load_workspace(MemoryContext(files), "a")
    assert workspace is not None and workspace.members == ()


@pytest.mark.parametrize(
    ("version", "wanted", "expected"),
    [
        ("1.2.3", "^1.0.0", True),
        ("1.2.3", "^1.3.0", False),
        ("0.2.5", "^0.2.3", True),
        ("0.3.0", "^0.2.3", False),
        ("0.0.3", "^0.0.3", True),
        ("0.0.4", "^0.0.3", False),
        ("1.2.9", "~1.2.3", True),
        ("1.3.0", "~1.2.3", False),
        ("1.9.0", "1", True),
        ("1.9.0", "1.x", True),
        ("2.0.0", "1.x || 2.x", True),
        ("1.2.3", ">=1.2.3 <2", True),
        ("2.0.0", ">= 1.2.3 < 2", False),
        ("1.5.0", "1.2 - 1.5", True),
        ("1.6.0", "1.2 - 1.5", False),
        ("1.0.0-alpha.1.1", "^1.0.0-alpha.1.1", True),
        ("1.0.0-alpha.1", "^1.0.0", False),
        ("1.0.1-alpha.1", "^1.0.0-alpha.0", False),
        ("1.0.0-beta.2", ">=1.0.0-beta.10", False),
        ("1.0.0", "latest", None),
        ("1.0.0", "git+https://example.org/x.git", None),
        (None, "*", True),
        (None, "^1.0.0", None),
        ("1.0.0", ">1", False),
        ("2.0.0", ">1", True),
        ("1.9.9", "<=1", True),
        ("1.0.0", "v1.0.0", True),
    ],
)
def test_ranges(version: str | None, wanted: str, expected: bool | None) -> None:
    assert satisfies(version, wanted) is expected


def test_jsonc() -> None:
    text = '\ufeff{ // comment\n "a": "x // y", /* b */ "c": [1, 2,], "d": {"e": "\\"",},\n}'
    assert parse_object(text) == {"a": "x // y", "c": [1, 2], "d": {"e": '"'}}
    assert parse_object("[1]") is None
    assert parse_object('{"a" 1}') is None
    assert parse_object(None) is None
    assert parse_object("{" * 100_000) is None


def test_relative_paths() -> None:
    assert relative("a/b", "a/c") == "../b"
    assert relative("a", "a") == "."
    assert relative("a/b", "") == "a/b"


def test_patterns_above_the_root() -> None:
    files = {"a/package.json": "{}", "w/x/package.json": "{}"}
    assert find_packages(MemoryContext(files), "w", ["../a", "*"]) == ("a", "w/x")
