"""What build tools other than JavaScript's read: each case says which files a Dockerfile's commands lack."""
# ruff: noqa: E501

from __future__ import annotations

import pytest

from dflint.context import MemoryContext
from dflint.model import Build, BuildConfig
from dflint.model.projectwants import project_wants
from dflint.syntax import parse
from dflint.text import Source


def lacks(dockerfile: str, files: dict[str, str]) -> list[str]:
    """The wants of a build as ``kind state path place``."""
    build = Build(parse(Source(dockerfile, "Dockerfile")), BuildConfig(), MemoryContext(files))
    return [f"{want.kind} {want.state} {want.path} {want.place}" for want in project_wants(build)]


CARGO = {
    "Cargo.toml": '[workspace]\nmembers = ["app", "lib", "tools/*"]\n',
    "Cargo.lock": "",
    "app/Cargo.toml": '[package]\nname = "app"\n[dependencies]\nlib = { path = "../lib" }\n',
    "app/src/main.rs": "fn main() {}",
    "lib/Cargo.toml": '[package]\nname = "lib"\n',
    "lib/src/lib.rs": "",
    "tools/gen/Cargo.toml": '[package]\nname = "gen"\n[[bench]]\nname = "speed"\n',
    "tools/gen/src/main.rs": "",
    "tools/gen/benches/speed.rs": "",
}
RUST = "FROM rust:1.82\nWORKDIR /src\n"


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("COPY . .\nRUN cargo build --locked", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY app app\nRUN cargo build -p app", ["source uncopied lib /src/lib"]),
        ("COPY Cargo.toml ./\nCOPY app app\nCOPY lib lib\nRUN cargo build --locked", ["lock uncopied Cargo.lock /src/Cargo.lock"]),
        ("COPY Cargo.toml ./\nCOPY app app\nCOPY lib lib\nRUN cargo fetch && cargo build --locked", []),
        ("COPY Cargo.* ./\nCOPY app app\nCOPY lib/Cargo.toml lib/\nRUN cargo fetch", ["source uncopied lib/src /src/lib/src"]),
        ("COPY Cargo.* ./\nCOPY app app\nCOPY lib/Cargo.toml lib/\nRUN mkdir lib/src && touch lib/src/lib.rs && cargo fetch", []),
        ("COPY Cargo.* ./\nCOPY app app\nCOPY lib lib\nCOPY tools/gen/Cargo.toml tools/gen/\nCOPY tools/gen/src tools/gen/src\nRUN cargo build",
         ["source uncopied tools/gen/benches /src/tools/gen/benches"]),
        ("COPY Cargo.* ./\nCOPY app app\nRUN sed -i '/lib/d' Cargo.toml\nRUN cargo build", []),
        ("COPY Cargo.* ./\nCOPY app app\nRUN ./prepare.sh\nRUN cargo build", []),
        ("COPY app app\nRUN cd app && cargo build || true", []),
        ("COPY app app\nRUN cargo chef cook --recipe-path recipe.json && cargo build", []),
        ("COPY src src\nRUN cargo build", ["manifest uncopied Cargo.toml /src/Cargo.toml"]),
        ("RUN --mount=type=bind,target=. cargo build --locked", []),
        ("RUN cargo install --locked cargo-chef", []),
        ("COPY Cargo.* ./\nCOPY app app\nRUN cargo install --path app --locked", ["source uncopied lib /src/lib"]),
        ("COPY Cargo.toml ./\nCOPY app app\nCOPY lib lib\nRUN cargo install --path app --locked", []),
        ("COPY app app\nRUN cargo build --manifest-path app/Cargo.toml", ["source uncopied lib /src/lib"]),
    ],
)  # fmt: skip
def test_cargo(steps: str, found: list[str]) -> None:
    assert lacks(RUST + steps, CARGO) == found


