"""Read the committed fact tables (``src/dflint/knowledge/tables/*.tsv``)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import dflint.knowledge
from dflint.knowledge.absent import position

DIRECTORY = Path(dflint.knowledge.__file__).parent / "tables"


class Curated(NamedTuple):
    """A replacement decided by hand; ``package`` is empty when nothing replaces the name."""

    name: str
    releases: frozenset[int]
    package: str
    certain: bool
    why: str


def read(name: str) -> Iterator[list[str]]:
    """The cells of each line of a table, comments and empty lines left out."""
    for line in (DIRECTORY / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def covered(text: str, releases: Sequence[str]) -> frozenset[int]:
    """The numbers of the releases that ``*``, ``trixie+`` or ``bullseye,bookworm`` stands for.

    Raises:
        ValueError: for a release that is not one of ``releases``.
    """
    if text == "*":
        return frozenset(range(len(releases)))
    if text.endswith("+"):
        return frozenset(range(releases.index(text[:-1]), len(releases)))
    return frozenset(releases.index(name) for name in text.split(","))


def replacements(releases: Sequence[str]) -> list[Curated]:
    """The curated replacements, in file order."""
    found = []
    for name, scope, package, confidence, why in read("replacements.tsv"):
        if confidence not in ("certain", "likely"):
            raise ValueError(f"replacements.tsv: {name}: {confidence}")
        target = "" if package == "-" else package
        found.append(Curated(name, covered(scope, releases), target, confidence == "certain", why))
    return found


def notes(releases: Sequence[str]) -> dict[str, str]:
    """The rows of the ``notes`` section."""
    rows: dict[str, list[str]] = {}
    for name, scope, text in read("notes.tsv"):
        numbers = "".join(str(number) for number in sorted(covered(scope, releases)))
        rows.setdefault(name, []).append(f"{numbers}\t{text}")
    return {name: "\n".join(lines) for name, lines in rows.items()}


def curated_rows(releases: Sequence[str], offers: Sequence[Container[str]]) -> dict[str, str]:
    """The rows of the ``curated`` section: replacements decided by hand, where the release lacks the name.

    Args:
        releases: the releases' names, oldest first.
        offers: what each of them has for amd64.
    """
    found: dict[str, dict[int, tuple[str, str, str]]] = {}
    for curated in replacements(releases):
        for number in sorted(curated.releases):
            decided = found.setdefault(curated.name, {})
            if curated.name in offers[number] or number in decided:
                continue
            if not curated.package or curated.package in offers[number]:
                decided[number] = (curated.package, "C" if curated.certain else "c", curated.why)
    return {name: merged(by_number) for name, by_number in found.items() if by_number}


def merged(by_number: Mapping[int, tuple[str, ...]]) -> str:
    """A row with one line per set of releases: their numbers, then the cells that they share."""
    lines: dict[tuple[str, ...], str] = {}
    for number, cells in sorted(by_number.items()):
        lines[cells] = lines.get(cells, "") + str(number)
    return "\n".join("\t".join((numbers, *cells)) for cells, numbers in lines.items())


def alternatives() -> dict[str, str]:
    """The rows of the ``alternatives`` section: command -> packages in order of preference, or ``-``."""
    return {command: words for command, words in read("alternatives.tsv")}  # noqa: C416 - names the two columns


def links() -> dict[str, list[str]]:
    """Command -> the packages that bring it although no file list says so."""
    found = {c: [name[1:] for name in words.split() if name.startswith("+")] for c, words in read("alternatives.tsv")}
    return {command: names for command, names in found.items() if names}


def system_rows() -> dict[str, str]:
    """The rows of the ``systems`` section."""
    return {f"{kind}:{name}": words for name, by_kind in system_words().items() for kind, words in by_kind.items()}


def tool_rows() -> dict[str, str]:
    """The rows of the ``tools`` section; a cell that is "-" is empty there."""
    return {row[0]: "\t".join("" if cell == "-" else cell for cell in row[1:]) for row in read("tools.tsv")}


def release_rows() -> dict[str, str]:
    """The rows of the ``releases`` section."""
    return {f"{cells[0]}:{cells[1]}": "\t".join(cells[2:]) for cells in read("releases.tsv")}


def image_rows() -> dict[str, str]:
    """The rows of the ``images`` section: one line per variant of an image."""
    systems = system_words()
    rows: dict[str, list[str]] = {}
    for image, variant, base, commands, maybe, absent, closed, user, workdir in read("images.tsv"):
        absent = _without(absent, systems)
        settings = ["" if cell == "?" else cell for cell in (user, workdir)]
        rows.setdefault(image, []).append("\t".join([variant, base, commands, maybe, absent, closed, *settings]))
    return {image: "\n".join(lines) for image, lines in rows.items()}


def _without(cell: str, systems: dict[str, dict[str, str]]) -> str:
    """The commands that an image lacks: ``@system`` stands for that system's list, ``-word`` takes one away."""
    words: list[str] = []
    for word in cell.split():
        words += systems[word[1:]]["absent"].split() if word[:1] == "@" else [word]
    return " ".join(word for word in words if word[0] != "-" and "-" + word not in words)


def system_words() -> dict[str, dict[str, str]]:
    """system -> kind -> words of systems.tsv."""
    found: dict[str, dict[str, str]] = {}
    for system, kind, words in read("systems.tsv"):
        found.setdefault(system, {})[kind] = words
    return found


def absent_rows() -> dict[str, str]:
    """The rows of the ``absent`` section: one line per range of releases in which a package does not exist.

    Raises:
        ValueError: for a range or a confidence that means nothing.
    """
    rows: dict[str, list[str]] = {}
    for distro, scope, names, instead, confidence, why in read("absent.tsv"):
        if confidence not in ("certain", "likely"):
            raise ValueError(f"absent.tsv: {names}: {confidence}")
        for release in scope.replace("*", "").split(".."):
            if release and position(distro, release, None) is None:
                raise ValueError(f"absent.tsv: {names}: {distro} has no release {release}")
        code = "C" if confidence == "certain" else "c"
        for word in names.split(" "):
            for name, part in braces(word):
                target = "" if instead == "-" else instead.replace("{}", part)
                line = "\t".join((scope, target, code, "" if why == "-" else why))
                rows.setdefault(f"{distro}:{name}", []).append(line)
    return {name: "\n".join(lines) for name, lines in rows.items()}


def braces(word: str) -> Iterator[tuple[str, str]]:
    """(name, alternative) of ``a-{b,c}``; the word itself and "" where it has no braces."""
    head, brace, rest = word.partition("{")
    if not brace:
        yield word, ""
        return
    inside, _, tail = rest.partition("}")
    for part in inside.split(","):
        yield head + part + tail, part


def family_rows() -> dict[str, str]:
    """The rows of the ``families`` section: which versions of a family each release has."""
    return {f"{distro}:{family}": versions for distro, family, versions in read("families.tsv")}
