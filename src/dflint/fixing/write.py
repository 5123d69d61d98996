"""Writes a file so that at every moment either the old or the new text is there, whole."""

from __future__ import annotations

import os
from contextlib import suppress


class WriteError(Exception):
    """A file that was not written. The message is one line and names it."""


def write_atomic(path: str, new: bytes, expected: bytes) -> bool:
    """Replace a file's content by way of a temporary file in the same folder.

    A symbolic link stays one: its target is replaced. Mode and owner are kept.

    Args:
        path: the file. new: what it shall hold. expected: what it held when it was read.

    Returns:
        Whether anything was written; False if the content would not change.

    Raises:
        WriteError: the file is not what was read, or it cannot be written; it is unchanged then.
    """
    if new == expected:
        return False
    try:
        target = os.path.realpath(path)
        status = os.stat(target)
        if _read(target) != expected:
            raise WriteError(f"{path}: changed since it was read; nothing was written")
        if not os.access(target, os.W_OK):
            raise WriteError(f"{path}: is read-only; nothing was written")
        temporary = _write_beside(target, new, status)
        try:
            # Looked at again at the last moment: whoever saved the file meanwhile keeps what they wrote.
            if _read(target) != expected:
                raise WriteError(f"{path}: changed since it was read; nothing was written")
            os.replace(temporary, target)
        except BaseException:
            _remove(temporary)
            raise
        _sync_folder(os.path.dirname(target))
    except OSError as error:
        raise WriteError(f"{path}: cannot be written: {error.strerror or error}") from error
    return True


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _write_beside(target: str, data: bytes, status: os.stat_result) -> str:
    """A temporary file with the data, mode and owner, on disk."""
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name}.dflint-{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            if hasattr(os, "fchown"):
                made = os.fstat(stream.fileno())
                if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
                    os.fchown(stream.fileno(), status.st_uid, status.st_gid)
            os.fsync(stream.fileno())
        os.chmod(temporary, status.st_mode & 0o7777)
    except BaseException:
        _remove(temporary)
        raise
    return temporary


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


def _sync_folder(folder: str) -> None:
    """Make the rename last; where folders cannot be opened (Windows) the system sees to it."""
    try:
        descriptor = os.open(folder or ".", os.O_RDONLY)
    except OSError:
        return
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
