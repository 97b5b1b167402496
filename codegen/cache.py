"""A folder of compiled code, by key, for several processes.

An entry is one file, named after its key: a line that says what it is, a signature of key, length
and content, then the content. An entry is used only where all of that agrees, so a file that is
cut off, damaged or from elsewhere counts as absent and is written again. Files are written under
another name and then renamed, so that no process sees half of one. Reading an entry renews its
time; where the folder grows beyond its size, those that were unused for longest go first.

The folder and its files are for their owner only. What belongs to another user, or may be written
by one, is not read: the content is machine code. Signatures are made with the secret of the folder
(``private_files.py``), so a file from elsewhere that the owner has put there is not
read either.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from hmac import compare_digest
from pathlib import Path
from typing import Any, NamedTuple

from attrs import field

from ..ir.attrs_classes import define
from . import private_files

SUFFIX = ".ranvier"
_MAGIC = b"ranvier cache 2\n"
_SIGNATURE = 32
_ABANDONED = 3600.0
_MARGIN = 0.9


def digest(*parts: str | bytes) -> str:
    """The key of something that ``parts`` decide, as hexadecimal digits."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "little"))
        found.update(data)
    return found.hexdigest()


def default_folder() -> Path | None:
    """The system's folder for what users' programs can make again. None where there is no home."""
    if sys.platform == "win32":
        return _folder(os.environ.get("LOCALAPPDATA", ""))
    home = _home()
    if sys.platform == "darwin":
        return _folder(home and os.path.join(home, "Library", "Caches"))
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):  # others are to be ignored, says the standard
        return _folder(given)
    return _folder(home and os.path.join(home, ".cache"))


def _folder(base: str) -> Path | None:
    return Path(base) / "ranvier" if os.path.isabs(base) else None


def _home() -> str:
    """The user's home, or nothing. Users of services and containers may have none."""
    home = os.environ.get("HOME", "")
    if not home:  # not set, or set to nothing, which other functions take for the root folder
        try:
            import pwd

            home = pwd.getpwuid(os.getuid()).pw_dir
        except (ImportError, KeyError):
            return ""
    return home if os.path.isdir(home) and os.path.realpath(home) != os.sep else ""


@define
class Store:
    """Entries in ``folder``, which together have at most ``limit`` bytes.

    Nothing here raises: ``problem`` says why the folder could not be written, if it could not.
    """

    folder: Path
    limit: int = 1 << 28
    problem: str = ""
    _size: int | None = field(default=None, init=False)

    def get(self, key: str) -> bytes | None:
        """The content of an entry, or None.

        None is for one that is missing, damaged or not ours.
        """
        path = self._path(key)
        data, secret = private_files.read(path, self.limit), private_files.secret_of(self.folder)
        if data is None or secret is None:
            return None
        start = len(_MAGIC) + _SIGNATURE
        content = data[start:]
        if not compare_digest(data[:start], _head(secret, key, content)):
            return None
        with suppress(OSError):  # it will look older than it is
            os.utime(path)
        return content

    def put(self, key: str, content: bytes) -> bool:
        """Write an entry, and make room for it. False where that was not possible."""
        path = self._path(key)
        size = len(_MAGIC) + _SIGNATURE + len(content)
        if size > self.limit:
            self.problem = f"an entry of {size} bytes is larger than the whole cache may be"
            return False
        try:
            head = _head(private_files.make_secret(self.folder), key, content)
            private_files.write(path, head + content)
        except OSError as problem:
            self.problem = f"cannot write to {self.folder}: {problem.strerror or problem}"
            return False
        self.problem = ""
        self._grow(size, path)
        return True

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{SUFFIX}"

    def _grow(self, size: int, newest: Path) -> None:
        """Count written bytes; look at the folder where they are many.

        The whole folder is looked at only where it may be too large.
        """
        if self._size is not None:
            self._size += size
        if self._size is None or self._size > self.limit:
            self._size = self._shrink(newest)

    def _shrink(self, newest: Path) -> int:
        """Remove entries until the rest fits; return its size.

        Those that were used longest ago go first.
        """
        found = []
        for entry in _entries(self.folder):
            try:
                about = entry.stat()
            except OSError:
                continue
            if entry.name.endswith(SUFFIX):
                found.append((about.st_mtime_ns, about.st_size, entry.path))
            elif entry.name.endswith(".tmp") and time.time() - about.st_mtime > _ABANDONED:
                private_files.remove(entry.path)
        total = sum(size for _, size, _ in found)
        wanted = self.limit if total <= self.limit else int(self.limit * _MARGIN)
        for _, size, path in sorted(found):
            if total <= wanted:
                break
            if path != str(newest) and private_files.remove(path):
                total -= size
        return total


def _head(secret: bytes, key: str, content: bytes) -> bytes:
    """The beginning of an entry."""
    return _MAGIC + private_files.signature(secret, digest(key, content))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


class Found(NamedTuple):
    """An entry of a cache, and which one: "memory" or "disk"."""

    value: Any
    source: str


@define
class Cache:
    """Values of this process by key, backed by a store. There may be no store; it holds contents.

    ``values`` are those used last; together they may be shared by many caches of a process.
    """

    values: OrderedDict[str, Any]
    store: Store | None = None
    most: int = 256

    def find(self, key: str, load: Callable[[bytes], Any]) -> Found | None:
        """The value of a key, from memory or from the store.

        ``load`` makes it of the content of the store (None: it cannot).
        """
        value = self.values.get(key)
        if value is not None:
            self._remember(key, value)
            return Found(value, "memory")
        content = self.store.get(key) if self.store is not None else None
        value = load(content) if content is not None else None
        if value is None:
            return None
        self._remember(key, value)
        return Found(value, "disk")

    def keep(self, key: str, value: Any, content: bytes) -> None:
        """Add a value that was not there."""
        self._remember(key, value)
        if self.store is not None:
            self.store.put(key, content)

    def _remember(self, key: str, value: Any) -> None:
        self.values[key] = value
        self.values.move_to_end(key)
        while len(self.values) > self.most:
            self.values.popitem(last=False)
