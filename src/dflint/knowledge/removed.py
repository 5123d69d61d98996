"""Image references that name nothing: tags that official images never had, and repositories that were emptied."""

from __future__ import annotations

from dflint.knowledge.images import Reference
from dflint.knowledge.tagnames import is_version, known, known_words, last_day, tags_like, words

#: Repositories (or everything below a prefix that ends in ``/``) without images since a day, and where they went to.
_MOVED = (
    ("base/archlinux", "2020-06-01", "archlinux"),
    ("gcr.io/tensorflow/tensorflow", "2020-06-01", "tensorflow/tensorflow"),
    ("opensuse", "2020-06-01", "opensuse/leap"),
    ("bitnami/", "2025-10-01", "bitnamilegacy/"),
)


def moved(reference: str, day: str) -> tuple[str, str] | None:
    """(day, new repository) for an image whose repository was emptied by that day; None for others."""
    parsed = Reference(reference)
    for name, since, new in _MOVED:
        if day < since or (parsed.name != name and not (name.endswith("/") and parsed.name.startswith(name))):
            continue
        if name == "bitnami/" and (parsed.tag in (None, "latest") or parsed.name == "bitnami/minideb"):
            continue  # what is left there has this one tag
        if name == "opensuse":
            new = {"tumbleweed": "opensuse/tumbleweed"}.get(parsed.tag or "", new)
        return since, new + parsed.name[len(name) :]
    return None


def never_existed(reference: str, day: str) -> bool:
    """Whether an official image certainly has no such tag on a day.

    Up to the last day of the table a tag that it does not hold never was. Later ones may be new: then only a tag made
    of known words counts, of which one (its version or its variant) is no longer built at all.
    """
    parsed = Reference(reference)
    tag = parsed.tag
    if not parsed.official or tag is None or parsed.digest is not None:
        return False
    used = known_words(parsed.name)
    if not used or known(parsed.name, tag) is not None:
        return False
    if day <= last_day():
        return True
    if any(word not in used for word in words(tag)):
        return False
    versions = [word for word in tag.replace("_", "-").split("-") if is_version(word)]
    if len(versions) != 1 or not tag.startswith(versions[0]):
        return False
    same = {name: live for name, live in tags_like(parsed.name, tag).items() if name.split("-")[0] == versions[0]}
    dead = not any(same.values()) or any(not used[word] for word in words(tag))
    return bool(same) and dead


def similar_tags(reference: str) -> dict[str, bool]:
    """The tags of the same official image that share the tag's first part: tag -> whether the list still has it."""
    parsed = Reference(reference)
    return tags_like(parsed.name, parsed.tag) if parsed.official and parsed.tag is not None else {}
