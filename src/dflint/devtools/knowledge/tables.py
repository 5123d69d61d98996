"""Read the committed fact tables (``src/dflint/knowledge/tables/*.tsv``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import dflint.knowledge

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


def alternatives() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """(command -> packages in order of preference, command -> packages that bring it without a file of that name).

    A command whose list is empty must not be answered from the file lists.
    """
    order: dict[str, list[str]] = {}
    links: dict[str, list[str]] = {}
    for command, words in read("alternatives.tsv"):
        names = [] if words == "-" else words.split()
        order[command] = [name.lstrip("+") for name in names]
        links[command] = [name[1:] for name in names if name.startswith("+")]
    return order, links


def image_rows() -> dict[str, str]:
    """The rows of the ``images`` section: one line per variant of an image."""
    systems = system_words()
    rows: dict[str, list[str]] = {}
    for image, variant, base, commands, maybe, absent, closed, user, workdir in read("images.tsv"):
        if absent.startswith("@"):
            absent = systems[absent[1:]]["absent"]
        settings = ["" if cell == "?" else cell for cell in (user, workdir)]
        rows.setdefault(image, []).append("\t".join([variant, base, commands, maybe, absent, closed, *settings]))
    return {image: "\n".join(lines) for image, lines in rows.items()}


def system_words() -> dict[str, dict[str, str]]:
    """system -> kind -> words of systems.tsv."""
    found: dict[str, dict[str, str]] = {}
    for system, kind, words in read("systems.tsv"):
        found.setdefault(system, {})[kind] = words
    return found
