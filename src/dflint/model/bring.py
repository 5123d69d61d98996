"""Whether installing packages brings a program."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.packages import Install

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


def _brings(program: str, package: str) -> bool | None:
    """Whether a package of Debian or Ubuntu brings the program, with what it depends on and recommends."""
    if package in _BRINGING.get(program, ()):
        return True
    if program == "python":
        return False
    if program == "python3":
        return True if package.startswith("python3-") else None
    return None if package.startswith("python") and package not in _WITHOUT_PIP else False


def brings(
    program: str, install: Install, distro: str | None, release: str | None
) -> Iterator[tuple[bool | None, str]]:
    """For each package of an install: (True, why) if it brings the program, (None, why) if that is not known.

    Packages that certainly do not are left out.
    """
    if install.manager != "apt" or distro != "debian" or release is None:
        yield from _elsewhere(program, install, distro)
        return
    if install.unknown:
        yield None, "an install names packages that are not known"
    from dflint.knowledge import packages

    index = packages(release)
    for spec in install.specs:
        if spec.local or spec.pattern:
            yield None, f"{spec.text} may bring it"
        elif not spec.installs:
            continue
        elif index is None or not index.closed or index.lookup(spec.name) is None:
            # A name that the release lacks fails the build before anything else matters, or comes from elsewhere.
            if index is None or not index.closed:
                yield None, f"nothing is known of {spec.name}"
        else:
            verdict = _brings(program, spec.name)
            if verdict is not False:
                yield verdict, f"{spec.name} brings it" if verdict else f"{spec.name} may bring it"


def _elsewhere(program: str, install: Install, distro: str | None) -> Iterator[tuple[bool | None, str]]:
    for spec in install.specs:
        if distro == "ubuntu" and install.manager == "apt" and _brings(program, spec.name):
            yield True, f"{spec.name} brings it"
        else:
            yield None, f"{spec.name} may bring it"
    if install.unknown:
        yield None, "an install names packages that are not known"
