"""Files of the state of a network, written whole or never.

A file is NumPy's ``.npz``: a zip archive with one array for each part of the state. Writing goes to
a temporary file in the same folder, which takes the place of the old one in a single step once it
is on the disk; whatever happens before leaves the old one as it is. Reading trusts no file: it
looks at every header before it reads any number, reads no more than the network has room for, and
never unpickles anything.
"""

from __future__ import annotations

import os
import secrets
import stat
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from .frontend.user_errors import WrongValue, did_you_mean, reject
from .ir.buffers import earlier
from .ir.diagnostics import ModelError, NoMemory
from .runtime.state import STEP, STEPS_DONE
from .runtime.state_checks import Expected

Array = NDArray[Any]

OTHERS = (
    *(".mat", ".gz", ".bz2", ".xz", ".h5", ".hdf5", ".npy", ".pkl", ".pickle"),
    *(".json", ".csv", ".txt", ".xml", ".yaml"),
)
"""Endings of names of files of other formats."""

SUBSTITUTES = {str(STEPS_DONE): str(STEP)}
"""Substitutes for parts of the state that old files lack."""

_PREFIX, _SUFFIX = ".ranvier-", ".tmp"
_ABANDONED = 3600.0
"""Seconds after which a temporary file is abandoned."""

_FORMAT = "the format is NumPy's '.npz', whatever the file is called; numpy.load() reads it too"

_HEADER = 10_000
"""Bytes that the description of an array may have."""


class FileProblem(ModelError, OSError):  # noqa: N818 - reads as the name of the mistake
    """A file that the system refuses to read or write."""


class NoFile(FileProblem, FileNotFoundError):  # noqa: N818
    """A file or folder that does not exist."""


# ---------------------------------------------------------------------- writing


def write(file: Any, state: Mapping[str, Array]) -> None:
    """Write a state to a path or to an open file.

    An open file is an object with ``write``. Raises WrongValue for a name that promises another
    format, ModelError where it cannot be written; then a file of that name is what it was before.
    """
    try:
        _write(file, dict(state))
    except (OSError, MemoryError, TypeError, ValueError) as problem:
        report(problem, "write", file)


def _write(file: Any, state: dict[str, Any]) -> None:
    if hasattr(file, "write"):
        np.savez(file, **state)
        return
    path = _path(file, "save")
    if path.suffix.lower() in OTHERS:
        reject(f"save() cannot write '{path.suffix}' files", _FORMAT, kind=WrongValue)
    target = Path(os.path.realpath(path))  # a link stays one
    mode = _mode(path, target)
    if mode is None or stat.S_ISREG(mode):
        with _replacing(target, mode) as stream:
            np.savez(stream, **state)
    else:  # a pipe or device, which must not become a file
        with open(target, "wb") as stream:
            np.savez(stream, **state)


def _mode(path: Path, target: Path) -> int | None:
    """The mode of a file, None for a new one. Refuses a file that cannot be written."""
    if not target.exists():
        if not target.parent.is_dir():
            reject(f"cannot write '{path}': there is no folder '{target.parent}'", kind=NoFile)
        return None
    mode = target.stat().st_mode
    if stat.S_ISDIR(mode):
        reject(f"cannot write '{path}': it is a folder; name a file in it", kind=FileProblem)
    if not os.access(target, os.W_OK):
        reject(f"cannot write '{path}': it is read-only", kind=FileProblem)
    return mode