def test_cargo_inherits_from_a_workspace_that_is_not_copied() -> None:
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["app"]\n[workspace.package]\nversion = "1.0.0"\n',
        "app/Cargo.toml": '[package]\nname = "app"\nversion.workspace = true\n',
        "app/src/main.rs": "",
    }
    assert lacks(RUST + "COPY app ./app\nWORKDIR app\nRUN cargo build", files) == [
        "manifest uncopied Cargo.toml /src/Cargo.toml"
    ]


def test_cargo_leaves_tests_and_options_of_packages_outside_the_workspace_alone() -> None:
    files = {
        "app/Cargo.toml": '[package]\nname = "app"\n[dependencies]\nlib = { path = "../lib" }\n',
        "app/src/main.rs": "",
        "lib/Cargo.toml": '[package]\nname = "lib"\n[dev-dependencies]\nx = { path = "../x" }\n[dependencies]\ny = { path = "../y", optional = true }\n[[bench]]\nname = "speed"\n',
        "lib/src/lib.rs": "",
        "lib/benches/speed.rs": "",
        "x/Cargo.toml": "",
        "y/Cargo.toml": "",
    }
    steps = "COPY app app\nCOPY lib/Cargo.toml lib/\nCOPY lib/src lib/src\nRUN cd app && cargo build"
    assert lacks(RUST + steps, files) == []
    assert lacks(RUST + "COPY lib lib\nRUN cd lib && cargo build", files) == [
        "source uncopied y /src/y",
        "source uncopied x /src/x",
    ]


GO = {
    "go.work": "go 1.22\n\nuse (\n\t./app\n\t./lib\n)\n",
    "app/go.mod": "module example.org/app\n\ngo 1.22\n\nrequire (\n\texample.org/lib v0.0.0\n\texample.org/far v1.0.0\n)\n\nreplace example.org/lib => ../lib\n",
    "app/go.sum": "x",
    "app/main.go": 'package main\n\nimport (\n\t"fmt"\n\n\t"example.org/app/internal/api"\n)\n\nfunc main() { fmt.Println(api.X) }\n',
    "app/internal/api/api.go": 'package api\n\nimport "example.org/lib/text"\n\nvar X = text.T\n',
    "lib/go.mod": "module example.org/lib\n\ngo 1.22\n",
    "lib/text/text.go": "package text\n\nvar T = 1\n",
}  # fmt: skip
GOLANG = "FROM golang:1.22\nWORKDIR /src/app\n"


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("COPY app .\nCOPY lib ../lib\nRUN go build -o /bin/app .", []),
        ("COPY app/go.mod app/go.sum ./\nRUN go mod download", ["manifest uncopied lib/go.mod /src/lib/go.mod"]),
        ("COPY app/go.mod app/go.sum ./\nCOPY lib/go.mod ../lib/\nRUN go mod download\nCOPY app .\nCOPY lib ../lib\nRUN go build .", []),
        ("COPY app .\nCOPY lib/go.mod ../lib/\nRUN go build -o app .", ["source uncopied lib/text /src/lib/text"]),
        ("COPY app .\nRUN go build -ldflags \"-s -X main.v=$V\" .", ["source uncopied lib /src/lib"]),
        ("COPY app/go.* app/main.go ./\nCOPY lib ../lib\nRUN go build", ["source uncopied app/internal /src/app/internal"]),
        ("COPY app/go.mod ./\nCOPY app/main.go ./\nCOPY app/internal internal\nCOPY lib ../lib\nRUN go build", ["lock uncopied app/go.sum /src/app/go.sum"]),
        ("COPY app/go.mod ./\nCOPY app/main.go ./\nCOPY app/internal internal\nCOPY lib ../lib\nRUN go mod tidy && go build", []),
        ("COPY app/go.mod ./\nCOPY app/main.go ./\nCOPY app/internal internal\nCOPY lib ../lib\nRUN go build -mod=mod", []),
        ("WORKDIR /src\nCOPY go.work ./\nCOPY app app\nRUN cd app && go build", ["manifest uncopied lib/go.mod /src/lib/go.mod"]),
        ("WORKDIR /src\nENV GOWORK=off\nCOPY go.work ./\nCOPY app app\nCOPY lib lib\nRUN cd app && go build", []),
        ("RUN go install example.org/tool@latest", []),
        ("COPY app .\nENV GO111MODULE=off\nRUN go build", []),
    ],
)  # fmt: skip
def test_go(steps: str, found: list[str]) -> None:
    assert lacks(GOLANG + steps, GO) == found


