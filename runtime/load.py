"""Loading: plan, machine code and the network's data make a program.

The plan (see ``plan.py``) says which buffers kernels take and what the network declares; delays,
connectivity, windows and seeds are data, which may be others for the same kernels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import frozen
from ..ir.buffer_names import PLACES, RUNNING, SAMPLES
from ..ir.buffers import Key
from ..ir.declarations import DeclaredMonitor, DeclaredProjection
from ..ir.events import list_of
from .device import Device, make_device
from .layouts import Storage
from .layouts.base import Rows
from .memory_reserve import MemoryReserve
from .plan import Plan
from .program import Program
from .recorder import Recorder, Sink
from .spike_logs import LOGS
from .thread_tuner import ThreadTuner, expected

Array = NDArray[Any]


@frozen(kw_only=True)
class Connections:
    """The synapses of a projection, and their delays in steps.

    Synapses have one delay each, in draw order, or one for all. ``window`` is the length, in steps,
    of the window of a decoding projection.
    """

    rows: Rows
    delays: int | Array = 1
    shortest: int = 1
    longest: int = 1
    window: int | None = None


@frozen
class Recording:
    """Destination of a monitor's recordings.

    ``ranks`` are those of the neurons that it records, None: all.
    """

    sink: Sink
    ranks: Array | None = None


@frozen(kw_only=True)
class NetworkData:
    """The data that a network brings beside its kernels. Times are in ms.

    ``connections`` gives those of a projection when its storage is made.
    """

    dt: float
    seed: int
    connections: Callable[[DeclaredProjection], Connections]
    recordings: Mapping[str, Recording] = field(factory=dict)
    room: MemoryReserve = field(factory=MemoryReserve)


def load(
    plan: Plan,
    entry: Callable[..., None],
    data: NetworkData,
    *,
    threads: int = 1,
    exact: bool = True,
    device: Device | None = None,
) -> Program:
    """A program with all its buffers, attributes all 0.

    It runs on ``threads`` threads (at most, where they are not ``exact``) of a ``device``, which is
    that of the plan's target if None.
    """
    place = make_device(plan.target, threads) if device is None else device
    place.prepare(entry)
    storages: dict[str, Storage] = {}
    histories: dict[str, int] = {}
    windows: dict[str, int] = {}
    shortest: list[int] = []
    for projection in plan.projections:
        found = data.connections(projection)
        storages[projection.name] = Storage.of(
            projection.layout, place.target, found.rows, found.delays
        )
        steps = found.longest + projection.tile
        histories[projection.pre] = max(histories.get(projection.pre, 1), steps)
        shortest.append(found.shortest)
        if found.window is not None:
            windows[projection.name] = found.window
    return Program(
        entry=entry,
        specs=plan.buffers,
        variables=plan.variables,
        populations={each.name: each.size for each in plan.populations},
        storages=storages,
        windows=windows,
        histories=histories,
        recorders=[_recorder(each, plan, data.recordings[each.name], threads, place)
                   for each in plan.monitors if each.name in data.recordings],
        tuner=_tuner(plan, storages, data.dt, threads, exact),
        device=place,
        dt=data.dt,
        seed=data.seed,
        room=data.room,
        interval=min(shortest, default=1),
    )  # fmt: skip


def _tuner(
    plan: Plan, storages: Mapping[str, Storage], dt: float, threads: int, exact: bool
) -> ThreadTuner:
    if threads == plan.target.workers:
        why = f"those of a block of the target '{plan.target.name}'"
        if threads == 1:
            why = f"kernels are spread over the grid of the target '{plan.target.name}'"
        return ThreadTuner(threads, 0.0, exact=True, why=why)
    if exact:
        return ThreadTuner(threads, 0.0, exact=True)
    sizes = {each.name: each.size for each in plan.populations}
    neurons = sum(sizes.get(v.owner, 0) for v in plan.variables if v.locality == "local")
    synapses = [(s.layout, s.size) for s in storages.values()]
    return ThreadTuner(threads, expected(neurons, synapses, dt))


def _recorder(
    monitor: DeclaredMonitor, plan: Plan, recording: Recording, threads: int, device: Device
) -> Recorder:
    """The recorder of a monitor, for what its buffers hold."""
    size = next(each.size for each in plan.populations if each.name == monitor.source)
    ranks = recording.ranks
    row = device.target.padded(size) if ranks is None else len(ranks)
    common = {
        v.name for v in plan.variables if v.owner == monitor.source and v.locality == "global"
    }
    dtypes = plan.recorded(monitor.name)
    return Recorder(
        name=monitor.name,
        sink=recording.sink,
        population=size,
        variables={
            key.item: (dtype, 1 if key.item in common else row)
            for key, dtype in dtypes.items()
            if key.name == SAMPLES
        },
        spikes={list_of(key.item): key.name for key in dtypes if key.name in LOGS},
        running={key.item: dtype for key, dtype in dtypes.items() if key.name == RUNNING},
        ranks=ranks,
        threads=threads,
        device=device,
        placed=Key(monitor.name, PLACES) in dtypes,
    )
