"""Read package indexes: Debian's Packages, Alpine's APKINDEX, the primary.xml of RPM repositories.

Each reader turns the bytes of an index, compressed or not, into offers. Only the standard library is used, so a .zst
file cannot be read.
"""

from __future__ import annotations

import io

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_RPM = "{http://linux.duke.edu/metadata/common}"
_RPM_ENTRY = "{http://linux.duke.edu/metadata/rpm}entry"
_RPM_PROVIDES = "{http://linux.duke.edu/metadata/rpm}provides"


class Offer:
    """One package of an index: its name, its version and the names that it provides."""

    __slots__ = ("name", "provides", "version")

    def __init__(self, name: str, version: str, provides: tuple[str, ...] = ()) -> None:
        self.name = name
        self.version = version
        self.provides = provides

    def __repr__(self) -> str:
        return f"Offer({self.name!r}, {self.version!r}, {self.provides!r})"


def read_index(data: bytes) -> Iterator[Offer]:
    """The offers of an index of any of the three kinds.

    Raises:
        ValueError: when the bytes are no such index, or cannot be decompressed.
    """
    try:
        plain = unpack(data)
    except (OSError, EOFError) as error:
        raise ValueError(f"the index cannot be decompressed: {error}") from error
    if plain[257:262] == b"ustar":
        plain = _member(plain)
    start = plain[:4096].lstrip()
    if start.startswith(b"<"):
        yield from _primary(plain)
    elif start.startswith(b"Package:") or b"\nPackage:" in start:
        yield from _stanzas(plain.decode("utf-8", "replace"), "Package:", "Version:", "Provides:", ",")
    elif start.startswith((b"C:", b"P:")) or b"\nP:" in start:
        yield from _stanzas(plain.decode("utf-8", "replace"), "P:", "V:", "p:", " ")
    else:
        raise ValueError("not a package index (Packages, APKINDEX or primary.xml)")


def unpack(data: bytes) -> bytes:
    """The bytes without their gzip, xz or bzip2 compression.

    Raises:
        OSError, EOFError: when the compression is broken.
        ValueError: for a compression that the standard library does not know.
    """
    if data[:2] == b"\x1f\x8b":
        import gzip

        return gzip.decompress(data)
    if data[:6] == b"\xfd7zXZ\0":
        import lzma

        try:
            return lzma.decompress(data)
        except lzma.LZMAError as error:
            raise ValueError(f"the index cannot be decompressed: {error}") from error
    if data[:3] == b"BZh":
        import bz2

        return bz2.decompress(data)
    if data[:4] in (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"):
        raise ValueError("the index is compressed with zstd or lz4, which cannot be read here")
    return data


def _member(archive: bytes) -> bytes:
    """The file APKINDEX of an APKINDEX.tar (a signature stands before it as an archive of its own, without an end)."""
    import tarfile

    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:", ignore_zeros=True) as tar:
            for member in tar:
                if member.name == "APKINDEX":
                    file = tar.extractfile(member)
                    return file.read() if file is not None else b""
    except tarfile.TarError as error:
        raise ValueError(f"the archive cannot be read: {error}") from error
    raise ValueError("the archive holds no APKINDEX")


def _stanzas(text: str, name_key: str, version_key: str, provides_key: str, separator: str) -> Iterator[Offer]:
    """Paragraphs of ``Key: value`` lines; ``Provides: a (= 1), b`` and ``p:cmd:x=1 so:y=2 z=3``."""
    name = version = provides = ""
    for line in [*text.splitlines(), ""]:
        if not line:
            if name and version:
                yield Offer(name, version, tuple(_names(provides, separator)))
            name = version = provides = ""
        elif line.startswith(name_key):
            name = line[len(name_key) :].strip()
        elif line.startswith(version_key):
            version = line[len(version_key) :].strip()
        elif line.startswith(provides_key):
            provides = line[len(provides_key) :].strip()


def _names(provides: str, separator: str) -> Iterator[str]:
    """The bare names of a list of provided names; capabilities (``cmd:``, ``so:``) are left out."""
    for part in provides.split(separator):
        name = part.strip().partition("(")[0].strip().partition("=")[0].partition(":any")[0]
        if name and ":" not in name:
            yield name


def _primary(data: bytes) -> Iterator[Offer]:
    """The packages of a primary.xml."""
    from xml.etree import ElementTree

    try:
        for _, node in ElementTree.iterparse(io.BytesIO(data)):
            if node.tag != _RPM + "package":
                continue
            name, version = node.findtext(_RPM + "name") or "", node.find(_RPM + "version")
            provides = [entry.get("name") or "" for entry in node.iterfind(f".//{_RPM_PROVIDES}/{_RPM_ENTRY}")]
            if name and version is not None:
                full = f"{version.get('ver')}-{version.get('rel')}"
                names = tuple(word for word in provides if word and word != name and "(" not in word)
                yield Offer(name, full, names)
            node.clear()
    except ElementTree.ParseError as error:
        raise ValueError(f"the XML cannot be read: {error}") from error