UV = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["api"]\n[tool.uv.sources]\napi = { workspace = true }\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
    "uv.lock": '[manifest]\nmembers = ["shop", "api", "base", "docs"]\n',
    "packages/api/pyproject.toml": '[project]\nname = "api"\nversion = "1"\nreadme = "README.md"\ndependencies = ["base"]\n[tool.uv.sources]\nbase = { workspace = true }\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    "packages/api/README.md": "x",
    "packages/api/src/api/__init__.py": "",
    "packages/base/pyproject.toml": '[project]\nname = "base"\nversion = "1"\n[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n',
    "packages/base/src/base/__init__.py": "",
    "packages/docs/pyproject.toml": '[project]\nname = "docs"\nversion = "1"\n',
}  # fmt: skip
PYTHON = "FROM python:3.12-slim\nRUN pip install uv\nWORKDIR /app\n"
BASE = "source uncopied packages/base /app/packages/base"
DOCS = "manifest uncopied packages/docs/pyproject.toml /app/packages/docs/pyproject.toml"


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("COPY . .\nRUN uv sync --frozen", []),
        ("COPY pyproject.toml uv.lock ./\nCOPY packages/api packages/api\nRUN uv sync --frozen", [BASE]),
        ("COPY pyproject.toml uv.lock ./\nCOPY packages/api packages/api\nRUN uv sync --locked", [BASE, DOCS]),
        ("COPY pyproject.toml uv.lock ./\nRUN uv sync --frozen --no-install-workspace", []),
        ("COPY pyproject.toml ./\nRUN uv sync --frozen --no-install-workspace", ["lock uncopied uv.lock /app/uv.lock"]),
        ("COPY pyproject.toml ./\nENV UV_LOCKED=1\nCOPY packages packages\nRUN uv sync", ["lock uncopied uv.lock /app/uv.lock"]),
        ("COPY pyproject.toml ./\nCOPY packages packages\nRUN uv sync", []),
        ("COPY pyproject.toml uv.lock ./\nCOPY packages/base packages/base\nCOPY packages/api/pyproject.toml packages/api/\nCOPY packages/api/src packages/api/src\nRUN uv sync --frozen",
         ["config uncopied packages/api/README.md /app/packages/api/README.md"]),
        ("COPY pyproject.toml uv.lock ./\nCOPY packages/api packages/api\nCOPY packages/base/pyproject.toml packages/base/\nRUN uv sync --frozen",
         ["source uncopied packages/base/src/base /app/packages/base/src/base"]),
        ("RUN --mount=type=bind,source=uv.lock,target=uv.lock --mount=type=bind,source=pyproject.toml,target=pyproject.toml uv sync --frozen --no-install-workspace", []),
        ("COPY src src\nRUN uv sync", ["manifest uncopied pyproject.toml /app/pyproject.toml"]),
        ("COPY packages/api/ uv.lock ./\nRUN uv sync --frozen --no-install-project", []),
        ("COPY packages/api/ ./\nRUN uv sync", ["manifest uncopied pyproject.toml /pyproject.toml"]),
        ("COPY pyproject.toml ./\nCOPY packages/api packages/api\nRUN uv pip install ./packages/api", [BASE]),
    ],
)  # fmt: skip
def test_uv(steps: str, found: list[str]) -> None:
    assert lacks(PYTHON + steps, UV) == found


