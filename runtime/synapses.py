"""The synapses of one projection at run time: storage, attributes, and settings of learning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from ..ir.buffers import Key
from ..ir.buffers import variable as key_of
from ..ir.diagnostics import fail
from .arguments import KeyedBuffers
from .buffers import aligned, filled, padded
from .layouts import Draws, Storage

Array = NDArray[Any]


@frozen
class VariableSpec:
    """A declared parameter or variable of a population or projection.

    ``locality``: ``local`` (one per neuron or synapse), ``postsynaptic`` (one per post neuron of a
    projection) or ``global``. ``kept`` is the locality that kernels know: what each synapse has may
    be one value per pre neuron (``presynaptic``) or per post neuron there.
    """

    owner: str
    name: str
    dtype: Any
    locality: str
    role: str
    kept: str = ""

    @property
    def by_neuron(self) -> bool:
        """Whether a variable of each synapse is kept once for all synapses of a neuron."""
        return self.locality == "local" and self.kept in ("presynaptic", "postsynaptic")

    @property
    def key(self) -> Key:
        """The key of its buffer."""
        return key_of(self.owner, self.name)


def settings_of(projection: str) -> Key:
    """The buffer with the settings of learning."""
    return Key(projection, "learning")


@define
class Synapses:
    """Buffers of the projection ``name``, added to ``buffers``, which all objects share."""

    name: str
    storage: Storage
    dt: float
    buffers: KeyedBuffers
    _strides: dict[Key, int] = field(factory=dict, init=False)
    _common: set[Key] = field(factory=set, init=False)
    _threads: int = field(default=1, init=False)
    _splits: dict[int, dict[str, Array]] = field(factory=dict, init=False)

    def prepare(self, threads: int) -> None:
        """Structure for at most so many threads, and the settings of learning."""
        self._threads = threads
        self._put(self.storage.structure)
        self._put({"synapses": filled(self.storage.size, np.int64)})
        self._put({"learning": aligned(4, np.int64), "update_dt": filled(self.dt, np.float64)})
        self.set_learning(updating=True, period=1, offset=0, plastic=True)

    def repartition(self, threads: int) -> None:
        """Cut rows for a number of threads; cuts are kept, since the number goes up and down."""
        if threads not in self._splits:
            self.storage.split(threads)
            structure = self.storage.structure
            divided = self.storage.layout.names("thread", "scratch")
            self._splits[threads] = {n: structure[n] for n in divided}
        self._put(self._splits[threads])
        self._drop_spilled()

    def _drop_spilled(self) -> None:
        """Clear what threads summed up of arrivals to come: others find it in the past again."""
        spilled = self.buffers.get(self._key("spilled"))
        if spilled is None or not spilled.any():
            return
        slots = int(self.storage.structure["slots"][0])
        rows = np.flatnonzero(spilled.reshape(-1, padded(slots))[:, :slots].any(axis=0))
        for key, ring in self.buffers.items():
            if key._replace(item="") == self._key("ring") and key.item:
                ring.reshape(slots + 1, -1)[rows] = 0
        spilled[:] = 0

    def index_columns(self) -> None:
        """Make the column index, which only synapses that react to post-synaptic spikes need."""
        self._put(self.storage.column_index())

    @property
    def settings(self) -> Key:
        """The buffer with the settings of learning."""
        return settings_of(self.name)

    def _key(self, name: str, item: str = "") -> Key:
        return Key(self.name, name, item)

    def _put(self, named: Mapping[str, Array], item: str = "") -> None:
        self.buffers |= {self._key(n, item): array for n, array in named.items()}

    def set_learning(
        self,
        updating: bool | None = None,
        period: int | None = None,
        offset: int | None = None,
        plastic: bool | None = None,
    ) -> None:
        """Whether equations run, every how many steps (the first at ``offset``), and change w."""
        settings = self.buffers[self.settings]
        for i, value in enumerate((updating, period, offset, plastic)):
            if value is not None:
                settings[i] = int(value)
        self.buffers[self._key("update_dt")][0] = self.dt * settings[1]

    def move(self, by: int) -> None:
        """The number of the step grows by ``by``; learning and decoding go on as before."""
        settings = self.buffers[self.settings]
        settings[2] = (int(settings[2]) + by) % max(1, int(settings[1]))
        ring = self.buffers.get(self._key("ring"))
        if ring is not None:
            slots = int(self.buffers[self._key("window")][0])
            rows = ring.reshape(slots, -1)
            rows[:] = np.roll(rows, by % slots, axis=0)

    @property
    def learning(self) -> dict[str, int]:
        """The settings that ``set_learning`` takes."""
        names = ("updating", "period", "offset", "plastic")
        return dict(zip(names, self.buffers[self.settings][:4].tolist(), strict=True))

    def declare(self, variable: VariableSpec) -> None:
        """Make room for an attribute."""
        if variable.by_neuron:
            self.buffers[variable.key] = aligned(self._copies(variable).size, variable.dtype)
        elif variable.locality == "global":
            self.buffers[variable.key] = filled(0, variable.dtype)
        elif variable.locality == "postsynaptic":
            self.buffers[variable.key] = aligned(self.storage.n_post, variable.dtype)
        else:
            self.write(variable, np.zeros(1, variable.dtype))

    def read(self, variable: VariableSpec, dendrite: int | None = None) -> Array:
        """A copy: synapses or dendrites in order, or one value that is common to all.

        With the rank of a post neuron a local attribute of its synapses only.
        """
        if dendrite is not None:
            return self._read_dendrite(variable, dendrite)
        stored = self.buffers[variable.key]
        if variable.by_neuron:
            kept: Array = self._copies(variable)[0][self._ranks(variable)]
            return kept
        if variable.locality == "local":
            found = self.storage.values(stored, self._strides[variable.key])
            if variable.key in self._common:
                return found[:1]
            return found if len(found) == self.storage.size else np.repeat(found, self.storage.size)
        if variable.locality == "postsynaptic":
            values: Array = stored[self.storage.dendrites]
            return values
        return stored[:1].copy()

    def _read_dendrite(self, variable: VariableSpec, post: int) -> Array:
        if variable.by_neuron or variable.key in self._common:
            values = self.read(variable)
            return values if len(values) == 1 else values[self.storage.part(post)]
        stored = self.buffers[variable.key]
        return self.storage.dendrite(stored, self._strides[variable.key], post)

    def write(self, variable: VariableSpec, values: Array) -> None:
        """Set from one value or from an array as ``read`` gives it.

        What a kernel writes is kept for each synapse, also where all values are the same; of what
        it only reads one value is kept then.
        """
        values = values.astype(variable.dtype, copy=False)
        if variable.by_neuron:
            self._write_by_neuron(variable, values)
        elif variable.locality == "global":
            self.buffers[variable.key][0] = values[0]
        elif variable.locality == "postsynaptic":
            self.buffers[variable.key][self.storage.dendrites] = values
        else:
            common = len(values) == 1 and variable.role == "parameter"
            if variable.role != "parameter" and len(values) == 1:
                values = np.broadcast_to(values, self.storage.size)
            elif variable.role == "parameter" and _all_same(values):
                values = values[:1]
            self._keep(variable, *self.storage.place(values))
            if common:
                self._common.add(variable.key)
            if self.storage.layout.can("active_sources"):
                finite = bool(np.isfinite(values).all())
                self._put({"finite": filled(finite, np.int64)}, variable.name)

    def draw(self, variable: VariableSpec, draws: Draws) -> bool:
        """Let synapses draw an attribute right where it stays; False if ``write`` has to do it."""
        size = self.storage.size
        if variable.by_neuron or variable.locality != "local" or size < 2:
            return False
        drawn = self.storage.draw(draws, variable.dtype)
        if drawn is None or np.isinf(drawn[:size]).any():  # beyond single precision
            return False
        if variable.role == "parameter" and _all_same(drawn[:size]):
            self.write(variable, drawn[:1].copy())
            self._common.discard(variable.key)
        else:
            self._keep(variable, drawn, 1)
        return True

    def _keep(self, variable: VariableSpec, stored: Array, stride: int) -> None:
        self._common.discard(variable.key)
        self.buffers[variable.key] = stored
        self._strides[variable.key] = stride
        self._put({"stride": filled(stride, np.int64)}, variable.name)

    def _ranks(self, variable: VariableSpec) -> Array:
        """The neuron of each synapse that keeps its value."""
        pre, post = self.storage.pairs()
        return pre if variable.kept == "presynaptic" else post

    def _copies(self, variable: VariableSpec) -> Array:
        """What neurons keep; for pre neurons every thread has a copy of its own."""
        pre = variable.kept == "presynaptic"
        shape = (self._threads, self.storage.n_pre) if pre else (1, self.storage.n_post)
        stored = self.buffers.get(variable.key)
        if stored is None:
            return np.empty((shape[0], padded(shape[1])), variable.dtype)
        return stored.reshape(shape[0], -1)

    def _write_by_neuron(self, variable: VariableSpec, values: Array) -> None:
        copies = self._copies(variable)
        if len(values) == 1 and self.storage.size != 1:
            copies[:] = values[0]
            return
        ranks = self._ranks(variable)
        kept = copies[0].copy()
        kept[ranks] = values
        if not np.array_equal(kept[ranks], values, equal_nan=values.dtype.kind == "f"):
            side = {"presynaptic": "pre", "postsynaptic": "post"}[variable.kept]
            fail(
                f"'{variable.name}' of projection '{self.name}' is the same for all synapses of a "
                f"{side} neuron, where it is kept; values that differ must be set before "
                "compile(), or compile(opt=0) keeps it in every synapse"
            )
        copies[:] = kept

    def decode(self, window: int, dtype: Any) -> None:
        """Buffers of a projection that decodes spikes to rates (Hz) over ``window`` steps."""
        size = padded(self.storage.n_post)
        for part, count in (("arrived", size), ("total", size), ("ring", window * size)):
            self._put({part: aligned(count, dtype)})
        scale = aligned(size, dtype)
        scale[:size] = 1000.0 / (window * self.dt) / self.storage.fan_in()
        self._put({"scale": scale, "window": filled(window, np.int64)})
        self._put({"padded": filled(size, np.int64)})


def _all_same(values: Array) -> bool:
    """Whether all have the same bits; unlike numbers, 0.0 and -0.0 are different then."""
    bits = values.view(f"u{values.itemsize}")
    return bits.size > 0 and bool(bits[0] == bits[-1]) and bool((bits == bits[0]).all())