@contextmanager
def _replacing(target: Path, mode: int | None) -> Iterator[IO[bytes]]:
    """A temporary file that replaces ``target`` only if all goes well."""
    _tidy(target.parent)
    temporary = target.with_name(f"{_PREFIX}{os.getpid()}-{secrets.token_hex(8)}{_SUFFIX}")
    try:
        with open(temporary, "xb") as stream:
            if mode is not None:
                os.chmod(temporary, stat.S_IMODE(mode))
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    with suppress(OSError):  # systems that cannot open folders see to it themselves
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _tidy(folder: Path) -> None:
    """Remove temporary files of processes that ended while they wrote."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX) and entry.name.endswith(_SUFFIX):
                with suppress(OSError):
                    if time.time() - entry.stat().st_mtime > _ABANDONED:
                        os.unlink(entry.path)


# ---------------------------------------------------------------------- reading


def read(file: Any, wanted: Mapping[str, Expected]) -> dict[str, Array]:
    """The state in a path or in an open file.

    An open file is an object with ``read`` and ``seek``. Raises ModelError where it cannot be read,
    is no file of ``write``, or of another network.
    """
    try:
        return _read(file, wanted)
    except (OSError, MemoryError, TypeError, ValueError) as problem:
        report(problem, "read", file)


def _read(file: Any, wanted: Mapping[str, Expected]) -> dict[str, Array]:
    if hasattr(file, "read"):
        return _arrays(file, f"{file!r:.200}", wanted)
    path = _path(file, "load")
    if not path.exists():
        longer = path.with_name(f"{path.name}.npz")  # earlier versions added this ending
        path = longer if longer.exists() else _missing(path)
    if path.is_dir():
        reject(f"cannot read '{path}': it is a folder; name a file in it", kind=FileProblem)
    with open(path, "rb") as stream:
        return _arrays(stream, f"{path!s:.200}", wanted)


def _missing(path: Path) -> NoReturn:
    if not path.parent.is_dir():
        reject(f"cannot read '{path}': there is no folder '{path.parent}'", kind=NoFile)
    hint = did_you_mean(path.name, os.listdir(path.parent))
    reject(f"cannot read '{path}': there is no such file{hint}", kind=NoFile)


def _arrays(stream: IO[bytes], label: str, wanted: Mapping[str, Expected]) -> dict[str, Array]:
    try:
        with zipfile.ZipFile(stream) as archive:
            places = _places(archive, wanted)
            found = {name: _array(archive, place, wanted[name]) for name, place in places.items()}
    except (ModelError, MemoryError):
        raise
    except Exception as problem:  # readers of archives raise anything on arbitrary bytes
        if isinstance(problem, OSError) and problem.errno:
            raise
        reject(f"{label} is no file that save() wrote, or it is damaged", _FORMAT)
    added = {
        new: found[old] for new, old in SUBSTITUTES.items() if new in wanted and new not in found
    }
    return found | added


def _places(archive: zipfile.ZipFile, wanted: Mapping[str, Expected]) -> dict[str, zipfile.ZipInfo]:
    """Places of arrays in the archive: exactly those of this network."""
    places = {
        info.filename.removesuffix(".npy"): info
        for info in archive.infolist()
        if info.filename.endswith(".npy")
    }
    if not places:
        raise ValueError("an archive of something else")
    if str(STEP) not in places:  # a file of an earlier version
        before = {earlier(name): name for name in wanted}
        places = {before.get(name, name): info for name, info in places.items()}
    for name in sorted({*places} ^ {*wanted}):
        if name in places or SUBSTITUTES.get(name) not in places:
            _misfit(f"'{name}' is only in one of them")
    return places


def _array(archive: zipfile.ZipFile, place: zipfile.ZipInfo, wanted: Expected) -> Array:
    """An array, if its header is as wanted.

    It is read up to the last byte, so that its checksum is compared.
    """
    if place.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("NumPy does not compress like that")
    with archive.open(place) as stream:
        version = np.lib.format.read_magic(stream)
        header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, fortran, dtype = header(stream, max_header_size=_HEADER)
        if dtype.hasobject or not all(type(n) is int and n >= 0 for n in shape):
            raise ValueError("no array of numbers")
        reason = wanted.takes(dtype, shape)
        if reason is not None:
            _misfit(f"'{place.filename.removesuffix('.npy')}' {reason}")
        size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        content = stream.read(size)
        if len(content) != size or stream.read(1):
            raise ValueError("another number of bytes")
    found: Array = np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")
    converted = found.astype(wanted.dtype)
    if (converted != found).any() and converted.dtype.kind in "iu":
        raise ValueError("integers that are too large")
    return converted


def _misfit(reason: str) -> NoReturn:
    reject(f"the file does not fit this network: {reason}")


# ---------------------------------------------------------------------- both


def _path(file: object, call: str) -> Path:
    """The path that the user means."""
    given = os.fspath(file) if isinstance(file, (str, bytes, os.PathLike)) else None
    if given is None:
        reject(
            f"{call}() takes the name of a file or a file opened in binary mode, not {file!r:.60}",
            kind=WrongValue,
        )
    name = os.fsdecode(given)
    if not name or "\0" in name or name.endswith(("/", os.sep)):
        reject(f"{call}() takes the name of a file, not {name!r}", kind=WrongValue)
    path = Path(name)
    return path


def report(problem: Exception, doing: str, file: object) -> NoReturn:
    """Raise the system's complaint as an error at the user's line."""
    if isinstance(problem, ModelError):
        raise problem
    if isinstance(problem, MemoryError):
        reject(f"there is no memory to {doing} '{file!s:.200}'", kind=NoMemory)
    if isinstance(problem, OSError):
        reject(f"cannot {doing} '{file!s:.200}': {problem.strerror or problem}", kind=FileProblem)
    reject(f"cannot {doing} {file!r:.60}: {problem}; open it in binary mode", kind=WrongValue)
