"""What commands other than JavaScript's do to the files of a stage: removing, copying, unpacking, or nothing."""

from __future__ import annotations

from dflint.model.filesystem import absolute
from dflint.model.ops import Doubt, Gone, Moved
from dflint.syntax.expand import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dflint.model.filesystem import View
    from dflint.model.ops import Op
    from dflint.model.step import Step
    from dflint.shell import Command

    Words = Sequence[str | None]

_PROGRAMS = frozenset(
    ("npm", "npx", "pnpm", "pnpx", "yarn", "yarnpkg", "bun", "bunx", "turbo", "nx", "lerna", "tsc", "vue-tsc",
     "esbuild", "vite", "next", "webpack", "webpack-cli", "rollup", "swc", "babel", "tsup", "nest", "ncc", "run-s",
     "run-p", "npm-run-all", "concurrently", "cross-env", "dotenv", "node", "tsx", "ts-node", "parcel", "rspack",
     "react-scripts", "ng", "astro", "nuxt", "nuxi", "gatsby", "rimraf", "patch-package", "tsc-alias", "dotenvx",
     "env-cmd", "wsrun", "unbuild", "tsdown")
)  # fmt: skip
# Programs of images that write no files of a JavaScript package.
_SYSTEM = frozenset(
    ("apt-get", "apt", "apk", "dnf", "yum", "microdnf", "zypper", "pacman", "tdnf", "apt-mark", "apt-cache",
     "apt-key", "dpkg", "dpkg-reconfigure", "rpm", "add-apt-repository", "update-ca-certificates", "corepack", "n",
     "nvm", "volta", "fnm", "pip", "pip3", "pipx", "uv", "gem", "cargo", "rustup", "go", "mkdir", "chown", "chmod",
     "chgrp", "touch", "useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod", "userdel", "deluser",
     "passwd", "chpasswd", "echo", "printf", "true", "false", ":", "test", "[", "[[", "set", "export", "unset",
     "exit", "cat", "ls", "pwd", "find", "grep", "sed", "awk", "head", "tail", "wc", "sort", "uniq", "tr", "cut",
     "tee", "xargs", "du", "df", "sleep", "date", "env", "which", "command", "type", "id", "whoami", "uname",
     "arch", "getent", "locale-gen", "localedef", "ldconfig", "setcap", "curl", "wget", "openssl", "gpg",
     "update-alternatives", "dircolors", "hash", "umask", "ulimit", "readlink", "realpath", "basename", "dirname",
     "stat", "file", "strip", "sha256sum", "md5sum", "install", "nginx", "service", "sysctl", "fc-cache", "sync",
     "trap", "wait", "jq", "yq", "read", "local", "return", "shift", "envsubst", "gcc", "cc", "prisma",
     "playwright", "if", "then", "fi", "else", "do", "done", "for", "while", "node-gyp", "npm-check-updates",
     "dumb-init", "tini", "su-exec", "gosu", "ccache", "nproc", "free", "a2enmod", "docker-php-ext-install",
     "supervisorctl", "pm2", "serve", "deno", "gzip", "gunzip", "bzip2", "xz", "ssh-keyscan", "ssh-keygen",
     "setfacl", "tzdata", "timedatectl", "dos2unix")
)  # fmt: skip

# ``python -c`` and modules such as pip and venv write no JavaScript.
_PYTHON_INLINE = (["-c"], ["-m"], ["-V"], ["--version"])


def file_operations(command: Command, values: Words, cwd: str | None, view: View, step: Step) -> list[Op] | None:
    """The operations of a command; None if it is one of JavaScript's programs (or a script of its own)."""
    prog = (values[0] or "").rsplit("/", 1)[-1]
    if prog in _PROGRAMS or prog.endswith((".js", ".mjs", ".cjs", ".ts")):
        return [] if is_global(values) else None
    if prog in _SYSTEM or (prog.startswith("python") and values[1:2] in _PYTHON_INLINE):
        return []
    if prog == "rm":
        return removals(values[1:], cwd, step) if cwd is not None and not command.conditional else []
    if prog in ("mv", "cp", "ln"):
        return moves(prog, values[1:], cwd, view, step, certain=not command.conditional)
    if prog == "tar":
        return unpacking(values[1:], cwd, step)
    if prog == "git":
        return git_operations(values[1:], cwd, step)
    if prog in ("sh", "bash") and command.pipe_from is not None and all((v or "").startswith("-") for v in values[1:]):
        return []  # curl ... | bash: an installer of tools
    return [Doubt("/", f"{prog or 'a command'} may write any file", step)]


def _place(cwd: str | None, value: str | None) -> str | None:
    """The absolute path of a word; None if it is not known."""
    if value is None:
        return None
    return absolute(Known(cwd), Known(value)) if cwd is not None else value if value.startswith("/") else None


def removals(args: Words, cwd: str | None, step: Step) -> list[Op]:
    """What ``rm`` with these arguments does."""
    found: list[Op] = []
    for value in args:
        path = _place(cwd, value) if value is not None and not value.startswith("-") else None
        if path is not None and not any(char in path.removesuffix("/*") for char in "*?[{"):
            found.append(Gone(path.removesuffix("/*"), path.endswith("/*"), step))
    return found


def moves(prog: str, args: Words, cwd: str | None, view: View, step: Step, *, certain: bool) -> list[Op]:
    """What ``mv``, ``cp`` and ``ln`` with these arguments do."""
    operands = [value for value in args if value is None or not value.startswith("-")]
    paths = [_place(cwd, value) for value in operands]
    if len(paths) < 2:
        return []
    dest = paths[-1]
    if prog == "ln" and dest is not None:
        # The target of a link is seen from the folder that the link lies in.
        paths = [_place(dest.rpartition("/")[0] or "/", value) for value in operands]
    if dest is None or not certain or None in paths:
        return [Doubt(dest or "/", f"{prog} writes to it", step)]
    found: list[Op] = []
    for source in [path for path in paths[:-1] if path is not None]:
        if any(char in source for char in "*?[{"):
            found.append(Moved(view, source.rpartition("/")[0], dest, step))
            continue
        if prog == "mv":
            found.append(Gone(source, False, step))
        found.append(Moved(view, source.removesuffix("/."), dest, step))
    return found


def unpacking(args: Words, cwd: str | None, step: Step) -> list[Op]:
    """What ``tar`` with these arguments does."""
    target: str | None = "."
    for at, value in enumerate(args):
        if value in ("-C", "--directory"):
            target = args[at + 1] if at + 1 < len(args) else None
        elif value is not None and value.startswith("--directory="):
            target = value.partition("=")[2]
    return [Doubt(_place(cwd, target) or "/", "an archive is unpacked there", step)]


def git_operations(args: Words, cwd: str | None, step: Step) -> list[Op]:
    """What ``git`` with these arguments does."""
    words = [value for value in args if value is None or not value.startswith("-")]
    if words[:1] in (["config"], ["lfs"], ["init"], ["log"], ["rev-parse"], ["status"], ["describe"]):
        return []
    target = words[2] if words[:1] == ["clone"] and len(words) > 2 else "."
    return [Doubt(_place(cwd, target) or "/", "git writes there", step)]


def is_global(values: Sequence[str | None]) -> bool:
    """``npm install -g x``, ``yarn global add x``: no package of the context is touched."""
    return values[0] in ("npm", "pnpm", "yarn", "bun") and (
        any(value in ("-g", "--global", "--location=global") for value in values[1:]) or values[1:2] == ["global"]
    )
