"""Launches in files: kernels, memory before and after, arguments.

A folder holds ``about.json``, ``kernel-<n>.ptx`` and ``memory.npz``. ``python -m hardware.replay
FOLDER`` runs them on the emulator, which needs no GPU. Addresses differ there; the words of memory
that are addresses are known, and are translated.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray
from ptx_emulator import EmulatedGpu

from .watch import Seen, Watch, Written

Array = NDArray[Any]
Memory = dict[int, Array]
"""Bytes by address."""

Places = dict[int, int]
"""Addresses on the emulator, by those on the device."""

MOST = 1 << 29
"""Bytes of memory that a file may hold."""


@define(eq=False)
class Reproducer:
    """Launches that somebody wants to repeat.

    ``log`` has them in order: number of a text, kernel, grid, block, parameters, shared memory; and
    what the host wrote between: address, and a number among ``written``. ``pointers`` are the
    addresses of words that are addresses themselves, ``names`` those of buffers. ``after`` is empty
    where the launches failed.
    """

    about: dict[str, Any]
    texts: list[str]
    log: list[dict[str, Any]]
    before: Memory
    after: Memory
    written: list[Array]
    pointers: list[int]
    names: dict[int, str] = field(factory=dict)

    @classmethod
    def of(
        cls, watch: Watch, after: Memory, names: dict[int, str], about: dict[str, Any]
    ) -> Reproducer:
        """The launches that a watch has kept."""
        before = watch.before or {}
        texts = list(dict.fromkeys(each.kernel.ptx for each in watch.launches))
        written = [each.data for each in watch.log if isinstance(each, Written)]
        log, count = [], 0
        for each in watch.log:
            if isinstance(each, Seen):
                log.append(_launch(each, texts))
            else:
                log.append({"address": each.address, "written": count})
                count += 1
        after = {address: data for address, data in after.items() if address in before}
        return cls(about, texts, log, before, after, written, sorted(watch.pointers), names)

    def write(self, folder: Path) -> Path:
        """Write the folder. Raises ValueError where there is too much memory for a file."""
        size = sum(data.nbytes for data in self.before.values())
        if size > MOST:
            raise ValueError(f"{size} bytes of memory are too many for a file")
        folder.mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(self.texts):
            (folder / f"kernel-{number}.ptx").write_text(text, encoding="utf-8")
        memory = {f"before {address}": data for address, data in self.before.items()}
        memory |= {f"after {address}": data for address, data in self.after.items()}
        memory |= {f"written {number}": data for number, data in enumerate(self.written)}
        np.savez_compressed(folder / "memory.npz", **memory)  # type: ignore[arg-type]
        said = {
            "about": self.about, "texts": len(self.texts), "log": self.log,
            "pointers": self.pointers, "names": {str(k): name for k, name in self.names.items()},
        }  # fmt: skip
        (folder / "about.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
        return folder

    @classmethod
    def read(cls, folder: Path) -> Reproducer:
        """Read a folder."""
        said = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        texts = [
            (folder / f"kernel-{number}.ptx").read_text(encoding="utf-8")
            for number in range(said["texts"])
        ]
        with np.load(folder / "memory.npz") as memory:
            parts = {name: memory[name] for name in memory.files}
        before, after, written = (
            {int(n.split()[1]): data for n, data in parts.items() if n.startswith(word)}
            for word in ("before", "after", "written")
        )
        names = {int(address): name for address, name in said["names"].items()}
        return cls(
            said["about"], texts, said["log"], before, after,
            [written[number] for number in range(len(written))], said["pointers"], names,
        )  # fmt: skip

    # ------------------------------------------------------------------ on the emulator

    def replay(self, gpu: EmulatedGpu) -> list[str]:
        """The differences between the emulator and the device, in words.

        Raises the emulator's error where it finds a fault.
        """
        places = {address: gpu.allocate(data.nbytes) for address, data in self.before.items()}
        for address, data in self._moved(self.before, places).items():
            gpu.write(places[address], data)
        modules = [gpu.load(text) for text in self.texts]
        for each in self.log:
            if "written" in each:
                self._write(gpu, each["address"], self.written[each["written"]], places)
                continue
            words = [_moved_word(word, self.before, places) for word in each["parameters"]]
            gpu.launch(
                modules[each["text"]], each["kernel"], tuple(each["grid"]), tuple(each["block"]),
                words, shared=each["shared"],
            )  # fmt: skip
        return self._compared(gpu, places)

    def _write(self, gpu: EmulatedGpu, address: int, data: Array, places: Places) -> None:
        """Write what the host wrote."""
        start = _start_of(address, self.before)
        if start is not None:  # else it is memory that came later, of which nothing is known
            ((_, moved),) = self._moved({address: data}, places).items()
            gpu.write(places[start] + address - start, moved)

    def _compared(self, gpu: EmulatedGpu, places: Places) -> list[str]:
        """The differences after all launches."""
        said = []
        for address, data in self._moved(self.after, places).items():
            found = np.frombuffer(gpu.read(places[address], data.nbytes), np.uint8)
            wrong = np.flatnonzero(data != found)
            if wrong.size:
                said.append(self._told(address, int(wrong[0]), wrong.size, data, found))
        return said

    def _moved(self, memory: Memory, places: Places) -> Memory:
        """Memory in which addresses are those of the emulator."""
        moved = {address: data.copy() for address, data in memory.items()}
        for pointer in self.pointers:
            for start, data in moved.items():
                if start <= pointer <= start + data.nbytes - 8:
                    word = data[pointer - start : pointer - start + 8].view(np.uint64)
                    word[0] = _moved_word(int(word[0]), self.before, places)
        return moved

    def _told(self, address: int, first: int, count: int, device: Array, emulator: Array) -> str:
        name = self.names.get(address, hex(address))
        start = first // 8 * 8
        words = [f"{data[start : start + 8].tobytes()[::-1].hex()}" for data in (device, emulator)]
        return (
            f"{name}: {count} bytes differ, from byte {first} on; the 8 bytes at {start} are "
            f"{words[0]} on the device and {words[1]} on the emulator"
        )


def _launch(seen: Seen, texts: list[str]) -> dict[str, Any]:
    kernel = seen.kernel
    return {
        "text": texts.index(kernel.ptx), "kernel": kernel.name, "grid": seen.grid,
        "block": seen.block, "parameters": seen.parameters, "shared": seen.shared,
    }  # fmt: skip


def _moved_word(word: int, memory: Memory, places: Places) -> int:
    """A word, translated if it is an address of the memory."""
    start = _start_of(word, memory)
    return word if start is None else places[start] + word - start


def _start_of(address: int, memory: Memory) -> int | None:
    """The start of the memory in which an address lies."""
    return next((s for s, data in memory.items() if s <= address < s + max(1, data.nbytes)), None)
