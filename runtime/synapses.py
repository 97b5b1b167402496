"""The synapses of one projection at run time: storage, attributes, and settings of learning."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from .buffers import aligned, filled, padded
from .storage import Storage

Array = NDArray[Any]


@frozen
class VariableSpec:
    """A declared parameter or variable of a population or projection.

    ``locality``: ``local`` (one per neuron or synapse), ``postsynaptic`` (one per post neuron of a
    projection) or ``global``.
    """

    owner: str
    name: str
    dtype: Any
    locality: str
    role: str

    @property
    def key(self) -> str:
        """The name of its buffer."""
        return f"{self.owner}.{self.name}"


@define
class Synapses:
    """Buffers of the projection ``name``, added to ``buffers``, which all objects share."""

    name: str
    storage: Storage
    dt: float
    buffers: dict[str, Array]
    _strides: dict[str, int] = field(factory=dict, init=False)

    def prepare(self, threads: int) -> None:
        """Structure for a number of threads, and the settings of learning."""
        self.storage.split(threads)
        self._put({n: a for n, a in self.storage.structure.items()})
        self._put({"learning": aligned(4, np.int64), "update_dt": filled(self.dt, np.float64)})
        self.set_learning(updating=True, period=1, offset=0, plastic=True)

    def index_columns(self) -> None:
        """Make the column index, which only synapses that react to post-synaptic spikes need."""
        self.storage.column_index()
        self._put({n: a for n, a in self.storage.structure.items() if n.startswith("column")})

    def _put(self, named: dict[str, Array]) -> None:
        self.buffers |= {f"{self.name}.{n}": array for n, array in named.items()}

    def set_learning(
        self,
        updating: bool | None = None,
        period: int | None = None,
        offset: int | None = None,
        plastic: bool | None = None,
    ) -> None:
        """Whether equations run, every how many steps (the first at ``offset``), and change w."""
        settings = self.buffers[f"{self.name}.learning"]
        for i, value in enumerate((updating, period, offset, plastic)):
            if value is not None:
                settings[i] = int(value)
        self.buffers[f"{self.name}.update_dt"][0] = self.dt * settings[1]

    def declare(self, variable: VariableSpec) -> None:
        """Make room for an attribute."""
        if variable.locality == "global":
            self.buffers[variable.key] = filled(0, variable.dtype)
        elif variable.locality == "postsynaptic":
            self.buffers[variable.key] = aligned(self.storage.n_post, variable.dtype)
        else:
            self.write(variable, np.zeros(1, variable.dtype))

    def read(self, variable: VariableSpec) -> Array:
        """A copy: synapses or dendrites in order, or one value that is common to all."""
        stored = self.buffers[variable.key]
        if variable.locality == "local":
            return self.storage.values(stored, self._strides[variable.key])
        if variable.locality == "postsynaptic":
            found: Array = stored[self.storage.dendrites]
            return found
        return stored[:1].copy()

    def write(self, variable: VariableSpec, values: Array) -> None:
        """Set from one value or from an array as ``read`` gives it.

        What a kernel writes is kept for each synapse, also where all values are the same.
        """
        values = values.astype(variable.dtype)
        if variable.locality == "global":
            self.buffers[variable.key][0] = values[0]
        elif variable.locality == "postsynaptic":
            self.buffers[variable.key][self.storage.dendrites] = values
        else:
            if variable.role == "variable" and len(values) == 1:
                values = np.repeat(values, self.storage.size)
            self.buffers[variable.key], stride = self.storage.place(values)
            self._strides[variable.key] = stride
            self._put({f"{variable.name}_stride": filled(stride, np.int64)})

    def decode(self, window: int) -> None:
        """Buffers of a projection that decodes spikes to rates (Hz) over ``window`` steps."""
        size = padded(self.storage.n_post)
        for part, count in (("arrived", size), ("total", size), ("ring", window * size)):
            self._put({part: aligned(count, np.float64)})
        scale = aligned(size, np.float64)
        scale[:size] = 1000.0 / (window * self.dt) / self.storage.fan_in()
        self._put({"scale": scale, "window": filled(window, np.int64)})
        self._put({"padded": filled(size, np.int64)})
