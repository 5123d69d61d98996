"""A COPY or a bind mount written as a neighbour is: the neighbour's folder replaced by another one, the rest kept."""

from __future__ import annotations

from dflint.model.filesystem import absolute
from dflint.model.ops import source_path
from dflint.syntax.nodes import Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dflint.model.step import Step
    from dflint.model.wants import Want
    from dflint.syntax.nodes import File, Flag


def like(file: File, step: Step, want: Want) -> str | None:
    """The COPY that brings a file or folder to its place, written as ``step`` copies the same of another folder.

    None where the neighbour copies something else, or where its way would lead to another place.
    """
    node = step.node
    if not isinstance(node, Copy) or len(node.sources) != 1 or node.is_json:
        return None
    source, dest = node.sources[0].text, node.dest.text
    path = source_path(source)
    context = step.stage.build.context
    if context is None or path == want.path or "$" in source or "$" in dest:
        return None
    is_dir = context.is_dir(want.path)
    folder, name = _parts(path, is_dir)
    new_folder, new_name = _parts(want.path, is_dir)
    if not folder or not new_folder or context.is_dir(path) != is_dir or name != new_name:
        return None
    new_source = _swapped(source, folder, new_folder, name)
    new_dest = _swapped(dest, folder, new_folder, name)
    if new_source is None or new_dest is None:
        return None
    place = absolute(step.workdir, step.expand(new_dest))
    if place is not None and not is_dir and new_dest.endswith("/"):
        place = f"{place.rstrip('/')}/{name}"
    if place != want.place:
        return None
    return " ".join(["COPY", *[file.text(flag) for flag in node.flags], new_source, new_dest])


def mount_like(text: str, flag: Flag, step: Step, want: Want) -> str | None:
    """The bind mount of a file or folder, written as the mount ``flag`` with this text is."""
    if flag.name != "mount" or (flag.option("type") or "bind") != "bind" or flag.option("from") is not None:
        return None
    source, target = flag.option("source", "src"), flag.option("target", "dst", "destination")
    if not source or not target or "$" in source + target or source.rpartition("/")[2] == "":
        return None
    context = step.stage.build.context
    if context is None or context.is_dir(source_path(source)) != context.is_dir(want.path):
        return None
    place = want.place
    workdir = absolute(step.workdir, step.expand("."))
    if not target.startswith("/"):
        if workdir is None or not place.startswith(workdir.rstrip("/") + "/"):
            return None
        place = ("./" if target.startswith("./") else "") + place[len(workdir.rstrip("/")) + 1 :]
    start = "./" if source.startswith("./") else ""
    pairs = {"source": start + want.path, "src": start + want.path}
    pairs |= dict.fromkeys(("target", "dst", "destination"), place)
    head, _, options = text.partition("=")
    found = []
    for option in options.split(","):
        key, equals, _ = option.partition("=")
        found.append(f"{key}={pairs[key.lower()]}" if equals and key.lower() in pairs else option)
    return f"{head}={','.join(found)}"


def _parts(path: str, is_dir: bool) -> tuple[str, str]:
    """The folder that tells neighbours apart, and the name that they share ("" for whole folders)."""
    if is_dir:
        return path, ""
    folder, _, name = path.rpartition("/")
    return folder, name


def _swapped(text: str, folder: str, new: str, name: str) -> str | None:
    """A written path with one folder replaced by another at its end; None if it does not end in that folder."""
    for end in (f"/{name}" if name else "", "/", ""):
        if text.endswith(folder + end):
            start = text[: len(text) - len(folder + end)]
            if not start or start.endswith("/"):
                return start + new + end
    return None
