"""Requirements files: what pip and uv read besides the lines themselves.

Sources: pip's documentation, "Requirements File Format"; paths after ``-r`` and ``-c`` are seen from the file, those of
projects from the working directory.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    # file: another requirements or constraints file; project: a directory to install.
    Kind = Literal["file", "project"]

_FILES = ("-r", "--requirement", "-c", "--constraint")
_EDITABLE = ("-e", "--editable")
_SCHEMES = ("git+", "hg+", "svn+", "bzr+", "http:", "https:", "ssh:", "git:")
_OPERATORS = frozenset("<>=~!@*?")
_ARCHIVES = (".whl", ".gz", ".zip", ".tar", ".bz2", ".xz", ".tgz")


def references(text: str) -> Iterator[tuple[Kind, str]]:
    """The local files and directories that a requirements file names, as written."""
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        line = line.strip() if not line.lstrip().startswith("#") else ""
        line = line.partition(" #")[0].partition(" ;")[0].strip()
        if not line or "${" in line:
            continue
        option, value = _option(line)
        if option in _FILES and value and not value.startswith(_SCHEMES):
            yield "file", value
        elif option in _EDITABLE or not line.startswith("-"):
            path = local_path(value if option else line)
            if path is not None:
                yield "project", path


def _option(line: str) -> tuple[str, str]:
    """Option and value of a line, "" and "" for a requirement."""
    for option in (*_FILES, *_EDITABLE):
        rest = line[len(option) :]
        if line.startswith(option) and (len(option) == 2 or rest[:1] in ("=", " ")):
            return option, rest.lstrip("= ").strip("\"'")
    return "", ""


def local_path(text: str) -> str | None:
    """The directory that a requirement stands for; None for names, archives and addresses."""
    text = text.partition("[")[0] if text.startswith((".[", "..[")) else text
    if text.startswith(_SCHEMES) or "://" in text.replace("file://", ""):
        return None
    if " @ " in text:
        text = text.partition(" @ ")[2]
        if not text.startswith("file:"):
            return None
    if text.startswith("file:"):
        text = text[5:]
        text = text[2:] if text.startswith("///") else text
    elif not (
        text in (".", "..") or text.startswith(("./", "../", "/")) or ("/" in text and not _OPERATORS & set(text))
    ):
        return None
    text = text.partition("#")[0].partition("[")[0].strip()
    return None if text.endswith(_ARCHIVES) or not text or " " in text else text
