"""Directories of root in which a step of another user certainly cannot write.

WORKDIR makes a missing directory for the user of that moment; what is copied into it later leaves it as it is. Only
what the Dockerfile itself makes is judged, in official images.

Source: BuildKit's instructions WORKDIR and COPY; npm, yarn and pnpm put ``node_modules`` into the working directory.
"""

from __future__ import annotations

from dflint.model.step import clean_path
from dflint.shell.nodes import Script
from dflint.syntax.expand import Known
from dflint.syntax.nodes import Add, Run, Transfer, Workdir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.step import Step
    from dflint.shell import Command

# Places that some official image has made for everybody or for a user of its own, with what is below them.
_OPEN = ("/tmp", "/var", "/go", "/usr/local", "/run", "/dev", "/proc", "/sys", "/mnt", "/media", "/root", "/etc",
         "/opt/java", "/opt/gradle")  # fmt: skip
_INSTALLS = frozenset(("install", "ci", "i", "clean-install"))
_OWNERS = frozenset(
    ("chown", "chmod", "chgrp", "setfacl", "install", "find", "xargs", "rsync", "cp", "mv", "tar", "ln")
)
_ACCOUNTS = frozenset(("useradd", "adduser", "usermod"))
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "source", ".", "eval", "make", "su", "sudo", "gosu"))


class RootFolder:
    """A directory that belongs to root: its ``path``, and the ``step`` that made it."""

    __slots__ = ("path", "step")

    def __init__(self, path: str, step: Step) -> None:
        self.path = path
        self.step = step


def root_folder(step: Step, command: Command) -> RootFolder | None:
    """The directory in which a command certainly makes a file and cannot, for a step that root does not run."""
    if not isinstance(step.workdir, Known) or any(each.prog in ("cd", "pushd") for each in step.commands):
        return None
    path = clean_path(step.workdir.text)
    if not _makes_file(step, command) or _is_open(path) or _is_mounted(step, path):
        return None
    return _made_by_root(step, path)


def _makes_file(step: Step, command: Command) -> bool:
    """Whether a command makes a file or a directory right in its working directory."""
    prog = command.prog
    values = command.values()
    if any(redirect.writes and _is_here(redirect.target.value) for redirect in command.redirects if redirect.target):
        return True
    if None in values:
        return False
    words = [value for value in values if value is not None and value[:1] != "-"]
    options = [value for value in values if value is not None and value[:1] == "-"]
    if prog in ("npm", "yarn", "pnpm", "bun"):
        return _fills_node_modules(step, prog, words, options)
    if prog in ("touch", "mkdir"):
        return not ("-p" in options or "--parents" in options) and bool(words) and all(_is_here(word) for word in words)
    if prog == "git":
        return words[:1] == ["clone"] and len(words) == 2 and not options
    if prog is not None and prog.startswith("python") and values[:2] == ["-m", "venv"]:
        return len(words) == 2 and _is_here(words[1])
    return False


def _fills_node_modules(step: Step, prog: str, words: list[str], options: list[str]) -> bool:
    if any(option.startswith(("-g", "--global", "--prefix", "-C", "--dir", "--cwd", "--help")) for option in options):
        return False
    if any(option.startswith(("--location", "--package-lock-only", "--lockfile-only", "--mode")) for option in options):
        return False
    if not (words[:1] and words[0] in _INSTALLS) and not (prog == "yarn" and not words):
        return False
    context = step.stage.build.context
    if context is None:
        return True
    from dflint.model.copied import copied_text

    text = copied_text(step, "package.json")
    return text is not None and '"dependencies"' in text and '"workspaces"' not in text


def _is_here(word: str | None) -> bool:
    """Whether a path lies directly in the working directory."""
    text = (word or "").removeprefix("./")
    return bool(text) and "/" not in text and not any(char in text for char in "$*?&~") and text not in (".", "..")


def _is_open(path: str) -> bool:
    inside = any((path + "/").startswith(each + "/") for each in _OPEN)
    return inside or path == "/home" or (path.startswith("/home/") and path.count("/") == 2) or path == "/"


