"""Whether installing packages brings a program."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.knowledge.debian import PackageIndex
    from dflint.model.packages import Install, PackageSpec


# Packages of Debian and Ubuntu that bring the bare names, by themselves or through what they depend on.
_BRINGING = {
    "python": frozenset(
        ("python-is-python3", "python-is-python2", "python-dev-is-python3", "python-dev-is-python2", "python",
         "python-minimal", "python-dev", "python-all", "python-all-dev", "python-pip", "python-setuptools",
         "python-virtualenv")),
    "python3": frozenset(("python3", "python3-minimal", "python-is-python3", "python-dev-is-python3")),
    "pip": frozenset(("python3-pip", "python-pip")),
    "pip3": frozenset(("python3-pip",)),
}  # fmt: skip
# Packages named python... that certainly do not bring pip.
_WITHOUT_PIP = frozenset(
    ("python3", "python3-dev", "python3-minimal", "python3-venv", "python3-setuptools", "python3-wheel",
     "python3-distutils", "python3-lib2to3", "python-is-python3", "python3-yaml", "python3-requests"))  # fmt: skip
PYTHONS = frozenset(_BRINGING)
# The names that no package brings for its own sake.
_BARE = ("python", "pip")
NODES = frozenset(("node", "nodejs", "npm", "npx"))
# Releases of Alpine before which python3 had pip in it (3.12), and nodejs had npm (3.8).
_BUNDLED = {"pip3": (("python3", "py3-"), (3, 12)), "npm": (("nodejs",), (3, 8)), "npx": (("nodejs",), (3, 8))}
# Ends of names of libraries' packages that bring no command, or only one with a name like theirs. (Those of programs
# pull the program in.)
_SILENT = ("-dev", "-libs", "-data", "-doc", "-static", "-devel")


class Bringer:
    """What one install brings.

    foreign  whether package sources of others may be there. installed: the packages of the base image.
    """

    __slots__ = ("_closure", "_exact", "_installed", "distro", "foreign", "index", "install", "release")

    def __init__(
        self, install: Install, distro: str | None, release: str | None, foreign: bool, installed: frozenset[str]
    ) -> None:
        self.install = install
        self._installed = installed
        self.distro = distro
        self.release = release
        self.foreign = foreign
        self.index: PackageIndex | None = None
        self._closure: frozenset[str] | None = None
        self._exact = False
        if install.manager == "apt" and distro == "debian" and release is not None:
            from dflint.knowledge import packages

            index = packages(release)
            self.index = index if index is not None and index.closed else None

    def brings(self, name: str) -> bool | None:
        """Whether it brings a program; None where that is not known."""
        install = self.install
        if install.verb.value not in ("install", "add", "in", "reinstall"):
            return None
        verdict: bool | None = None if install.unknown else False
        for spec in install.specs:
            found = self._spec(name, spec) if spec.installs else False
            if found:
                return True
            if found is None:
                verdict = None
        if self.index is not None and name not in _BARE:
            return self._in_closure(name, verdict)
        return verdict

    def _in_closure(self, name: str, verdict: bool | None) -> bool | None:
        """The answer for a release whose packages are known, from all that the install adds."""
        assert self.index is not None
        owners = self.index.provides_command(name)
        packages = self._packages()
        if name in packages or not packages.isdisjoint(owners):
            return True
        if verdict is None or (owners and not self._exact and not _is_plain(name)):
            return None
        if not packages.isdisjoint(self.index.may_provide_command(name)):
            return None
        # Alternatives are links that no list of files has: upx of upx-ucl.
        if not owners and any(package.startswith(name[:4]) or name.startswith(package) for package in packages):
            return None
        return False

    def _packages(self) -> frozenset[str]:
        """All packages that the install adds, as far as the release has them."""
        if self._closure is None:
            from dflint.knowledge.solver import solve

            assert self.index is not None
            install = self.install
            names = [spec.name for spec in install.specs if spec.installs and not spec.local and not spec.pattern]
            bare = install.option("--no-install-recommends") is not None or any(
                "Install-Recommends=0" in option or "Install-Recommends=false" in option for option in install.options
            )
            solution = solve(self.index, names, self._installed, recommends=not bare)
            self._closure = frozenset(solution.packages if solution is not None else names)
            self._exact = solution is not None and solution.exact
        return self._closure

    def _spec(self, name: str, spec: PackageSpec) -> bool | None:
        if spec.local or spec.pattern:
            return None if spec.pattern or name in spec.text or not _is_plain(name) else False
        if self.install.manager != "apt":
            return _elsewhere(name, spec.name, self.install.manager, self.release, self.foreign)
        if self.index is not None:
            return _debian(name, spec.name, self.index, self.foreign)
        return _apt(name, spec.name, self.distro, self.release, self.foreign)


def _is_plain(name: str) -> bool:
    """Whether only packages named like it bring the program."""
    from dflint.knowledge.tools import tool

    entry = tool(name)
    return entry is not None and entry.kind == "s"


def _python(program: str, package: str) -> bool | None:
    """Whether a package of Debian or Ubuntu brings the program, with what it depends on and recommends."""
    if package in _BRINGING[program]:
        return True
    if program == "python":
        return False
    if program == "python3":
        return True if package.startswith("python3-") else None
    if package.startswith(("python2.", "python3.")):
        return None if "pip" in package or "full" in package else False
    prefix = "python3" if program == "pip3" else "python"
    return None if package.startswith(prefix) and package not in _WITHOUT_PIP else False


def _debian(name: str, package: str, index: PackageIndex, foreign: bool) -> bool | None:
    """In a release of which all packages are known; what a package pulls in is asked elsewhere."""
    fact = index.lookup(package)
    if fact is None or fact.kind == "referenced":
        # A name that the release lacks fails the build before anything else matters; what replaces it is not known.
        return False if name in _BARE and not foreign else None
    if name in _BARE:
        return _python(name, package)
    return None if foreign and not _is_plain(name) else False


def _apt(name: str, package: str, distro: str | None, release: str | None, foreign: bool) -> bool | None:
    """In releases of Debian and Ubuntu of which dflint has no index: what Debian's next ones say of the package."""
    if name in _BRINGING and name != "python3":
        found = None if foreign and package not in _SINGLE else _python(name, package)
        return found if found is not False or name in ("pip", "pip3") or package in _SINGLE else None
    if foreign and not _is_plain(name):
        return None
    if name == "easy_install":
        return None if distro != "ubuntu" or release is None or release in _WITH_EASY_INSTALL else False
    listed = _table(name, package, "apt")
    if listed is True:
        return True
    from dflint.knowledge import packages

    indexes = [index for index in (packages(release) for release in _NEAR) if index is not None]
    known = [index for index in indexes if (fact := index.lookup(package)) is not None and fact.kind == "real"]
    if not known:
        return listed if package.startswith(_PLAIN_NAMES) else None
    answers = [_alone(package, near, name) for near in known]
    return None if any(answer is not False for answer in answers) else False


