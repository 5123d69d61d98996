"""Projects of a context: what their manifests declare and need."""

from __future__ import annotations

import pytest

from dflint.context import MemoryContext
from dflint.context.projects import projects
from dflint.context.projects.cargo import members_of, read_crate
from dflint.context.projects.dotnet import solution_projects
from dflint.context.projects.golang import imports, read_module, sources
from dflint.context.projects.java import settings_calls
from dflint.context.projects.project import matching, read_toml, read_xml, seen_from
from dflint.context.projects.python import normalised, read_pyproject, required
from dflint.context.projects.requirements import local_path, references
from dflint.context.projects.setuppy import opened_files

FILES = {
    "pyproject.toml": '[project]\nname = "Shop"\ndependencies = ["shop-api>=1"]\n'
    "[tool.uv.sources]\nshop_api = { workspace = true }\n"
    '[tool.uv.workspace]\nmembers = ["py/*"]\nexclude = ["py/old"]\n',
    "py/api/pyproject.toml": '[project]\nname = "shop.api"\nreadme = "README.md"\n'
    '[build-system]\nbuild-backend = "hatchling.build"\n',
    "py/old/pyproject.toml": '[project]\nname = "old"\n',
    "Cargo.toml": '[workspace]\nmembers = ["rs/*"]\nexclude = ["rs/loose"]\n[workspace.dependencies]\n'
    'kit = { path = "rs/kit" }\n',
    "rs/app/Cargo.toml": '[package]\nname = "app"\nversion.workspace = true\n[dependencies]\nkit.workspace = true\n',
    "rs/kit/Cargo.toml": '[package]\nname = "kit"\nbuild = "build.rs"\n',
    "rs/loose/Cargo.toml": '[package]\nname = "loose"\n',
    "go.work": "go 1.22\nuse ./go/app\nuse (\n\t./go/kit // shared\n)\n",
    "go/app/go.mod": 'module example.org/app\nrequire "example.org/kit" v0.0.0\nreplace example.org/kit => ../kit\n',
    "go/kit/go.mod": "module example.org/kit\n",
    "pom.xml": '<project xmlns="http://maven.apache.org/POM/4.0.0"><artifactId>all</artifactId>'
    "<modules><module>java/app</module></modules></project>",
    "java/app/pom.xml": "<project><parent><artifactId>all</artifactId>"
    "<relativePath>../../pom.xml</relativePath></parent><artifactId>japp</artifactId></project>",
    "settings.gradle": "include 'kotlin:app', ':lib'\n",
    "kotlin/app/build.gradle": "",
    "net/Shop.slnx": '<Solution><Folder Name="/src/"><Project Path="Api/Api.csproj" /></Folder></Solution>',
    "net/Api/Api.csproj": '<Project><ItemGroup><ProjectReference Include="..\\Kit\\Kit.csproj" /></ItemGroup>'
    "</Project>",
    "net/Kit/Kit.csproj": "<Project/>",
    "node_modules/x/Cargo.toml": '[package]\nname = "x"\n',
    "target/package/y/Cargo.toml": '[package]\nname = "y"\n',
}


def test_all_projects_with_what_they_need() -> None:
    found = {
        project.manifest: (project.tool, project.label, project.needs) for project in projects(MemoryContext(FILES))
    }
    assert found == {
        "Cargo.toml": ("cargo", "the workspace", ("rs/app/Cargo.toml", "rs/kit/Cargo.toml")),
        "rs/app/Cargo.toml": ("cargo", "app", ("rs/kit/Cargo.toml", "Cargo.toml")),
        "rs/kit/Cargo.toml": ("cargo", "kit", ("Cargo.toml",)),
        "rs/loose/Cargo.toml": ("cargo", "loose", ()),
        "go.work": ("go", "go.work", ("go/app/go.mod", "go/kit/go.mod")),
        "go/app/go.mod": ("go", "example.org/app", ("go/kit/go.mod",)),
        "go/kit/go.mod": ("go", "example.org/kit", ()),
        "java/app/pom.xml": ("maven", "japp", ("pom.xml",)),
        "pom.xml": ("maven", "all", ("java/app/pom.xml",)),
        "net/Api/Api.csproj": ("dotnet", "Api", ("net/Kit/Kit.csproj",)),
        "net/Kit/Kit.csproj": ("dotnet", "Kit", ()),
        "net/Shop.slnx": ("dotnet", "Shop", ("net/Api/Api.csproj",)),
        "py/api/pyproject.toml": ("python", "shop-api", ("pyproject.toml",)),
        "py/old/pyproject.toml": ("python", "old", ()),
        "pyproject.toml": ("python", "shop", ("py/api/pyproject.toml",)),
        "settings.gradle": ("gradle", "build", ("kotlin/app/build.gradle",)),
    }


