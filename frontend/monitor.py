"""Monitors: recordings of variables, inputs and spikes of neurons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..ir.diagnostics import ModelError
from ..ir.location import Loc
from ..ir.recorded import Recorded
from .annarchy_names import MONITOR, ClosedNames
from .attributes import name_list
from .copying import NetworkPart
from .language.names import ByName
from .population import Population
from .recorded_items import recorded_item, sample_of
from .recording import Interval, RecordedItem
from .recording_memory import RecordingMemory
from .spike_statistics import SpikeStatistics
from .spikes import Intervals, recorded_spikes
from .steps import to_steps
from .user_errors import WrongValue, caller_location, did_you_mean, listing, reject
from .views import PopulationView, Ranks

if TYPE_CHECKING:
    from .network import Network


class Monitor(NetworkPart, SpikeStatistics, RecordingMemory, ClosedNames):
    """``Monitor(population, ["v", "spike"], period=None)`` records from its creation on.

    Recordable are variables, events (``"spike"``, ``"axon_spike"``), inputs (``"sum(exc)"``,
    ``"g_exc"``), and with ``"count(spike)"`` the spikes of each neuron since the sample before.
    Values are those at the end of a step, inputs those that the neurons' equations saw. ``period``
    and ``period_offset`` are in ms (default: every step) and do not concern events.
    """

    _kind = "_monitors"
    _not_yet = MONITOR

    def __init__(
        self,
        obj: Population | PopulationView,
        variables: str | Sequence[str],
        period: float | None = None,
        period_offset: float | None = None,
        start: bool = True,
        name: str | None = None,
        *,
        network: Network | None = None,
    ) -> None:
        if not isinstance(obj, (Population, PopulationView)):
            reject(
                f"a Monitor records a population or a view of one, not {obj!r:.60}; synapses can "
                "be read between calls of simulate(), e.g. projection.w"
            )
        if network is not None and network is not obj.network:
            reject(f"population '{obj.name}' belongs to another network")
        self._loc = caller_location()
        self._object = obj
        self._network = obj.network
        self._name = self._network._new_name("monitor", name)
        self._base = 0
        self._running = False
        self._recordings: dict[str, RecordedItem] = {}
        self._last: dict[str, list[Interval]] = {}
        self._intervals: dict[str, Intervals | None] = {}
        self._add(variables)
        self._set_grid(period, period_offset)
        if start:
            self.start()
        self._network._add_monitor(self)

    # ------------------------------------------------------------------ what it records

    @property
    def name(self) -> str:
        """Its name, unique among the monitors of its network."""
        return self._name

    @property
    def network(self) -> Network:
        """The network it belongs to."""
        return self._network

    @property
    def recorded(self) -> Population | PopulationView:
        """The population or view, as given."""
        return self._object

    @property
    def population(self) -> Population:
        """The whole population that ``recorded`` belongs to."""
        return self._object.population

    @property
    def ranks(self) -> Ranks | None:
        """Ranks of the recorded neurons, None for all."""
        return None if isinstance(self._object, Population) else self._object.ranks

    @property
    def variables(self) -> list[str]:
        """Names of the recorded variables, inputs and spikes."""
        return list(self._recordings)

    @property
    def loc(self) -> Loc:
        """The line where the user created it."""
        return self._loc

    @property
    def period(self) -> float:
        """Time between two samples in ms."""
        return self._grid()[0] * self._network.dt

    @period.setter
    def period(self, value: float | None) -> None:
        self._set_grid(value, self._offset)
        self._base = self._network.current_step

    @property
    def period_offset(self) -> float:
        """Time of the first sample after the start in ms."""
        return self._grid()[1] * self._network.dt

    @period_offset.setter
    def period_offset(self, value: float | None) -> None:
        self._set_grid(self._period, value)

    def _set_grid(self, period: float | None, offset: float | None) -> None:
        before = getattr(self, "_period", None), getattr(self, "_offset", None)
        self._period, self._offset = period, offset
        try:
            self._grid()
        except ModelError:  # a refused value changes nothing
            self._period, self._offset = before
            raise

    def _grid(self) -> tuple[int, int]:
        """Period and offset in steps. They are kept in ms, for dt may change until compile."""
        dt = self._network.dt
        period, offset = self._period, self._offset
        steps = 1 if period is None else to_steps(period, dt, "the period of a monitor")
        if steps < 1:
            reject(f"the period of a monitor must be at least dt = {dt:g} ms", kind=WrongValue)
        shift = 0 if offset is None else to_steps(offset, dt, "the offset of a monitor")
        if shift >= steps:
            reject(
                f"period_offset must be shorter than the period of {steps * dt:g} ms",
                kind=WrongValue,
            )
        return steps, shift

    def _add(self, variables: str | Sequence[str]) -> None:
        names = name_list(variables, "variables")
        if not names:
            reject("a Monitor needs the names of the variables to record")
        for name in names:
            self._recordings.setdefault(name, RecordedItem(recorded_item(self.population, name)))

    @property
    def items(self) -> list[Recorded]:
        """Everything that is recorded."""
        return [recording.item for recording in self._recordings.values()]

    # ------------------------------------------------------------------ start and stop

    def start(
        self, variables: str | Sequence[str] | None = None, period: float | None = None
    ) -> None:
        """Record from now on. Further variables, or with another period, where given."""
        if variables is not None:
            before = len(self._recordings)
            self._add(variables)
            if len(self._recordings) > before and self in self._network.monitors:
                self._network._execution.outdate()
        if period is not None:
            self._set_grid(period, None)
        self._running = True
        self._base = self._network.current_step
        for recording in self._recordings.values():
            recording.resume(self._base)

    def pause(self) -> None:
        """Stop recording and keep the data."""
        self._running = False
        for recording in self._recordings.values():
            recording.pause(self._network.current_step)

    def resume(self) -> None:
        """Record again after ``pause``; samples stay on the same grid."""
        self._running = True
        for recording in self._recordings.values():
            recording.resume(self._network.current_step)

    def stop(self) -> None:
        """Stop recording and drop the data."""
        self._running = False
        for recording in self._recordings.values():
            recording.intervals.clear()
            recording.clear(0)

    def reset(self) -> None:
        """Drop the data; a recording that runs goes on."""
        self._base = self._network.current_step
        for recording in self._recordings.values():
            recording.clear(self._base)

    def _jumped(self, before: int, after: int) -> None:
        """Begin a new interval: the clock jumped.

        It showed the step ``before`` and shows ``after``. Samples stay on the same grid of steps,
        which goes on to both sides.
        """
        for recording in self._recordings.values():
            recording.jump(before, after)

    def _control(self) -> tuple[bool, int, int]:
        """``(active, period, offset)`` for the recorder.

        Step k is recorded if active and ``(k - offset) % period == 0``; spikes whenever active.
        """
        steps, shift = self._grid()
        return self._running, steps, self._base + shift

    # ------------------------------------------------------------------ data

    def _extend(self, variable: str, samples: NDArray[Any]) -> None:
        """Take samples ``(n, size)`` of a variable.

        They are of the monitored neurons or of all of them.
        """
        if samples.shape[1] == self.population.size != self._object.size:
            samples = samples[:, self._object.ranks]
        self._recordings[variable].add(samples)

    def _extend_spikes(self, event: str, steps: NDArray[Any], ranks: NDArray[Any]) -> None:
        """Take spikes of an event. Those of neurons that are not monitored are dropped."""
        if isinstance(self._object, PopulationView):
            mine = np.isin(ranks, self._object.ranks)
            steps, ranks = steps[mine], ranks[mine]
        self._recordings[event].add(steps, ranks)

    def _carry(self, item: str, moment: tuple[bool, int, int], totals: NDArray[Any]) -> None:
        """Keep the totals of an item for the sample to come. Copies of the network have them."""
        self._recordings[item].carried = moment, totals

    def _carried(self, item: str, moment: tuple[bool, int, int]) -> NDArray[Any] | None:
        """The totals that were kept at this moment, or None."""
        found = self._recordings[item].carried
        return found[1] if found is not None and found[0] == moment else None

    def get(
        self,
        variables: str | Sequence[str] | None = None,
        keep: bool = False,
        reshape: bool = True,
        force_dict: bool = False,
    ) -> Any:
        """The data of one variable, or a dict of several.

        They are dropped unless ``keep``. A variable is an array ``(T, *geometry)``, or ``(T,
        size)`` without ``reshape`` and for views; one that is common to the population is ``(T,)``.
        Spikes are a dict from rank to the list of steps. Both are in the order of recording; where
        the clock was set, ``times`` tells.
        """
        names = self.variables if variables is None else name_list(variables, "variables")
        for name in names:
            if name not in self._recordings:
                reject(
                    f"monitor '{self._name}' does not record {name!r}"
                    f"{did_you_mean(str(name), self.variables)}"
                )
        data = self._take_all(names, keep, reshape)
        single = variables is not None and len(names) == 1 and not force_dict
        return data[names[0]] if single else data

    def __getitem__(self, variable: str) -> Any:
        return self.get(variable)

    def _take(self, name: str, keep: bool, reshape: bool) -> Any:
        recording = self._recordings[name]
        step = self._network.current_step
        self._last[name] = recording.ended(step)
        if recording.holds_spikes:
            data: Any = recorded_spikes(recording, self._last[name], self._object.ranks)
            self._intervals.pop(name, None)  # the last that was taken comes last
            self._intervals[name] = data.intervals
        else:
            data = self._samples(recording, reshape)
        if not keep:
            recording.clear(step)
        return data

    def _samples(self, recording: RecordedItem, reshape: bool) -> NDArray[Any]:
        dtype, common = sample_of(self.population, recording.item)
        size = 1 if common else self._object.size
        samples = np.concatenate([np.empty((0, size), dtype), *recording.chunks])
        samples = samples.astype(dtype, copy=False)
        if common:
            return samples[:, 0]
        if reshape and isinstance(self._object, Population):
            return samples.reshape(-1, *self._object.geometry)
        return samples

    def times(
        self, variables: str | Iterable[str] | None = None
    ) -> dict[str, dict[str, list[int]]]:
        """Steps at which recordings started and stopped, per variable.

        They are those of the data of the last ``get``.
        """
        names = self.variables if variables is None else name_list(variables, "variables")
        found: dict[str, dict[str, list[int]]] = ByName()
        for name in names:
            intervals = self._last.get(name, [])
            found[name] = {
                "start": [interval.start for interval in intervals],
                "stop": [interval.stop or 0 for interval in intervals],
            }
        return found

    def __repr__(self) -> str:
        return f"<Monitor '{self._name}' of '{self._object.name}': {listing(self.variables)}>"
