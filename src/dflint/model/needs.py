"""Programs that a command starts without naming them, which it cannot do without.

Sources: the manuals of GNU tar (compression programs), apt-key, git, pip (VCS support), npm.
"""

from __future__ import annotations

from dflint.syntax.nodes import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dflint.model.step import Step
    from dflint.shell import Command as ShellCommand

_COMPRESSORS = {
    "xz": ((".tar.xz", ".txz"), "J", ("--xz",)),
    "bzip2": ((".tar.bz2", ".tbz", ".tbz2"), "j", ("--bzip2",)),
    "zstd": ((".tar.zst", ".tzst"), "", ("--zstd",)),
    "lzip": ((".tar.lz",), "", ("--lzip",)),
}
_INSTALLERS = frozenset(("npm", "pnpm", "yarn"))
_LOCKS = {"npm": "package-lock.json", "pnpm": "pnpm-lock.yaml", "yarn": "yarn.lock"}


def needs(step: Step, command: ShellCommand, name: str) -> Iterator[tuple[str, str]]:
    """(program, what the command needs it for) for each program that it certainly starts."""
    values = [word.expand(step.scope.shell) for word in command.args]
    if name == "tar":
        yield from _tar(step, values)
    elif name == "apt-key" and any(value in ("add", "adv", "del") for value in values):
        yield "gpg", "'apt-key' needs gnupg"
    elif name == "git":
        yield from _git(values)
    elif name in ("pip", "pip3"):
        yield from _pip(step, values)
    elif name.startswith("python") and values[:2] == ["-m", "pip"]:
        yield from _pip(step, values[2:])
    elif name in _INSTALLERS and isinstance(step.node, Run):
        yield from _lock(step, name, values)
    elif (
        name == "gpg"
        and _has_gpg2(step)
        and any(value in ("--recv-keys", "--recv-key", "--recv", "--keyserver") for value in values)
    ):
        yield "dirmngr", "'gpg' needs dirmngr to fetch keys"


def _has_gpg2(step: Step) -> bool:
    """Whether gpg is certainly version 2 in parts, so that another program fetches keys for it."""
    image = step.stage.image
    if image is None or image.release is None:
        return False
    if image.distro == "debian":
        return image.release not in ("wheezy", "jessie")
    return image.distro == "ubuntu" and image.release not in ("precise", "trusty", "xenial")


def _tar(step: Step, values: Sequence[str | None]) -> Iterator[tuple[str, str]]:
    """The program that (un)packs; busybox's tar does so itself."""
    image = step.stage.image
    if image is not None and image.distro in ("alpine", "busybox", "wolfi"):
        return
    words = [value or "" for value in values]
    letters = words[0] if words and not words[0].startswith("-") else ""
    letters += "".join(word[1:] for word in words if word[:1] == "-" and word[1:2] not in ("", "-", "C", "I", "f"))
    unpacks = "x" in letters or "--extract" in words or "--get" in words
    packs = "c" in letters or "--create" in words
    if not (unpacks or packs) or any(word.startswith(("-I", "--use-compress-program")) for word in words):
        return
    auto = unpacks or "a" in letters or "--auto-compress" in words
    for program, (ends, letter, options) in _COMPRESSORS.items():
        asked = (letter and letter in letters.partition("f")[0] + letters.partition("f")[2]) or any(
            option in words for option in options
        )
        named = auto and _archive(words).endswith(ends)
        if asked or named:
            yield program, f"'tar' needs {program} {'to unpack this archive' if unpacks else 'to pack this archive'}"
            return


def _archive(words: Sequence[str]) -> str:
    """The value of tar's option -f."""
    for at, word in enumerate(words):
        if word.startswith("--file="):
            return word[7:]
        bundle = word[:1] == "-" and word[:2] != "--"
        if (word == "--file" or (at == 0 and word[:1] != "-" and "f" in word) or (bundle and word.endswith("f"))) and (
            at + 1 < len(words)
        ):
            return words[at + 1]
        if word.startswith("-f") and len(word) > 2:
            return word[2:]
    return ""


def _git(values: Sequence[str | None]) -> Iterator[tuple[str, str]]:
    words = [value for value in values if value is not None and not value.startswith("-")]
    if words[:1] == ["clone"] and any(word.startswith(("ssh://", "git@")) for word in words[1:]):
        yield "ssh", "'git' needs ssh for this address"


def _pip(step: Step, values: Sequence[str | None]) -> Iterator[tuple[str, str]]:
    words = [value or "" for value in values]
    if words[:1] not in (["install"], ["wheel"], ["download"]):
        return
    if any("git+" in word.partition("#")[0] and "://" in word for word in words):
        yield "git", "'pip' needs git for this address"
        return
    from dflint.model.copied import copied_text

    for at, word in enumerate(words[:-1]):
        if word in ("-r", "--requirement"):
            text = copied_text(step, words[at + 1]) or ""
            lines = [line.split("#")[0].strip() for line in text.splitlines()]
            if any(line.startswith(("git+", "-e git+", "--editable git+")) or " @ git+" in line for line in lines):
                yield "git", f"{words[at + 1]} has a git address, for which 'pip' needs git"
                return


def _lock(step: Step, name: str, values: Sequence[str | None]) -> Iterator[tuple[str, str]]:
    words = [value or "" for value in values if not (value or "").startswith("-")]
    if words[:1] not in (["ci"], ["install"], ["i"], []) or (name == "npm" and not words) or len(words) > 1:
        return
    if any(
        (value or "").startswith(("-g", "--global", "--prefix", "-C", "--omit", "--production")) for value in values
    ):
        return
    from dflint.model.copied import copied_text

    text = copied_text(step, _LOCKS[name]) or ""
    marks = {"npm": '"resolved": "git+', "pnpm": "type: git}", "yarn": 'resolved "git+'}
    if marks[name] in text:
        yield "git", f"{_LOCKS[name]} has a git address, for which '{name}' needs git"