PIP = {
    "requirements.txt": "-r requirements/base.txt\n-e ./libs/core\nflask\n",
    "requirements/base.txt": "-c limits.txt\nhttpx\n",
    "requirements/limits.txt": "",
    "libs/core/setup.py": "",
    "pyproject.toml": '[project]\nname = "shop"\nreadme = "README.md"\nlicense-files = ["LICENSE"]\n[build-system]\nbuild-backend = "flit_core.buildapi"\n',
    "README.md": "",
    "LICENSE": "",
    "shop/__init__.py": "",
    ".dockerignore": "*.md\n",
}  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("COPY requirements.txt .\nCOPY requirements requirements\nCOPY libs libs\nRUN pip install -r requirements.txt", []),
        ("COPY requirements.txt .\nRUN pip install -r requirements.txt",
         ["config uncopied requirements/base.txt /app/requirements/base.txt", "source uncopied libs/core /app/libs/core"]),
        ("COPY requirements.txt .\nCOPY requirements/base.txt requirements/\nCOPY libs libs\nRUN python -m pip install -rrequirements.txt",
         ["config uncopied requirements/limits.txt /app/requirements/limits.txt"]),
        ("RUN pip install -r requirements.txt", ["config uncopied requirements.txt /app/requirements.txt"]),
        ("RUN pip freeze > requirements.txt && pip install -r requirements.txt", []),
        ("COPY shop shop\nRUN pip install .", ["manifest uncopied pyproject.toml /app/pyproject.toml"]),
        ("COPY . .\nRUN pip install .", ["config ignored README.md /app/README.md"]),
        ("COPY pyproject.toml .\nCOPY shop shop\nRUN pip install -e .",
         ["config ignored README.md /app/README.md", "config uncopied LICENSE /app/LICENSE"]),
        ("RUN pip install /wheels/* ./wheels/*.whl", []),
        ("RUN python -m poetry export --output requirements.txt && pip install -r requirements.txt", []),
        ("COPY shop shop\nRUN pip install '.[all]'", ["manifest uncopied pyproject.toml /app/pyproject.toml"]),
        ("RUN pip install flask==3.0 'uvicorn[standard]' git+https://example.org/x.git", []),
        ("COPY $FILES .\nRUN pip install -r requirements.txt", []),
    ],
)  # fmt: skip
def test_pip(steps: str, found: list[str]) -> None:
    assert lacks(PYTHON + steps, PIP) == found


def test_files_that_a_setup_script_opens() -> None:
    files = {
        "setup.py": 'from setuptools import setup\nsetup(long_description=open("README.md").read())\n',
        "README.md": "",
    }
    assert lacks(PYTHON + "COPY setup.py .\nRUN pip install -e .", files) == [
        "config uncopied README.md /app/README.md"
    ]
    assert lacks(PYTHON + "COPY . .\nRUN pip install -e .", files) == []
    assert lacks(PYTHON + "COPY setup.py .\nRUN touch README.md && pip install -e .", files) == []


POETRY = {
    "app/pyproject.toml": '[tool.poetry]\nname = "app"\nreadme = "README.md"\n[tool.poetry.dependencies]\nlib = { path = "../lib" }\n[build-system]\nbuild-backend = "poetry.core.masonry.api"\n',
    "app/README.md": "",
    "app/app/__init__.py": "",
    "lib/pyproject.toml": '[tool.poetry]\nname = "lib"\n',
}  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("COPY lib ../lib\nCOPY app .\nRUN poetry install", []),
        ("COPY app .\nRUN poetry install --no-root", ["source uncopied lib /lib"]),
        ("COPY lib ../lib\nCOPY app/pyproject.toml .\nRUN poetry install --no-root", []),
        ("COPY lib ../lib\nCOPY app/pyproject.toml .\nCOPY app/app app\nRUN poetry install", ["config uncopied app/README.md /app/README.md"]),
    ],
)  # fmt: skip
def test_poetry(steps: str, found: list[str]) -> None:
    assert lacks("FROM python:3.12-slim\nRUN pip install poetry\nWORKDIR /app\n" + steps, POETRY) == found


