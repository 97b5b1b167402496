"""The synapses of a projection at run time.

Storage, attributes, and settings of learning belong to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import Factory, field
from numpy.typing import NDArray

from ..ir.attrs_classes import define, frozen
from ..ir.buffer_names import (
    ARRIVED,
    FINITE,
    LEARNING,
    PADDED,
    RING,
    SCALE,
    SPILLED,
    STRIDE,
    SYNAPSES,
    TOTAL,
    UPDATE_DT,
    WINDOW,
)
from ..ir.buffers import Key
from ..ir.buffers import variable as key_of
from ..ir.diagnostics import fail
from .arguments import KeyedBuffers
from .device import Device, DeviceBuffer
from .layouts import Draws, Storage, StructureValues
from .value_rings import turn

Array = NDArray[Any]


@frozen
class VariableSpec:
    """A declared parameter or variable of a population or projection.

    ``locality``: ``local`` (one per neuron or synapse), ``postsynaptic`` (one per post neuron of a
    projection) or ``global``. ``stored_locality`` is that in kernels, where passes changed it: a
    local value may be stored once per pre neuron (``presynaptic``) or once per post neuron. ``key``
    is that of its buffer.
    """

    owner: str
    name: str
    dtype: Any
    locality: str
    role: str
    stored_locality: str = ""
    key: Key = field(
        init=False,
        eq=False,
        repr=False,
        default=Factory(lambda self: key_of(self.owner, self.name), takes_self=True),
    )

    @property
    def by_neuron(self) -> bool:
        """Whether all synapses of a neuron share a stored value.

        Each synapse has the variable, but neurons store it.
        """
        return self.locality == "local" and self.stored_locality in ("presynaptic", "postsynaptic")


def settings_of(projection: str) -> Key:
    """The buffer with the settings of learning."""
    return Key(projection, LEARNING)


@define
class Synapses:
    """Buffers of the projection ``name``.

    All objects share the ``buffers`` to which these are added.
    """

    name: str
    storage: Storage
    dt: float
    buffers: KeyedBuffers
    device: Device
    _strides: dict[Key, int] = field(factory=dict, init=False)
    _common: set[Key] = field(factory=set, init=False)
    _threads: int = field(default=1, init=False)
    _splits: dict[int, dict[str, DeviceBuffer]] = field(factory=dict, init=False)
    _learning: list[int] = field(factory=lambda: [1, 1, 0, 1], init=False)
    _window: int = field(default=0, init=False)

    def prepare(self, threads: int) -> None:
        """Make the structure and the settings of learning.

        The structure serves at most so many threads.
        """
        self._threads = threads
        self._put(self._adopted({**self.storage.hand_over(), SYNAPSES: self.storage.size}))
        make = self.device.allocate
        self._put({LEARNING: make(4, np.int64), UPDATE_DT: make(1, np.float64)})
        self.set_learning()

    def repartition(self, threads: int) -> None:
        """Cut rows for a number of threads. Cuts are kept, since the number goes up and down."""
        if threads not in self._splits:
            self._splits[threads] = self._adopted(self.storage.split(threads))
        self._put(self._splits[threads])
        self._drop_spilled()

    def _drop_spilled(self) -> None:
        """Clear sums of input to come, of former threads. Others find it in the past again."""
        spilled = self.buffers.get(self._key(SPILLED))
        if spilled is None:
            return
        noted, slots = self.device.view(spilled, spilled.size), self.storage.slots
        if not noted.any():
            return
        each = noted.reshape(-1, self.device.target.padded(slots))
        rows = np.flatnonzero(each[:, :slots].any(axis=0)).tolist()
        for key, ring in self.buffers.items():
            if key._replace(item="") == self._key(RING) and key.item:
                nothing = np.zeros(ring.size // (slots + 1), ring.dtype)
                for row in rows:
                    self.device.upload(ring, nothing, row * len(nothing))
        self.device.fill(spilled, 0)

    def index_columns(self) -> None:
        """Make the column index. Only synapses that react to post-synaptic spikes need it."""
        self._put(self._adopted(self.storage.column_index()))

    @property
    def settings(self) -> Key:
        """The buffer with the settings of learning."""
        return settings_of(self.name)

    def _key(self, name: str, item: str = "") -> Key:
        return Key(self.name, name, item)

    def _put(self, named: Mapping[str, DeviceBuffer], item: str = "") -> None:
        self.buffers |= {self._key(n, item): buffer for n, buffer in named.items()}

    def _adopted(self, structure: StructureValues) -> dict[str, DeviceBuffer]:
        """Buffers of arrays, and of numbers."""
        return {name: self._held(value) for name, value in structure.items()}

    def _held(self, value: Array | int) -> DeviceBuffer:
        return self.device.adopt(
            value if isinstance(value, np.ndarray) else np.array([value], np.int64)
        )

    def set_learning(
        self,
        updating: bool | None = None,
        period: int | None = None,
        offset: int | None = None,
        plastic: bool | None = None,
    ) -> None:
        """Set whether, when and with which weights equations run.

        They run every ``period`` steps (the first at ``offset``), and change w if ``plastic``.
        """
        given = (updating, period, offset, plastic)
        pairs = zip(self._learning, given, strict=True)
        self._learning = [before if value is None else int(value) for before, value in pairs]
        self.device.upload(self.buffers[self.settings], self._learning)
        self.device.upload(self.buffers[self._key(UPDATE_DT)], [self.dt * self._learning[1]])

    def move(self, by: int) -> None:
        """Add ``by`` to the number of the step. Learning and decoding go on as before."""
        _, period, offset, _ = self._learning
        self.set_learning(offset=(offset + by) % max(1, period))
        if self._window:
            ring = self.buffers[self._key(RING)]
            turn(self.device, ring, self._window, ring.size // self._window, by)

    @property
    def learning(self) -> dict[str, int]:
        """The settings that ``set_learning`` takes."""
        names = ("updating", "period", "offset", "plastic")
        return dict(zip(names, self._learning, strict=True))

    def declare(self, variable: VariableSpec) -> None:
        """Make room for an attribute."""
        if variable.locality == "local" and not variable.by_neuron:
            self.write(variable, np.zeros(1, variable.dtype))
            return
        count = 1 if variable.locality == "global" else self.storage.n_post
        if variable.by_neuron:
            workers, size = self._shape_by_neuron(variable)
            count = workers * self.device.target.padded(size)
        self.buffers[variable.key] = self.device.allocate(count, variable.dtype)

    @property
    def has_one_weight(self) -> bool:
        """Whether the weight of all synapses is stored once."""
        return self._strides.get(key_of(self.name, "w")) == 0

    def read(self, variable: VariableSpec, dendrite: int | None = None) -> Array:
        """A copy of an attribute.

        Values come in dendrite order; one may be common to all. With the rank of a post neuron,
        ``dendrite``, those of its synapses only, of a local attribute.
        """
        if dendrite is not None:
            return self._read_dendrite(variable, dendrite)
        stored = self.buffers[variable.key]
        view = self.device.view
        if variable.by_neuron:
            neurons: Array = view(stored, self._shape_by_neuron(variable)[1])
            return neurons[self._ranks(variable)]
        if variable.locality == "local":
            found = self.storage.values(view(stored, stored.size), self._strides[variable.key])
            if variable.key in self._common:
                return found[:1]
            return found if len(found) == self.storage.size else np.repeat(found, self.storage.size)
        if variable.locality == "postsynaptic":
            values: Array = view(stored, self.storage.n_post)[self.storage.dendrites]
            return values
        return self.device.download(stored, 1)

    def _read_dendrite(self, variable: VariableSpec, post: int) -> Array:
        if variable.by_neuron or variable.key in self._common:
            values = self.read(variable)
            return values if len(values) == 1 else values[self.storage.part(post)]
        stored = self.buffers[variable.key]
        all_of_them = self.device.view(stored, stored.size)
        return self.storage.dendrite(all_of_them, self._strides[variable.key], post)

    def write(self, variable: VariableSpec, values: Array) -> None:
        """Set an attribute from one value or an array. The array is one as ``read`` gives it.

        What a kernel writes is kept for each synapse, also where all values are the same; of what
        it only reads one value is kept then.
        """
        values = values.astype(variable.dtype, copy=False)
        if variable.by_neuron:
            self._write_by_neuron(variable, values)
        elif variable.locality == "global":
            self.device.upload(self.buffers[variable.key], values[:1])
        elif variable.locality == "postsynaptic":
            found = self.device.download(self.buffers[variable.key], self.storage.n_post)
            found[self.storage.dendrites] = values
            self.device.upload(self.buffers[variable.key], found)
        else:
            common = len(values) == 1 and variable.role == "parameter"
            if variable.role != "parameter" and len(values) == 1:
                values = np.broadcast_to(values, self.storage.size)
            elif variable.role == "parameter" and _all_same(values):
                values = values[:1]
            self._keep(variable, *self.storage.place(values))
            if common:
                self._common.add(variable.key)
            self._tell_finite(variable, values)

    def draw(self, variable: VariableSpec, draws: Draws) -> bool:
        """Let synapses draw an attribute in place. False if ``write`` has to do it."""
        size = self.storage.size
        if variable.by_neuron or variable.locality != "local" or size < 2:
            return False
        drawn = self.storage.draw(draws, variable.dtype)
        if drawn is None or (drawn.itemsize < 8 and np.isinf(drawn).any()):
            return False  # beyond single precision
        padded = self.storage.layout.padded  # these draw in place only values that differ
        if variable.role == "parameter" and not padded and _all_same(drawn[:size]):
            self.write(variable, drawn[:1].copy())
            self._common.discard(variable.key)
        else:
            self._keep(variable, drawn, 1)
            self._tell_finite(variable, drawn)
        return True

    def _tell_finite(self, variable: VariableSpec, values: Array) -> None:
        """Tell kernels whether all values are finite.

        Those that sum over active sources ask for it.
        """
        if self.storage.layout.can("active_sources"):
            finite = int(np.isfinite(values).all())
            self._put({FINITE: self._held(finite)}, variable.name)

    def _keep(self, variable: VariableSpec, stored: Array, stride: int) -> None:
        self._common.discard(variable.key)
        self.buffers[variable.key] = self.device.adopt(stored)
        self._strides[variable.key] = stride
        self._put({STRIDE: self._held(stride)}, variable.name)

    def _ranks(self, variable: VariableSpec) -> Array:
        """The neuron of each synapse that stores its value."""
        pre, post = self.storage.pairs()
        return pre if variable.stored_locality == "presynaptic" else post

    def _shape_by_neuron(self, variable: VariableSpec) -> tuple[int, int]:
        """Numbers of workers and of neurons that have a value.

        Every worker has its own values of pre neurons; those of post neurons are there once.
        """
        pre = variable.stored_locality == "presynaptic"
        return (self._threads, self.storage.n_pre) if pre else (1, self.storage.n_post)

    def _write_by_neuron(self, variable: VariableSpec, values: Array) -> None:
        stored = self.buffers[variable.key]
        if len(values) == 1 and self.storage.size != 1:
            self.device.upload(stored, np.broadcast_to(values, stored.size))
            return
        ranks, (workers, size) = self._ranks(variable), self._shape_by_neuron(variable)
        found = self.device.download(stored, size)
        found[ranks] = values
        if not np.array_equal(found[ranks], values, equal_nan=values.dtype.kind == "f"):
            side = {"presynaptic": "pre", "postsynaptic": "post"}[variable.stored_locality]
            fail(
                f"'{variable.name}' of projection '{self.name}' is the same for all synapses of a "
                f"{side} neuron, where it is kept; values that differ must be set before "
                "compile(), or compile(opt=0) keeps it in every synapse"
            )
        for worker in range(workers):
            self.device.upload(stored, found, worker * self.device.target.padded(size))

    def decode(self, window: int, dtype: Any) -> None:
        """Make buffers that decode spikes to rates. The rates are in Hz, over ``window`` steps."""
        if dtype is None:
            fail(f"'{self.name}' decodes spikes, but the kernels do not")
        self._window, size = window, self.device.target.padded(self.storage.n_post)
        for part, count in ((ARRIVED, size), (TOTAL, size), (RING, window * size)):
            self._put({part: self.device.allocate(count, dtype)})
        scale = 1000.0 / (window * self.dt) / self.storage.fan_in()
        numbers: StructureValues = {SCALE: scale.astype(dtype), WINDOW: window, PADDED: size}
        self._put(self._adopted(numbers))


def _all_same(values: Array) -> bool:
    """Whether all values have the same bits. Unlike numbers, 0.0 and -0.0 are different then."""
    bits = values.view(f"u{values.itemsize}")
    return bits.size > 0 and bool(bits[0] == bits[-1]) and bool((bits == bits[0]).all())
