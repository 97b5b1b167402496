"""Files for one user only, and the secret of a folder.

The secret tells what was written in the folder.

A hash shows that a file is whole, to everybody who can make one. Files that are signed with the
secret of their folder were written by a process that works with this folder: a file that came from
elsewhere does not fit, whatever stands in it. Who can read or exchange the secret itself could as
well run any program as this user.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

SECRET = "secret"
"""The file with the secret."""

_LENGTH = 32


def read(path: Path, limit: int) -> bytes | None:
    """The content of a private file of at most ``limit`` bytes.

    No other user may write a private file. None where there is no such file.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for a writer
            return None
        with open(path, "rb") as file:
            about = os.fstat(file.fileno())
            if not _is_mine_alone(about) or about.st_size > limit:
                return None
            return file.read()
    except OSError:
        return None


def write(path: Path, data: bytes) -> None:
    """Write a private file, all of it at once.

    No other user may read it. OSError where that fails.
    """
    temporary = _another(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(temporary, "xb", opener=_private) as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError:
        remove(temporary)
        raise


def remove(path: Any) -> bool:
    """Remove a file; False where that was not possible."""
    try:
        os.unlink(path)
    except OSError:
        return False
    return True


def secret_of(folder: Path) -> bytes | None:
    """The secret of a folder, if it has one."""
    found = read(folder / SECRET, _LENGTH)
    return found if found is not None and len(found) == _LENGTH else None


def make_secret(folder: Path) -> bytes:
    """The secret of a folder, made where there is none. OSError where it cannot be written.

    Of two processes that make one, that of the first counts.
    """
    found = secret_of(folder)
    if found is None:
        own = _another(folder / SECRET)
        made = secrets.token_bytes(_LENGTH)
        write(own, made)
        try:
            with suppress(OSError, AttributeError):  # there by now, or files have one name here
                os.link(own, folder / SECRET)
            found = secret_of(folder)
            if found is None:
                os.replace(own, folder / SECRET)
                found = made
        finally:
            remove(own)
    return found


def signature(secret: bytes, text: str) -> bytes:
    """The 32 bytes that sign a text. They are not found without the secret."""
    return hmac.digest(secret, text.encode(), "sha256")


def _another(path: Path) -> Path:
    """An unused name beside ``path``. No other process and no other call has it."""
    return path.with_suffix(f".{os.getpid()}.{time.monotonic_ns()}.tmp")


def _private(path: str, flags: int) -> int:
    """Open a new file for this user alone.

    No other user may read or write it, whatever the umask lets others do.
    """
    return os.open(path, flags, 0o600)


def _is_mine_alone(about: os.stat_result) -> bool:
    """Whether a file is this user's, and only they may write. True where the system cannot say."""
    if not hasattr(os, "getuid"):
        return True
    return about.st_uid == os.getuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
