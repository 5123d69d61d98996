"""What installs with the package managers of languages put on PATH.

Sources: ``bin`` of the packages' own package.json for npm; the recipes of conda's main channels, none of which here
needs git, a compiler or any other program of the system.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Words = Sequence[str | None]

_GLOBAL = ("-g", "--global", "--location=global", "global")
_NODE_VERBS = frozenset(("install", "ci", "i", "add", "install-ci-test", "clean-install"))
#: Of npm and its kin, what neither installs nor runs a script.
_NODE_QUIET = frozenset(
    ("config", "c", "set", "get", "cache", "ls", "list", "audit", "view", "info", "-v", "--version", "version", "prune",
     "dedupe", "outdated", "ping", "whoami", "root", "prefix", "bin", "fund", "login", "store", "why")
)  # fmt: skip
#: npm package -> the commands that it brings, where they are not just its own name.
_NODE_COMMANDS = {
    "@angular/cli": ("ng",), "@nestjs/cli": ("nest",), "@vue/cli": ("vue",), "angular-cli": ("ng",),
    "coffee-script": ("coffee", "cake"), "expo-cli": ("expo", "expo-cli"), "firebase-tools": ("firebase",),
    "gatsby-cli": ("gatsby",), "grunt-cli": ("grunt",), "gulp-cli": ("gulp",), "karma-cli": ("karma",),
    "less": ("lessc",), "npm": ("npm", "npx"), "pnpm": ("pnpm", "pnpx"), "typescript": ("tsc", "tsserver"),
    "uglify-js": ("uglifyjs",), "yarn": ("yarn", "yarnpkg"), "jspm": ("jspm",),
    "vue-cli": ("vue", "vue-init", "vue-list"),
    "pm2": ("pm2", "pm2-dev", "pm2-docker", "pm2-runtime"),
}  # fmt: skip
_NODE_SINGLE = frozenset(
    ("bower", "gulp", "grunt", "nodemon", "forever", "http-server", "serve", "rimraf", "lerna", "eslint", "prettier",
     "mocha", "node-gyp", "cordova", "ionic", "browserify", "live-server", "turbo", "cross-env", "react-scripts")
)  # fmt: skip
#: Packages of conda that bring no program of the system.
_CONDA = frozenset(
    ("python", "pip", "numpy", "scipy", "pandas", "matplotlib", "pytorch", "pytorch-gpu", "torchvision", "torchaudio",
     "cudatoolkit", "pytorch-cuda", "cpuonly", "mkl", "mkl-include", "nomkl", "tensorflow", "tensorflow-gpu", "keras",
     "scikit-learn", "scikit-image", "opencv", "pillow", "cython", "pyyaml", "ipython", "h5py", "numba", "setuptools",
     "wheel", "six", "requests", "tqdm", "typing", "future", "cffi", "ninja", "seaborn", "tensorboard", "conda",
     "cudnn")
)  # fmt: skip
_CONDA_QUIET = frozenset(("config", "clean", "init", "info", "list", "activate", "deactivate", "--version", "-V"))


def node_commands(prog: str, values: Words) -> frozenset[str] | None:
    """The commands that a call of npm, yarn, pnpm or bun puts on PATH; None where that is not known.

    An install without ``-g`` fills the project's own ``node_modules/.bin``, which is not on PATH.
    """
    if None in values:
        return None
    words = [value for value in values if value is not None]
    verbs = [word for word in words if word[:1] != "-" and word not in _GLOBAL]
    everywhere = any(word in _GLOBAL for word in words)
    verb = verbs[0] if verbs else ""
    if verb in _NODE_QUIET or (not verbs and any(word in _NODE_QUIET for word in words)):
        return frozenset()
    if verb not in _NODE_VERBS and not (not verbs and prog in ("yarn", "pnpm") and not everywhere):
        return None
    if not everywhere:
        return frozenset()
    found: set[str] = set()
    for spec in verbs[1:]:
        name = spec[:1] + spec[1:].partition("@")[0]
        if name in _NODE_COMMANDS:
            found.update(_NODE_COMMANDS[name])
        elif name in _NODE_SINGLE:
            found.add(name)
        else:
            return None
    return frozenset(found) if found else None


def is_plain_conda(values: Words) -> bool:
    """Whether a call of conda certainly brings no program of the system."""
    words = [value for value in values if value is not None]
    if len(words) < len(values) or not words:
        return False
    if words[0] in _CONDA_QUIET:
        return True
    if words[0] not in ("install", "update") or any(word in ("-f", "--file", "--all") for word in words):
        return False
    specs = _without_options(words[1:])
    names = [_conda_name(spec) for spec in specs]
    return bool(names) and all(name in _CONDA or name.startswith(("cuda", "magma-cuda")) for name in names)


def _without_options(words: list[str]) -> list[str]:
    """The words that are neither options nor the values of options."""
    found = []
    for at, word in enumerate(words):
        if word[:1] != "-" and (at == 0 or words[at - 1] not in ("-c", "--channel", "-n", "--name", "-p", "--prefix")):
            found.append(word)
    return found


def _conda_name(spec: str) -> str:
    name = spec.rpartition("::")[2].strip("'\"")
    for mark in "=<>!~ [":
        name = name.partition(mark)[0]
    return name
