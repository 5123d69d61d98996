"""Compress the dated history of official image tags into the rows of the ``tags`` section.

The raw table (image, tag, first day, release) is mined from the public history of the official images' definitions. A
tag that spells its release out is left to `dflint.knowledge.images.described`; of the others only the changes are kept.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

from dflint.knowledge.images import described
from dflint.knowledge.platforms import platform

#: Images that stood on Debian's stable release, and the time in which that was jessie for certain (they followed some
#: weeks after its release, and named the release from about its end on).
_ON_JESSIE = frozenset(
    ("buildpack-deps", "cassandra", "clojure", "drupal", "elasticsearch", "elixir", "erlang", "gcc", "ghost", "golang",
     "haskell", "httpd", "hylang", "jetty", "joomla", "jruby", "kibana", "logstash", "mariadb", "maven", "memcached",
     "mysql", "nextcloud", "nginx", "node", "openjdk", "percona", "perl", "php", "postgres", "pypy", "python",
     "rabbitmq", "redis", "redmine", "ruby", "rust", "tomcat", "wordpress")
)  # fmt: skip
_JESSIE = ("2015-07-31", "2017-10-31")

Transition = tuple[str, str]  # first day, code word ("?": not known; "-": the tag left the list)


def read_history(path: Path) -> Iterator[tuple[str, str, list[Transition]]]:
    """(image, tag, transitions in order) for every tag of the raw table."""
    current: tuple[str, str] | None = None
    rows: list[Transition] = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        next(file)
        for line in file:
            image, tag, day, code = line.rstrip("\n").split("\t")
            if (image, tag) != current:
                if current is not None:
                    yield *current, rows
                current, rows = (image, tag), []
            rows.append((day, code))
    if current is not None:
        yield *current, rows


def tag_rows(history: Iterable[tuple[str, str, list[Transition]]]) -> tuple[dict[str, str], list[str], str]:
    """The rows, the names of all images, and the last day of the table.

    A row is ``code`` for a tag that only ever stood for one release, else ``yymmddcode,yymmddcode...``.
    """
    rows: dict[str, str] = {}
    images: set[str] = set()
    alpine: dict[str, str] = {}
    last = ""
    for image, tag, transitions in history:
        images.add(image)
        last = max(last, *(day for day, _ in transitions))
        if image == "alpine" and (found := described(image, tag)) is not None and found[1] not in (None, "edge"):
            alpine[str(found[1])] = min(transitions[0][0], alpine.get(str(found[1]), "9"))
        if described(image, tag) is not None:
            continue
        transitions = of_their_time(image, tag, transitions)
        kept = [(day, code) for day, code in changes(transitions) if image != "ros" or code != "lunar"]
        known = [code for _, code in kept if code != "?"]
        if known and all(platform(code) is not None for code in known):
            rows[f"{image}:{tag}"] = kept[0][1] if len(kept) == 1 else encode(kept)
    for tag, transitions in _floating_alpine(alpine):
        rows[f"alpine:{tag}"] = encode(transitions)
    return rows, sorted(images), last


def of_their_time(image: str, tag: str, transitions: list[Transition]) -> list[Transition]:
    """The transitions with ``jessie`` for the time in which these images were built on it without saying so."""
    if image not in _ON_JESSIE or any(word in tag for word in ("alpine", "windows", "nano")):
        return transitions
    if image == "openjdk" and tag.startswith(("6", "9")):
        return transitions
    found: list[Transition] = []
    ends = [day for day, _ in transitions[1:]] + ["9"]
    for (day, code), end in zip(transitions, ends, strict=True):
        if code != "?" or not _JESSIE[0] < end <= _JESSIE[1]:
            found.append((day, code))
            continue
        if day < _JESSIE[0]:
            found.append((day, "?"))
        found.append((max(day, _JESSIE[0]), "jessie"))
    return found


def changes(transitions: Iterable[Transition]) -> list[Transition]:
    """The transitions at which the release changed. A tag that left the list still is the image it last was."""
    kept: list[Transition] = []
    for day, code in transitions:
        if code == "-" or (kept and kept[-1][1] == code):
            continue
        if kept and kept[-1][0] == day:
            kept.pop()
        kept.append((day, code))
    return kept


def encode(transitions: Iterable[Transition]) -> str:
    """One cell per transition."""
    return ",".join(day[2:].replace("-", "") + code for day, code in transitions)


def _floating_alpine(first_days: dict[str, str]) -> Iterator[tuple[str, list[Transition]]]:
    """``alpine:latest`` and ``alpine:3`` follow the newest stable release from its first day on."""
    ordered = sorted((tuple(int(part) for part in release.split(".")), day) for release, day in first_days.items())
    for tag, major in (("latest", None), ("3", 3)):
        rows = [(day, "alpine" + ".".join(map(str, number))) for number, day in ordered if major in (None, number[0])]
        # a new maintenance release of an old line does not move the tag back
        yield tag, [row for at, row in enumerate(rows) if all(row[0] > earlier[0] for earlier in rows[:at])]
