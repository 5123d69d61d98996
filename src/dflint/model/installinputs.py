"""Which files of the build context an install of dependencies reads, where that is all it reads.

Certain or silent: an install that may look at the sources (a package that is installed itself, a hook that builds, a
dependency that is a folder of the project) has no answer. What each program reads is what its documentation says:
pip ("Requirements File Format"), uv ("Locking and syncing", ``--no-install-project``), Poetry (``--no-root``), Go (``go
mod download``), Bundler (``Gemfile``), Composer (``--no-scripts``, ``--no-autoloader``); for JavaScript see
``nodeinputs``.
"""

from __future__ import annotations

from dflint.context.workspace.paths import join, parent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dflint.context import Context
    from dflint.shell import Command

    Words = Sequence[str]
    Reader = Callable[[Context, str, Words], "list[str] | None"]

# Words of a Gemfile that make it read more than itself.
_RUBY_READS = ("gemspec", "path", "eval", "File", "require", "file:", "Dir", "load")
_NESTED = ("-r", "--requirement", "-c", "--constraint")


def install_inputs(context: Context, command: Command, values: Sequence[str | None], folder: str) -> list[str] | None:
    """The files that a command reads when it runs in a folder of the context; None if it is no such install."""
    words = [value for value in values if value is not None]
    if len(words) != len(values) or command.conditional or not command.exit_matters or command.redirects:
        return None
    program = words[0].rpartition("/")[2]
    if program.startswith("python") and words[1:3] == ["-m", "pip"]:
        program, words = "pip", words[2:]
    reader = _READERS.get(program)
    found = reader(context, folder, words[1:]) if reader is not None else None
    if found is None or not all(context.is_file(path) and not context.ignored(path) for path in found):
        return None
    return list(dict.fromkeys(found))


def _there(context: Context, folder: str, names: Iterable[str]) -> list[str]:
    """Those of the names that a folder has."""
    paths = [f"{folder}/{name}" if folder else name for name in names]
    return [path for path in paths if context.is_file(path) and not context.ignored(path)]


def _pip(context: Context, folder: str, words: Words) -> list[str] | None:
    if words[:1] != ["install"]:
        return None
    files: list[str] = []
    rest = iter(words[1:])
    for word in rest:
        if word in _NESTED:
            files.append(next(rest, ""))
        elif word.startswith(("-r", "--requirement=")):
            files.append(word.partition("=")[2] if "=" in word else word[2:])
        elif word.startswith((".", "/", "-e", "--editable", "file:")) or "/" in word:
            return None
    found: list[str] = []
    for name in files:
        path = join(folder, name)
        if path is None or not _requirements(context, path, found):
            return None
    return found or None


def _requirements(context: Context, path: str, found: list[str]) -> bool:
    """Add a requirements file and those it includes; False if one asks for a folder or cannot be read."""
    if path in found:
        return True
    text = context.read(path)
    if text is None:
        return False
    found.append(path)
    for line in text.splitlines():
        line = line.strip()
        option, _, value = line.partition(" ")
        name, equals, glued = option.partition("=")
        if name in _NESTED:
            inner = join(parent(path), (glued if equals else value).strip())
            if inner is None or not _requirements(context, inner, found):
                return False
        elif _is_local(line):
            return False
    return True


def _is_local(line: str) -> bool:
    """Whether a line of a requirements file may name something of the project."""
    if line.startswith(("-e", "--editable", ".", "/", "--find-links", "-f")) or "file:" in line or "@ ." in line:
        return True
    return "/" in line.partition("#")[0] and "://" not in line and not line.startswith("-")


def _uv(context: Context, folder: str, words: Words) -> list[str] | None:
    if words[:2] == ["pip", "install"]:
        return _pip(context, folder, words[1:])
    if words[:1] != ["sync"] or not {"--no-install-project", "--no-install-workspace"} & set(words):
        return None
    text = context.read(f"{folder}/pyproject.toml" if folder else "pyproject.toml") or ""
    if any(word in text for word in ("[tool.uv.workspace]", "workspace = true", "path =", "file:")):
        return None
    return _there(context, folder, ("pyproject.toml", "uv.lock", "uv.toml", ".python-version"))


def _poetry(context: Context, folder: str, words: Words) -> list[str] | None:
    if words[:1] != ["install"] or "--no-root" not in words:
        return None
    text = context.read(f"{folder}/pyproject.toml" if folder else "pyproject.toml") or ""
    if "path =" in text or "file:" in text:
        return None
    return _there(context, folder, ("pyproject.toml", "poetry.lock", "poetry.toml"))


def _go(context: Context, folder: str, words: Words) -> list[str] | None:
    if words != ["mod", "download"] or context.is_file(f"{folder}/go.work" if folder else "go.work"):
        return None
    text = context.read(f"{folder}/go.mod" if folder else "go.mod")
    if text is None or any("=>" in line and "=> ." in line.replace("=>  ", "=> ") for line in text.splitlines()):
        return None
    return _there(context, folder, ("go.mod", "go.sum"))


def _bundle(context: Context, folder: str, words: Words) -> list[str] | None:
    if words[:1] != ["install"] or any(word.startswith("--gemfile") for word in words):
        return None
    text = context.read(f"{folder}/Gemfile" if folder else "Gemfile")
    if text is None or any(word in text for word in _RUBY_READS):
        return None
    return _there(context, folder, ("Gemfile", "Gemfile.lock", ".bundle/config"))


def _composer(context: Context, folder: str, words: Words) -> list[str] | None:
    if words[:1] != ["install"] or not {"--no-scripts", "--no-autoloader"} <= set(words):
        return None
    text = context.read(f"{folder}/composer.json" if folder else "composer.json")
    if text is None or '"path"' in text or '"artifact"' in text or "-d" in words:
        return None
    return _there(context, folder, ("composer.json", "composer.lock", "auth.json"))


_READERS: dict[str, Reader] = {
    "pip": _pip,
    "pip3": _pip,
    "uv": _uv,
    "poetry": _poetry,
    "go": _go,
    "bundle": _bundle,
    "composer": _composer,
}