def test_poetry_1_only_warns() -> None:
    steps = "FROM python:3.12-slim\nRUN pip install poetry==1.8.3\nWORKDIR /app\nCOPY lib ../lib\nCOPY app/pyproject.toml .\n"
    assert lacks(steps + "RUN poetry install", POETRY) == []


MAVEN = {
    "pom.xml": "<project><artifactId>all</artifactId><modules><module>app</module><module>lib</module></modules></project>",
    "app/pom.xml": "<project><parent><artifactId>all</artifactId></parent><artifactId>app</artifactId></project>",
    "lib/pom.xml": "<project><parent><artifactId>all</artifactId></parent><artifactId>lib</artifactId></project>",
    "mvnw": "",
    ".mvn/wrapper/maven-wrapper.properties": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("COPY . .\nRUN mvn -B package", []),
        ("COPY pom.xml .\nCOPY app/pom.xml app/\nRUN mvn -pl app -am dependency:go-offline", ["manifest uncopied lib/pom.xml /src/lib/pom.xml"]),
        ("COPY pom.xml .\nCOPY app/pom.xml app/\nRUN mvn -N package", []),
        ("COPY app app\nRUN mvn -f app/pom.xml package", ["manifest uncopied pom.xml /src/pom.xml"]),
        ("COPY pom.xml mvnw ./\nCOPY app app\nCOPY lib lib\nRUN ./mvnw package", ["config uncopied .mvn /src/.mvn"]),
        ("COPY src src\nRUN mvn package", ["manifest uncopied pom.xml /src/pom.xml"]),
    ],
)  # fmt: skip
def test_maven(steps: str, found: list[str]) -> None:
    assert lacks("FROM maven:3.9-eclipse-temurin-21\nWORKDIR /src\n" + steps, MAVEN) == found


GRADLE = {
    "gradlew": "",
    "gradle/wrapper/gradle-wrapper.jar": "",
    "gradle/wrapper/gradle-wrapper.properties": "",
    "gradle/libs.versions.toml": "",
    "settings.gradle.kts": 'pluginManagement {\n    includeBuild("build-logic")\n}\ninclude(":app")\n',
    "build.gradle.kts": "plugins {\n    alias(libs.plugins.kotlin)\n}\n",
    "build-logic/settings.gradle.kts": "",
    "app/build.gradle.kts": "",
}


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("COPY . .\nRUN ./gradlew build", []),
        ("COPY gradlew *.kts ./\nCOPY gradle/libs.versions.toml gradle/\nCOPY app app\nCOPY build-logic build-logic\nRUN ./gradlew build",
         ["config uncopied gradle/wrapper/gradle-wrapper.jar /src/gradle/wrapper/gradle-wrapper.jar",
          "config uncopied gradle/wrapper/gradle-wrapper.properties /src/gradle/wrapper/gradle-wrapper.properties"]),
        ("COPY *.kts ./\nCOPY app app\nRUN gradle build",
         ["source uncopied build-logic /src/build-logic", "config uncopied gradle/libs.versions.toml /src/gradle/libs.versions.toml"]),
    ],
)  # fmt: skip
def test_gradle(steps: str, found: list[str]) -> None:
    assert lacks("FROM gradle:8-jdk21\nWORKDIR /src\n" + steps, GRADLE) == found


