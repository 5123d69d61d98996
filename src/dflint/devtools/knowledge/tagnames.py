"""Compress the names of all tags that official images ever had into the rows of the ``tagnames`` section.

The rows are described in `dflint.knowledge.tagnames`, which reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dflint.knowledge.tagnames import GONE, group, words


def name_rows(history: Iterable[tuple[str, str, Sequence[tuple[str, str]]]]) -> dict[str, str]:
    """The rows: one for each group of an image's tags, and one with the words that the image's tags are made of.

    Args:
        history: (image, tag, transitions) as `tags.read_history` yields them.
    """
    groups: dict[str, list[tuple[str, bool]]] = {}
    used: dict[str, dict[str, bool]] = {}
    ends = {(image, tag): transitions[-1][1] for image, tag, transitions in history}
    for (image, tag), end in ends.items():
        # the table does not say of every patch release that it left the list, but of its line it does
        live = end != "-" and ends.get((image, _line(tag))) != "-"
        groups.setdefault(f"{image}:{group(tag)}", []).append((tag, live))
        known = used.setdefault(image, {})
        for word in words(tag):
            known[word] = known.get(word, False) or live
    rows = {key: front_code(sorted(names)) for key, names in groups.items()}
    for image, known in used.items():
        rows[image] = " ".join(word + ("" if live else GONE) for word, live in sorted(known.items()))
    return rows


def _line(tag: str) -> str:
    """The tag of a patch release's line: ``3.9-slim`` of ``3.9.9-slim``."""
    version, dash, rest = tag.partition("-")
    return ".".join(version.split(".")[:2]) + dash + rest


def front_code(names: Sequence[tuple[str, bool]]) -> str:
    """Sorted names, each as the number of characters it shares with the one before it (from ``0`` on) and the rest."""
    lines = []
    before = ""
    for name, live in names:
        shared = 0
        while shared < min(len(before), len(name), 74) and before[shared] == name[shared]:
            shared += 1
        lines.append(chr(48 + shared) + name[shared:] + ("" if live else GONE))
        before = name
    return "\n".join(lines)