# The releases of Ubuntu whose python-setuptools has the command; no package of a later one brings it.
_WITH_EASY_INSTALL = frozenset(
    ("lucid", "precise", "quantal", "raring", "saucy", "trusty", "utopic", "vivid", "wily", "xenial", "yakkety",
     "zesty", "artful", "bionic", "cosmic", "disco", "eoan")
)  # fmt: skip
# Releases that tell what a package of an older one, or of Ubuntu, needs.
_NEAR = ("bullseye", "bookworm")
# Beginnings of names of packages that bring no tools of the system.
_PLAIN_NAMES = ("lib", "python-", "language-pack", "fonts-", "ttf-", "openjdk-", "oracle-java", "mysql-", "postgresql-")
_alones: dict[tuple[str, str], tuple[frozenset[str], bool]] = {}


def _alone(package: str, index: PackageIndex, name: str) -> bool | None:
    """Whether a package, with all that it needs and recommends, brings a program."""
    key = (index.release, package)
    if key not in _alones:
        from dflint.knowledge.solver import solve

        solution = solve(index, (package,), index.base_packages())
        _alones[key] = (
            frozenset(solution.packages) if solution is not None else frozenset(),
            solution is not None and not solution.missing and not solution.unknown,
        )
    packages, known = _alones[key]
    owners = index.provides_command(name)
    if not known:
        return None
    if not owners:
        return None if any(other.startswith(name[:4]) for other in packages) else False
    return not packages.isdisjoint(owners) or name in packages


def _elsewhere(name: str, package: str, manager: str, release: str | None, foreign: bool) -> bool | None:
    if manager == "apk" and name in _BUNDLED and package.startswith(_BUNDLED[name][0]):
        old = None if foreign else _before(release, _BUNDLED[name][1])
        if old is not False:
            return old
    if package.removeprefix("virtual:") == name:
        return True
    return _table(name, package, "dnf" if manager == "zypper" else manager)


def _before(release: str | None, since: tuple[int, int]) -> bool | None:
    """Whether a release of Alpine is older than another one."""
    parts = (release or "").split(".")
    if release == "edge":
        return False
    if len(parts) < 2 or not all(part.isdigit() for part in parts):
        return None
    return (int(parts[0]), int(parts[1])) < since


def _table(name: str, package: str, manager: str) -> bool | None:
    """What the table of well-known commands says."""
    from dflint.knowledge.tools import tool

    entry = tool(name)
    if entry is None:
        if package.startswith(name) or name.endswith(("-config", "_config")):
            return None
        silent = package.startswith("lib") and package.endswith(_SILENT)
        return False if silent or package in _SINGLE else None
    if package in entry.packages.get(manager, ()):
        return True
    return None if entry.may_be_pulled(package) else False


# Packages that bring nothing but the commands they are known for.
_SINGLE = frozenset(
    ("ca-certificates", "tzdata", "curl", "wget", "git", "bash", "make", "unzip", "zip", "jq", "openssh", "less",
     "openssh-client", "gnupg", "openssl", "sudo", "rsync", "nano", "vim", "file", "patch", "tini", "dumb-init",
     "su-exec", "gosu", "libc6-compat", "gcompat", "libstdc++", "bzip2", "xz", "gzip", "tar", "procps", "shadow",
     "locales", "apt-transport-https", "apt-utils", "lsb-release", "xz-utils", "build-base", "build-essential", "gcc",
     "g++", "musl-dev", "linux-headers", "libffi-dev", "libgcc", "icu-libs", "nodejs", "dirmngr")
)  # fmt: skip