DOTNET = {
    "Shop.sln": 'Project("{1}") = "Api", "src\\Api\\Api.csproj", "{2}"\nEndProject\nProject("{1}") = "Shop.Core", "src\\Core\\Shop.Core.csproj", "{3}"\n',
    "src/Api/Api.csproj": '<Project><ItemGroup><ProjectReference Include="..\\Core\\Shop.Core.csproj" /></ItemGroup></Project>',
    "src/Api/Program.cs": "using Shop.Core.Text;\n",
    "src/Core/Shop.Core.csproj": "<Project/>",
    "src/Core/Text.cs": "namespace Shop.Core.Text;\n",
}  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("COPY . .\nRUN dotnet publish -c Release", []),
        ("COPY Shop.sln .\nCOPY src/Api/Api.csproj src/Api/\nRUN dotnet restore", ["manifest uncopied src/Core/Shop.Core.csproj /src/src/Core/Shop.Core.csproj"]),
        ("COPY src/Api/Api.csproj src/Api/\nRUN dotnet restore src/Api/Api.csproj", []),
        ("COPY src/Api src/Api\nRUN dotnet publish src/Api -c Release", ["source uncopied src/Core /src/src/Core"]),
    ],
)  # fmt: skip
def test_dotnet(steps: str, found: list[str]) -> None:
    assert lacks("FROM mcr.microsoft.com/dotnet/sdk:8.0\nWORKDIR /src\n" + steps, DOTNET) == found


SERVICE = {
    **CARGO,
    "src/main.rs": "",
    "go.mod": "module example.org/svc\n\ngo 1.22\n\nrequire example.org/far v1.0.0\n",
    "go.sum": "",
    "cmd/svc/main.go": 'package main\n\nimport _ "example.org/svc/pkg"\n',
    "pkg/pkg.go": "package pkg\n",
    "requirements.txt": "flask\n",
    "requirements-dev.txt": "-r requirements.txt\npytest\n",
    "pyproject.toml": '[project]\nname = "svc"\nversion = "1"\nreadme = "README.md"\n[build-system]\nbuild-backend = "hatchling.build"\n',
    "uv.lock": "",
    "README.md": "",
    "svc/__init__.py": "",
    "pom.xml": "<project><artifactId>svc</artifactId></project>",
    "settings.gradle": 'if (file("../kit").exists()) {\n    includeBuild("../kit")\n}\n',
    "Svc.sln": 'Project("{1}") = "Svc", "Svc\\Svc.csproj", "{2}"\n',
    "Svc/Svc.csproj": '<Project><ItemGroup><ProjectReference Include="..\\Kit\\Kit.csproj" /></ItemGroup></Project>',
    "Kit/Kit.csproj": "<Project/>",
    "Kit/Kit.cs": "",
}  # fmt: skip