def test_files_that_a_manifest_names() -> None:
    found = {project.manifest: project.files for project in projects(MemoryContext(FILES)) if project.files}
    assert found == {"py/api/pyproject.toml": ("py/api/README.md",), "rs/kit/Cargo.toml": ("rs/kit/build.rs",)}


def test_projects_are_read_once() -> None:
    context = MemoryContext(FILES)
    assert projects(context) is projects(context)


def test_files_that_cannot_be_read_are_no_projects() -> None:
    files = {"Cargo.toml": "[", "pom.xml": "<project", "go.mod/x": "", "pyproject.toml": "\udcff", "a/pom.xml": "<x/>"}
    assert projects(MemoryContext(files)) == ()
    assert read_toml(MemoryContext({}), "a.toml") is None
    assert read_xml(MemoryContext({"a.xml": '<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>'}), "a.xml") is None


def test_members_of_a_cargo_workspace() -> None:
    context = MemoryContext({**FILES, "Cargo.toml": '[workspace]\nmembers = ["rs/app", "rs/[k]*"]\n'})
    root = read_crate(context, "Cargo.toml")
    assert root is not None
    assert list(members_of(context, root)) == [("rs/app/Cargo.toml", True), ("rs/kit/Cargo.toml", False)]


def test_targets_of_a_crate() -> None:
    text = '[package]\nname = "a"\n[[bench]]\nname = "b"\n[[test]]\nname = "t"\npath = "t.rs"\n[lib]\n'
    crate = read_crate(MemoryContext({"x/Cargo.toml": text}), "x/Cargo.toml")
    assert crate is not None
    assert list(crate.named_targets()) == [("benches", ["x/benches/b.rs", "x/benches/b/main.rs"])]
    assert crate.names_targets


def test_go_module() -> None:
    text = (
        "module example.org/app // the program\n\nrequire (\n\texample.org/a v1.0.0 // indirect\n"
        "\texample.org/b v1.0.0\n)\nreplace (\n\texample.org/a => ./a\n\texample.org/b v1.0.0 => ../b\n"
        "\texample.org/c => example.org/d v1.0.0\n)\n"
    )
    module = read_module(MemoryContext({"x/go.mod": text}), "x/go.mod")
    assert module is not None
    assert (module.name, module.requires) == ("example.org/app", ("example.org/a", "example.org/b"))
    assert module.replaced == {"example.org/a": "x/a"}


def test_go_files_that_every_build_compiles() -> None:
    plain = "// Package x\npackage x\n"
    files = {
        "x.go": plain,
        "x_test.go": plain,
        "x_windows.go": plain,
        "x_linux_amd64.go": plain,
        "tagged.go": "//go:build tools\n\npackage x\n",
        "old.go": "// +build ignore\n\npackage x\n",
        "cgo.go": 'package x\n\nimport "C"\n',
        "_x.go": plain,
        "empty.go": "",
        "x.txt": "",
    }
    assert sources(MemoryContext(files), "") == ["x.go"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('import "fmt"\n', ["fmt"]),
        ('import (\n\t"fmt"\n\t// "no"\n\tx "example.org/x" // why\n\t_ "example.org/y"\n)\nvar s = "z"\n',
         ["fmt", "example.org/x", "example.org/y"]),
        ('import ("a"; "b")\n', ["a"]),
        ('func f() {\nimport "no"\n}\n', []),
    ],
)  # fmt: skip
def test_go_imports(text: str, found: list[str]) -> None:
    assert imports(MemoryContext({"x.go": "package x\n" + text}), "x.go") == found


