"""Work out what the official Debian-based images hold: their packages, asked from apt, and the commands these bring."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dflint.devtools.knowledge import tables
from dflint.devtools.knowledge.contents import Commands
from dflint.devtools.knowledge.debian import Release
from dflint.devtools.knowledge.fetch import environment

#: bookworm's images have usr-is-merged where apt alone would choose usrmerge and what that needs.
_PINNED = {"bookworm": ("usr-is-merged",)}


def base_names(release: Release) -> list[str]:
    """What debootstrap's minimal variant starts from: essential and required packages, and apt."""
    names = {"apt", *_PINNED.get(release.name, ())}
    for name, offers in release.offers.items():
        offer = release.candidate(name)
        if offer is None or offer.component != "main" or not any(other.pocket == "" for other in offers):
            continue
        if offer.stanza.get("Essential") == "yes" or offer.stanza.get("Priority") == "required":
            names.add(name)
    return sorted(names)


def kept_names(release: Release, packages: Iterable[str]) -> list[str]:
    """Those of an image's packages that apt never removes by itself, however they are marked."""
    stanzas = ((name, offer.stanza) for name in packages if (offer := release.candidate(name)) is not None)
    kept = {name for name, stanza in stanzas if "yes" in (stanza.get("Essential"), stanza.get("Protected"))}
    return sorted({"apt", *_PINNED.get(release.name, ()), *kept})


def installed(root: Path, names: Sequence[str]) -> frozenset[str]:
    """What apt installs for ``names`` into an empty system, without recommended packages.

    Raises:
        RuntimeError: when apt cannot solve it.
    """
    # one architecture: half the work, and no package of the other one is ever chosen
    config = root / "simulate.conf"
    only = '#clear APT::Architectures;\nAPT::Architectures { "amd64"; };\n'
    config.write_text((root / "apt.conf").read_text("utf-8") + only, "utf-8")
    command = ["apt-get", "-s", "-q", "--no-install-recommends", "install", *names]
    variables = {**environment(root), "APT_CONFIG": str(config)}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"apt cannot install {' '.join(names)}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return frozenset(line.split()[1] for line in done.stdout.splitlines() if line.startswith("Inst "))


def package_sets(root: Path, release: Release) -> dict[str, frozenset[str]]:
    """The packages of the two roots, ``debian`` and ``essential``, and of every set of bases.tsv in one release."""
    named = {"debian": base_names(release)}
    sets = {"debian": installed(root, named["debian"])}
    named["essential"] = kept_names(release, sets["debian"])
    for name, below, packages in tables.read("bases.tsv"):
        named[name] = [*named[below], *(package for package in packages.split() if _known(release, package))]
    return sets | {name: installed(root, names) for name, names in named.items() if name not in sets}


def base_rows(
    sets: Mapping[str, Mapping[str, frozenset[str]]],
    commands: Mapping[str, Commands],
    doubtful: Mapping[str, Commands],
    links: Mapping[str, Sequence[str]],
) -> dict[str, str]:
    """The rows of the ``bases`` section.

    ``packages:NAME:RELEASE``, ``commands:NAME:RELEASE`` and ``maybe:NAME:RELEASE`` hold what a set adds to its root
    (``root:NAME``); ``commands:NAME:*`` are the commands of the packages that the image names itself, as far as every
    release has them.

    Args:
        sets: release -> set -> packages.
        commands: release -> command -> packages.
        doubtful: release -> command -> packages that may bring it.
        links: command -> packages that bring it although no file list says so.
    """
    rows: dict[str, str] = {}
    everywhere: dict[str, frozenset[str]] = {}
    for release, by_name in sets.items():
        for name, packages in by_name.items():
            root, named_packages = _lineage(name)
            rows[f"root:{name}"] = root
            added = packages if name == root else packages - by_name[root]
            found = brought(added, commands[release], links)
            rows[f"packages:{name}:{release}"] = _join(added)
            rows[f"commands:{name}:{release}"] = _join(found)
            maybe = brought(added, doubtful.get(release, {}), {})
            if name == "essential":
                maybe |= brought(by_name["debian"], commands[release], links)
            rows[f"maybe:{name}:{release}"] = _join(maybe - found)
            named = brought(added if name == root else added & named_packages, commands[release], links)
            everywhere[name] = everywhere.get(name, named) & named
    for name, words in everywhere.items():
        rows[f"commands:{name}:*"] = _join(words | everywhere[_lineage(name)[0]])
    return rows


def refresh(
    old: Mapping[str, str], commands: Mapping[str, Commands], links: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """The rows again from rows of an earlier build, with the links of now.

    The packages of a set are apt's answer, so a change of bases.tsv takes a full build. What an inferred list of
    commands leaves in doubt is known from the old rows only.
    """
    sets: dict[str, dict[str, frozenset[str]]] = {}
    for key in sorted(old, key=lambda key: key.split(":")[1] not in ("debian", "essential")):
        kind, name, release = [*key.split(":"), ""][:3]
        if kind == "packages":
            by_name = sets.setdefault(release, {})
            root = old[f"root:{name}"]
            by_name[name] = frozenset(old[key].split()) | (by_name[root] if root != name else frozenset())
    rows = base_rows(sets, commands, {}, links)
    for key in rows:
        if key.startswith("maybe:"):
            words = {*rows[key].split(), *old[key].split()}
            rows[key] = _join(words - set(rows["commands" + key[5:]].split()))
    return rows


def _lineage(name: str) -> tuple[str, frozenset[str]]:
    """The root that a set of bases.tsv is built on, and all packages that are named on the way."""
    below = {row[0]: (row[1], row[2].split()) for row in tables.read("bases.tsv")}
    names: set[str] = set()
    while name in below:
        name, packages = below[name]
        names.update(packages)
    return name, frozenset(names)


def brought(packages: frozenset[str], commands: Commands, links: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The commands that a set of packages brings."""
    found = {command for command, owners in commands.items() if not owners.isdisjoint(packages)}
    found.update(command for command, owners in links.items() if not packages.isdisjoint(owners))
    return frozenset(found)


def _known(release: Release, package: str) -> bool:
    return package in release.offers or len(release.providers.get(package, ())) == 1


def _join(words: Iterable[str]) -> str:
    return " ".join(sorted(words))
