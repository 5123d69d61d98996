"""From Installed-Size to what a layer grows by.

`Solution.kilobytes` is what the packages' control files say. What an image really gains differs in known ways, measured
on real installs: Python packages are compiled to byte code (65 % of their size again), TeX builds its formats, and
``-slim`` images leave out documentation, manual pages and translations.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dflint.knowledge.debian import PackageIndex

#: The share of documentation, manual pages and translations in packages that have a lot of them.
_SLIM = {
    "binutils-common": 1.0,
    "gettext": 0.64,
    "git": 0.32,
    "gnupg": 0.99,
    "gsettings-desktop-schemas": 0.96,
    "iso-codes": 0.85,
    "libglib2.0-data": 0.99,
    "libgtk-3-common": 0.95,
    "libgtk2.0-common": 1.0,
    "libgdk-pixbuf2.0-common": 1.0,
    "libxslt1-dev": 0.93,
    "linux-libc-dev": 0.13,
    "make": 0.84,
    "nodejs": 0.18,
    "openssl": 0.58,
    "postgresql-client-15": 0.48,
    "procps": 0.69,
    "shared-mime-info": 0.52,
    "systemd": 0.23,
    "vim-runtime": 0.2,
    "wget": 0.87,
    "xkb-data": 0.46,
    "xz-utils": 0.88,
    "zlib1g-dev": 0.8,
}
#: What the packages of the base image itself come to in a ``-slim`` one: 0.65, 0.64 and 0.66 of their size in bullseye,
#: bookworm and trixie.
_SLIM_BASE = 0.65
_BYTE_CODE = 0.65
_FORMATS = 0.37
#: What the images of a release keep when the lists of ``apt-get update`` stay, in bytes: main, updates and security,
#: compressed the way the images configure it.
_LISTS = {"bullseye": 18_500_000, "bookworm": 19_900_000, "trixie": 21_700_000, "forky": 22_400_000, "sid": 24_400_000}


def layer_bytes(index: PackageIndex, packages: Iterable[str], *, slim: bool = False) -> int:
    """How much a layer grows by when these packages are unpacked and configured, in bytes.

    Right within some 5 % (10 % in ``-slim`` images) for lists of ordinary packages; print two digits (`about`).

    Args:
        index: the release, one with `PackageIndex.has_relations`.
        packages: all packages that are new, as in `Solution.packages`; unknown ones count as nothing.
        slim: whether the image leaves out documentation (the ``-slim`` tags of Debian and of images built on them).
    """
    names = list(packages)
    total = 0.0
    for name in names:
        needs = index.needs(name)
        if needs is not None:
            size = needs.size * 1024.0
            total += size * (1 - _left_out(name) if slim else 1) + size * _made(name)
    return int(total)


def base_bytes(index: PackageIndex, *, slim: bool = False) -> int:
    """How large the image of a Debian release is, in bytes."""
    return int(layer_bytes(index, index.base_packages()) * (_SLIM_BASE if slim else 1))


def apt_lists_bytes(release: str) -> int | None:
    """What package lists that nobody removes cost in an image of a Debian release, None when that is not known."""
    return _LISTS.get(release)


def about(size: float) -> str:
    """A size as a person says it: ``about 60 MB``, ``about 1.3 GB``, two significant digits, decimal units."""
    value, unit = (size / 1e9, "GB") if size >= 999.5e6 else (size / 1e6, "MB")
    if value >= 9.95:
        digits = 10 ** max(0, len(str(round(value))) - 2)
        return f"about {round(value / digits) * digits} {unit}"
    return f"about {value:.1f} {unit}"


def _made(name: str) -> float:
    """What installing a package makes besides its files, as a share of its size."""
    if name.startswith("texlive-"):
        return _FORMATS
    if name.startswith(("python3-", "python3.", "libpython3.")):
        return 0.0 if name.endswith(("-dev", "-doc", "-dbg")) else _BYTE_CODE
    return 0.0


def _left_out(name: str) -> float:
    """What a slim image leaves out of a package, as a share of its size."""
    if name.endswith(("-doc", "-man", "-l10n")) or name.startswith("manpages"):
        return 0.97
    return _SLIM.get(name, 0.04)
