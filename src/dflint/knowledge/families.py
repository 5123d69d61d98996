"""Names that carry a version or a language: which name of the family a release has.

For names that no release of the data has (``php7.1-curl``, ``python-numpy``), where the indexes tell nothing. The
answer is another version of the software, so it is never certain.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: What old PHP extension packages became.
_PHP_RENAMED = {"mysqlnd": "mysql", "sqlite": "sqlite3", "json": "common", "xsl": "xml", "apcu-bc": "apcu"}
_COMPILERS = ("gcc", "g++", "gfortran", "cpp", "gnat", "gdc", "gccgo", "clang", "llvm", "lld", "lldb")
#: The Java packages of one version, and those of the release's own version.
_JAVA = ("jdk-headless", "jre-headless", "jdk", "jre", "doc")


def relative(name: str, exists: Callable[[str], bool]) -> tuple[str, str] | None:
    """The member of the name's family that a release has.

    Args:
        name: the name that the release lacks.
        exists: whether the release has a package.

    Returns:
        (package, reason that follows "because"), None when the name is of no known family or nothing of it is there.
    """
    for candidate, why in _candidates(name):
        if candidate != name and exists(candidate):
            return candidate, why
    return None


def _candidates(name: str) -> Iterator[tuple[str, str]]:
    head, _, tail = name.partition("-")
    if head in ("python", "python2", "python2.7", "python2.6") and tail:
        yield f"python3-{tail}", "Python 2 was removed"
    elif head.startswith("python3.") and head[8:].isdigit():
        yield "python3-" + tail if tail else "python3", "the release has one version of Python 3"
    elif head.startswith("php") and _is_number(head[3:]):
        if not tail:
            yield "php", "the release has one version of PHP"
        for part in (tail, _PHP_RENAMED.get(tail, "")):
            if part:
                yield f"php-{part}", f"php-{part} is made for the PHP of this release"
    elif name.startswith("libapache2-mod-php") and _is_number(name[18:]):
        yield "libapache2-mod-php", "the release has one version of PHP"
    elif head == "openjdk" and tail.partition("-")[2] in _JAVA:
        yield f"default-{tail.partition('-')[2]}", "it is the Java of this release"
    elif head in _COMPILERS and _is_number(tail.partition("-")[0]):
        rest = tail.partition("-")[2]
        yield head + ("-" + rest if rest else ""), "it is the version of this release"
    elif head == "postgresql":
        yield from _postgresql(tail)


def _postgresql(tail: str) -> Iterator[tuple[str, str]]:
    parts = [part for part in tail.split("-") if not _is_number(part)]
    if parts and len(parts) < len(tail.split("-")):
        yield "postgresql-" + "-".join(parts), "it is the PostgreSQL of this release"
    elif _is_number(tail):
        yield "postgresql", "it is the PostgreSQL of this release"


def _is_number(text: str) -> bool:
    return bool(text) and all(part.isdigit() for part in text.split("."))
