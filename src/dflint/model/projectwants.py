"""Files that the build tools of Python, Rust, Go, Java and .NET read and that are not in the image when they run."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.build import Build
    from dflint.model.wants import Want

_CARGO = ("cargo ",)
_GO = ("go build", "go mod", "go install", "go test", "go run", "go vet")
_PYTHON = ("pip", "uv ", "poetry")
_JAVA = ("mvn", "gradle")
_DOTNET = ("dotnet ",)


def project_wants(build: Build) -> Iterator[Want]:
    """The wants of all tools that a Dockerfile calls, each tool's in the order of the steps."""
    text = build.file.source.text
    if _has(text, _PYTHON):
        from dflint.model.pythonwants import python_wants

        yield from python_wants(build)
    if _has(text, _CARGO):
        from dflint.model.cargowants import cargo_wants

        yield from cargo_wants(build)
    if _has(text, _GO):
        from dflint.model.gowants import go_wants

        yield from go_wants(build)
    if _has(text, _JAVA):
        from dflint.model.javawants import java_wants

        yield from java_wants(build)
    if _has(text, _DOTNET):
        from dflint.model.dotnetwants import dotnet_wants

        yield from dotnet_wants(build)


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)