def _is_mounted(step: Step, path: str) -> bool:
    """Whether the step mounts something at the directory or in it."""
    for flag in step.node.flags:
        if flag.name == "mount":
            target = flag.option("target", "dst", "destination") or path
            if not target.startswith("/") or (clean_path(target) + "/").startswith(path + "/"):
                return True
    return False


def _made_by_root(step: Step, path: str) -> RootFolder | None:
    """The directory, if the Dockerfile made it for root and nothing gave it to anybody else since."""
    made: RootFolder | None = None
    for stage in step.stage.chain:
        if stage.is_scratch or (stage.parent is None and not _is_official(stage.image)):
            return None
        for earlier in stage.steps:
            if stage is step.stage and earlier.index >= step.index:
                break
            node = earlier.node
            if earlier.trigger or (isinstance(node, Transfer) and _may_give(node, made is not None)):
                return None
            if isinstance(node, Run):
                if not _keeps(earlier, path):
                    return None
            elif made is None and isinstance(node, Workdir | Transfer):
                target = _target(earlier)
                if target is None:
                    return None
                if (target + "/").startswith(path + "/"):
                    if not isinstance(node, Workdir) or not _is_root(earlier):
                        return None
                    made = RootFolder(path, earlier)
    return made


def _may_give(node: Transfer, is_there: bool) -> bool:
    """Whether COPY or ADD may give a directory to somebody: ``COPY --chown`` leaves one that is there as it is (seen
    with BuildKit and buildah)."""
    if isinstance(node, Add) or node.flag("chmod") is not None:
        return True
    return node.flag("chown") is not None and not is_there


def _is_official(image: object) -> bool:
    from dflint.knowledge import is_official

    name = getattr(image, "name", "")
    return is_official(name) and getattr(image, "distro", None) in ("debian", "ubuntu", "alpine")


def _target(step: Step) -> str | None:
    """The directory that WORKDIR, COPY or ADD makes if it is not there; None where that is not known."""
    node = step.node
    if isinstance(node, Workdir):
        if not node.words:
            return None
        value = step.expand(node.words[0].text)
    else:
        assert isinstance(node, Transfer)
        value = step.expand(node.dest.text)
    if not isinstance(value, Known):
        return None
    text = value.text
    if not text.startswith("/"):
        if not isinstance(step.workdir, Known):
            return None
        text = step.workdir.text + "/" + text
    is_dir = isinstance(node, Workdir) or text.endswith(("/", "/.")) or len(getattr(node, "sources", ())) > 1
    path = clean_path(text)
    return path if is_dir else path.rpartition("/")[0] or "/"


def _is_root(step: Step) -> bool:
    user = step.user
    if not isinstance(user, Known):
        return False
    return user.text.partition(":")[0].strip() in ("", "0", "root")


def _keeps(step: Step, path: str) -> bool:
    """Whether a RUN certainly leaves a directory to its owner, and does not make it."""
    script = step.script
    if not isinstance(script, Script) or script.has_errors:
        return False
    for command in script.commands:
        prog = command.prog
        if command.name is None:
            continue
        if prog is None or prog in _SHELLS or "/" in (command.name.value or "/"):
            return False
        words = [word.expand(step.scope.shell) for word in command.args]
        if prog in _OWNERS and any(word is None or _touches(word, path) for word in words):
            return False
        if prog in _ACCOUNTS and any(word is None or _touches(word, path) for word in words if word != "."):
            return False
        if prog == "mkdir" and not _makes_for_root(step, words, path):
            return False
    return True


def _makes_for_root(step: Step, words: list[str | None], path: str) -> bool:
    """Whether a mkdir makes nothing of a directory, or makes it for root with the usual mode."""
    if _is_root(step) and not any((word or "").startswith(("-m", "--mode")) for word in words):
        return True
    return not any(word is None or (clean_path(word) + "/").startswith(path + "/") for word in words)


def _touches(word: str, path: str) -> bool:
    """Whether a word of a command may mean the directory: itself, one above it, or a relative path."""
    if word[:1] == "-":
        return False
    if not word.startswith("/"):
        return word in (".", "./", "..") or "*" in word or "/" in word
    return (path + "/").startswith(clean_path(word).rstrip("*").rstrip("/") + "/")