@pytest.mark.parametrize(
    "dockerfile",
    [
        # The dependencies are compiled with something in the place of the sources.
        "FROM rust:1.82\nWORKDIR /a\nRUN cargo chef prepare && cargo chef cook --release\nCOPY . .\nRUN cargo build --locked\n",
        "FROM rust:1.82\nRUN USER=root cargo new --bin a\nWORKDIR /a\nCOPY Cargo.toml Cargo.lock ./\nRUN cargo build --release\n",
        "FROM rust:1.82\nWORKDIR /a\nCOPY Cargo.toml Cargo.lock ./\nCOPY app/Cargo.toml app/\nCOPY lib/Cargo.toml lib/\n"
        "RUN for d in app lib; do mkdir -p $d/src && echo 'fn main() {}' > $d/src/main.rs; done && cargo build\n",
        "FROM rust:1.82\nWORKDIR /a\nCOPY app/Cargo.toml app/Cargo.lock ./\nRUN sed -i '/path/d' Cargo.toml && mkdir src && touch src/main.rs && cargo build\n",
        # Lock files that are written, sources that are made.
        "FROM golang:1.22\nWORKDIR /a\nCOPY go.mod ./\nRUN go mod download\nCOPY cmd cmd\nCOPY pkg pkg\nRUN go build ./cmd/svc\n",
        "FROM golang:1.22\nWORKDIR /a\nCOPY go.* ./\nCOPY cmd cmd\nRUN go generate ./... && go build ./cmd/svc\n",
        "FROM golang:1.22\nWORKDIR /a\nCOPY go.mod ./\nCOPY cmd cmd\nRUN ./gen.sh\nRUN go build ./cmd/svc\n",
        "FROM golang:1.22\nWORKDIR /a\nCOPY . .\nRUN go build -o /svc ./cmd/... && go vet ./...\n",
        "FROM golang:1.13\nWORKDIR /a\nCOPY go.mod ./\nCOPY cmd cmd\nCOPY pkg pkg\nRUN go build ./cmd/svc\n",
        "FROM golang:1.22 AS tools\nRUN go install example.org/tool@v1\nFROM golang:1.22\nRUN git clone https://example.org/x.git && cd x && go build\n",
        # Requirements from elsewhere.
        "FROM python:3.12\nWORKDIR /a\nCOPY requirements*.txt /tmp/\nRUN pip install -r /tmp/requirements-dev.txt\n",
        "FROM python:3.12\nRUN pip install -r https://example.org/requirements.txt\n",
        "FROM python:3.12 AS lock\nWORKDIR /tmp\nRUN pip install poetry\nCOPY pyproject.toml poetry.lock* ./\nRUN poetry export -f requirements.txt --output requirements.txt\n"
        "FROM python:3.12\nWORKDIR /a\nCOPY --from=lock /tmp/requirements.txt ./requirements.txt\nRUN pip install -r requirements.txt\n",
        "FROM python:3.12\nWORKDIR /a\nRUN --mount=type=bind,source=requirements.txt,target=/tmp/r.txt pip install -r /tmp/r.txt\n",
        "FROM python:3.12\nWORKDIR /a\nRUN pip wheel --wheel-dir /w flask\nRUN pip install --no-index --find-links=/w /w/*\n",
        "FROM python:3.12\nARG REQUIREMENTS\nWORKDIR /a\nRUN pip install -r $REQUIREMENTS\n",
        "FROM python:3.12\nWORKDIR /a\nRUN test -f requirements.txt && pip install -r requirements.txt || true\n",
        "FROM somebody/base\nWORKDIR /a\nRUN pip install -r requirements.txt && uv sync --frozen && cargo build && go build\n",
        # uv installs the dependencies first.
        "FROM python:3.12\nWORKDIR /a\nRUN --mount=type=bind,source=uv.lock,target=uv.lock --mount=type=bind,source=pyproject.toml,target=pyproject.toml "
        "uv sync --locked --no-install-project\nCOPY . .\nRUN uv sync --locked\n",
        "FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim\nWORKDIR /a\nENV UV_PROJECT=/b\nCOPY pyproject.toml .\nRUN uv sync --frozen\n",
        "FROM python:3.12\nWORKDIR /a\nCOPY pyproject.toml uv.lock ./\nRUN uv export --frozen > requirements.txt && uv pip install -r requirements.txt\n",
        "FROM python:3.12\nWORKDIR /a\nCOPY pyproject.toml .\nRUN touch README.md && mkdir svc && touch svc/__init__.py && pip install -e .\n",
        # Java and .NET.
        "FROM maven:3.9\nWORKDIR /a\nCOPY pom.xml .\nRUN mvn -B dependency:go-offline\nCOPY src src\nRUN mvn -B package\n",
        "FROM maven:3.9\nRUN mvn archetype:generate -B && cd app && mvn package\n",
        "FROM gradle:8\nWORKDIR /a\nCOPY settings.gradle .\nRUN gradle build\n",
        "FROM mcr.microsoft.com/dotnet/sdk:8.0\nWORKDIR /a\nCOPY Svc/Svc.csproj Svc/\nRUN dotnet restore Svc/Svc.csproj\nCOPY . .\nRUN dotnet publish Svc -c Release\n",
        "FROM mcr.microsoft.com/dotnet/sdk:8.0\nRUN dotnet new console -o /a && cd /a && dotnet build\n",
    ],
)  # fmt: skip
def test_usual_ways_lack_nothing(dockerfile: str) -> None:
    assert lacks(dockerfile, SERVICE) == []
