"""Whether installing packages brings a program."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dflint.model.packages import Install

# Packages of Debian and Ubuntu that bring the bare names; their dependants are few and are listed with them.
_DEBIAN = {
    "python": ("python-is-python3", "python-is-python2", "python-dev-is-python3", "python-dev-is-python2", "python",
               "python-minimal", "python-dev", "python-all", "python-all-dev", "python-pip", "python-setuptools",
               "python-virtualenv"),
    "python3": (),
    "pip": ("python3-pip", "python-pip"),
    "pip3": ("python3-pip",),
}  # fmt: skip


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
        elif spec.name in index.bringing(program):
            yield True, f"{spec.name} brings it"


def _elsewhere(program: str, install: Install, distro: str | None) -> Iterator[tuple[bool | None, str]]:
    for spec in install.specs:
        if distro == "ubuntu" and install.manager == "apt" and spec.name in _DEBIAN.get(program, ()):
            yield True, f"{spec.name} brings it"
        else:
            yield None, f"{spec.name} may bring it"
    if install.unknown:
        yield None, "an install names packages that are not known"
