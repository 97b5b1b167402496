"""The memory of recordings: its size, and errors when it ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from ..ir.byte_counts import readable
from ..ir.diagnostics import NoMemory
from .language.names import ByName
from .recorded_items import sample_of
from .recording import Interval, RecordedItem
from .user_errors import reject

if TYPE_CHECKING:
    from .network import Network
    from .population import Population
    from .views import PopulationView

_LIST = 8
"""Factor by which lists of spikes exceed recorded spikes, in bytes.

It is that while the lists are made.
"""


class RecordingMemory:
    """Mixin of :class:`Monitor`: the memory of its recordings."""

    _network: Network
    _object: Population | PopulationView
    _name: str
    _last: dict[str, list[Interval]]
    _recordings: dict[str, RecordedItem]

    def _grid(self) -> tuple[int, int]:
        """Period and offset in steps."""
        raise NotImplementedError

    def _take(self, name: str, keep: bool, reshape: bool) -> Any:
        """The data of a variable, dropped unless ``keep``."""
        raise NotImplementedError

    def _bytes_to_get(self) -> int:
        """Bytes to put the largest recording together, beside the recordings."""
        each = (r.bytes * (_LIST if r.holds_spikes else 1) for r in self._recordings.values())
        return max(each, default=0)

    def bytes_per_second(self) -> float:
        """Bytes recorded in 1000 ms of the model's time. Of spikes, as many as so far."""
        steps = 1000.0 / self._network.dt
        return sum(self._bytes_per_step(name) for name in self._recordings) * steps

    def _bytes_per_step(self, name: str) -> float:
        recording = self._recordings[name]
        if not recording.holds_spikes:
            dtype, common = sample_of(self._object.population, recording.item)
            number = dtype.itemsize
            return number * (1 if common else self._object.size) / self._grid()[0]
        now = self._network.current_step
        steps = sum((now if i.stop is None else i.stop) - i.start for i in recording.intervals)
        return recording.bytes / max(1, steps)

    def refuse(self) -> NoReturn:
        """Raise NoMemory: there is no room for more recordings."""
        held = sum(recording.bytes for recording in self._recordings.values())
        names = ", ".join(self._recordings)
        reject(
            f"no memory is left for what monitor '{self._name}' of '{self._object.name}' records: "
            f"{names}, {readable(self.bytes_per_second())} per second of the model's time",
            f"the network stands at t = {self._network.time:g} ms; the monitor holds everything up "
            f"to then ({readable(held)}), and get() hands it over",
            "ways to need less: a longer period, fewer variables, a view of fewer neurons; or call "
            "get() now and then and write what it returns to a file, since get() empties a monitor",
            kind=NoMemory,
        )

    def _take_all(self, names: Iterable[str], keep: bool, reshape: bool) -> dict[str, Any]:
        """The data of several variables. Nothing is dropped where memory does not suffice."""
        wanted = list(dict.fromkeys(names))
        before = {name: self._recordings[name].intervals for name in wanted}
        data: dict[str, Any] = {}
        try:
            # Spikes come last: they cannot be put back.
            for name in sorted(wanted, key=lambda name: self._recordings[name].holds_spikes):
                data[name] = self._take(name, keep, reshape)
        except MemoryError:
            for name, samples in () if keep else data.items():
                self._recordings[name].take_back(samples, before[name])
        for name in wanted:
            if name not in data:
                self._cannot_get(name)
        return ByName({name: data[name] for name in wanted})

    def _cannot_get(self, name: str) -> NoReturn:
        held = self._recordings[name].bytes
        reject(
            f"there is no memory to put together the recordings of '{name}' by monitor "
            f"'{self._name}' ({readable(held)}); it still holds them",
            "free what is not needed any more, or record less at a time: call get() more often",
            kind=NoMemory,
        )