def test_requirements_file() -> None:
    text = (
        "# -r no.txt\n-r base.txt  # why\n--requirement=dev.txt\n-c limits.txt\n-e ./lib[extra]\n--editable other\n"
        "flask==3.0 ; python_version < '3.9'\n./here ; python_version > '3'\nkit @ file:./kit\nfile:../up\n"
        "far @ https://example.org/far.zip\ngit+https://example.org/x.git\n--find-links wheels/\n"
        "wheels/a-1-py3-none-any.whl\n-r ${HOME}/x.txt\nlong \\\n  ==1.0 --hash=sha256:a/b\n"
    )
    assert list(references(text)) == [
        ("file", "base.txt"), ("file", "dev.txt"), ("file", "limits.txt"), ("project", "./lib"),
        ("project", "./here"), ("project", "./kit"), ("project", "../up"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (".", "."), (".[dev]", "."), ("./a", "./a"), ("a/b", "a/b"), ("/a", "/a"), ("a", None), ("a[b]", None),
        ("a==1/2", None), ("https://example.org/a", None), ("./a.whl", None), ("file:///a", "/a"),
    ],
)  # fmt: skip
def test_local_path(text: str, path: str | None) -> None:
    assert local_path(text) == path


@pytest.mark.parametrize(
    ("backend", "files"),
    [
        ("hatchling.build", ["a/README.md", "a/COPYING"]),
        ("flit_core.buildapi", ["a/README.md", "a/COPYING", "a/NOTICE"]),
        ("setuptools.build_meta", []),
    ],
)
def test_files_of_the_metadata(backend: str, files: list[str]) -> None:
    text = (
        '[project]\nname = "a"\nreadme = { file = "README.md" }\nlicense = { file = "COPYING" }\n'
        f'license-files = ["NOTICE", "LICENSE*"]\n[build-system]\nbuild-backend = "{backend}"\n'
    )
    project = read_pyproject(MemoryContext({"a/pyproject.toml": text}), "a/pyproject.toml")
    assert project is not None
    assert project.metadata_files() == files


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('with open("README.md", encoding="utf-8") as f:\n    long = f.read()\n', ["a/README.md"]),
        ('here = os.path.abspath(os.path.dirname(__file__))\nlong = open(os.path.join(here, "docs", "x.rst")).read()\n',
         ["a/docs/x.rst"]),
        ('def read(name):\n    return open(os.path.join(os.path.dirname(__file__), name)).read()\n'
         'setup(long_description=read("README.md"), version=read("v") if v else "1")\n', ["a/README.md"]),
        ('def read(name):\n    try:\n        return open(name).read()\n    except OSError:\n        return ""\n'
         'setup(long_description=read("README.md"))\n', []),
        ('if x:\n    open("README.md")\nopen("out", "w")\nopen(name)\nopen("/etc/x")\nlazy = lambda: open("no")\n', []),
        ("this is no Python", []),
    ],
)  # fmt: skip
def test_files_that_a_setup_script_opens(text: str, found: list[str]) -> None:
    assert opened_files(MemoryContext({"a/setup.py": text}), "a/setup.py") == found


def test_names() -> None:
    assert normalised("Shop_API.v2") == "shop-api-v2"
    assert [required(line) for line in ("a>=1", "B[x] ~= 2", "c_d;x", "e @ file:./e")] == ["a", "b", "c-d", "e"]
    assert seen_from("a/b", "../c/./d") == "a/c/d"
    assert seen_from("a", "../../c") is None
    assert settings_calls('include(":a", ":b")\n// include(":c")\nincludeFlat("d")\n', "include") == [":a", ":b"]


def test_folders_of_a_glob() -> None:
    context = MemoryContext({"a/b/x": "", "a/c/d/x": "", "a/node_modules/x": "", "a/.git/x": ""})
    assert matching(context, "", "a/*") == ["a/b", "a/c"]
    assert matching(context, "", "a/**") == ["a", "a/b", "a/c", "a/c/d"]


def test_projects_of_a_solution() -> None:
    text = (
        'Project("{F}") = "src", "src", "{1}"\nEndProject\n'
        'Project("{P}") = "Api", "src\\Api\\Api.csproj", "{2}"\nEndProject\n'
        'Project("{P}") = "Out", "..\\Out\\Out.csproj", "{3}"\nEndProject\n'
    )
    assert solution_projects(MemoryContext({"x/y.sln": text}), "x/y.sln") == ["x/src/Api/Api.csproj", "Out/Out.csproj"]
