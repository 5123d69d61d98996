"""Every tag that an official image ever had: which names were declared, and which of them still are.

Rows of the ``tagnames`` section: ``python:3`` holds the tags of python whose first part is 3, front-coded (a character
that counts from ``0`` how much the name shares with the one before, then the rest); ``python`` holds the words other
than versions that its tags are made of. A ``!`` at the end says that the official list does not have it any more (the
registry keeps such images).
"""

from __future__ import annotations

from dflint.knowledge._store import shipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

GONE = "!"
_tags: dict[str, dict[str, bool]] = {}
_known: dict[str, bool | None] = {}


def group(tag: str) -> str:
    """The first part of a tag, by which tags are grouped: ``3`` of ``3.11-slim``."""
    for at, char in enumerate(tag):
        if char in ".-_":
            return tag[:at]
    return tag


def words(tag: str) -> list[str]:
    """The words of a tag that are no versions: ``slim`` and ``alpine3.20`` of ``3.11-slim-alpine3.20``."""
    return [word for word in tag.replace("_", "-").split("-") if word and not is_version(word)]


def is_version(word: str) -> bool:
    """Whether a word starts like a version (``3.11``, ``v2``, ``8u212``)."""
    return word[:1].isdigit() or (word[:1] in "vV" and word[1:2].isdigit())


def tags_like(image: str, tag: str) -> dict[str, bool]:
    """The tags of an official image that share their first part with ``tag``: name -> whether the list still has it."""
    key = f"{image}:{group(tag)}"
    if key not in _tags:
        _tags[key] = dict(_read(key))
    return _tags[key]


def _read(key: str) -> Iterator[tuple[str, bool]]:
    """The tags of a row in order, each with whether the list still has it."""
    name = ""
    for line in (shipped().section("tagnames").get(key) or "").split("\n"):
        if line:
            name = name[: ord(line[0]) - 48] + line[1:].removesuffix(GONE)
            yield name, not line.endswith(GONE)


def known(image: str, tag: str) -> bool | None:
    """Whether the list of official images still has a tag; None if it never had it."""
    key = f"{image}:{tag}"
    if key not in _known:
        # Rows have thousands of tags: one that is there is met before the end.
        _known[key] = next((live for name, live in _read(f"{image}:{group(tag)}") if name == tag), None)
    return _known[key]


def known_words(image: str) -> dict[str, bool]:
    """The words that an official image's tags are made of: word -> whether a tag of the present list has it."""
    row = shipped().section("tagnames").get(image)
    found = {}
    for word in (row or "").split(" "):
        if word:
            found[word.removesuffix(GONE)] = not word.endswith(GONE)
    return found


def last_day() -> str:
    """The last day that the table covers."""
    return shipped().header["date.tags"]
