"""Checks that a state belongs to a program, whatever its source.

Native code trusts what it finds in its buffers: a rank beyond the population would write somewhere
else, a period of 0 would divide by it. So everything of a foreign state is looked at before
anything of it is taken over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..ir.attrs_classes import frozen
from ..ir.buffer_names import REFRACTORY_LEFT
from ..ir.buffers import Key
from .rings import spikes_of
from .state import SEED, STEP, STEPS_DONE
from .synapses import settings_of

if TYPE_CHECKING:
    from .program import Program

Array = NDArray[Any]
_SEED = 1 << 10
"""Words that the seed in a file may have."""

_BLOCK = 16
"""Elements of a block in files of earlier versions."""


@frozen
class Expected:
    """Shape and type of an array of a state.

    The shape is the length of a row, and the possible numbers of rows.
    """

    dtype: Any
    row: tuple[int, ...]
    counts: tuple[int, ...]
    most: int = -1

    def takes(self, dtype: Any, shape: tuple[int, ...]) -> str | None:
        """Reason why a file's array is not this one, or None."""
        native = dtype.newbyteorder("=")
        if native != self.dtype and "f" in (native.kind, self.dtype.kind):
            return (
                f"is {native} in the file, {self.dtype} in this network; load it into a network of "
                "the same 'dtype' and 'synapse_dtype'"
            )
        if native != self.dtype and not ({native.kind, self.dtype.kind} <= {"i", "u"}):
            return f"is {native} in the file, {self.dtype} in this network"
        count = shape[0] if shape else -1
        if shape[1:] != self.row or (count not in self.counts and not 0 <= count <= self.most):
            here = self.row_size * max((self.most, *self.counts))
            return f"has {np.prod(shape, dtype=object)} values in the file, {here} in this network"
        return None

    @property
    def row_size(self) -> int:
        """Numbers in a row."""
        return int(np.prod(self.row, dtype=np.int64))


def expected(program: Program, state: Mapping[str, Array]) -> dict[str, Expected]:
    """Expected arrays of a state, from the program's present ``state``."""
    found = {
        name: Expected(values.dtype, values.shape[1:], (len(values),))
        for name, values in state.items()
    }
    for buffer in program.saved_buffers:
        rows, size = program.rows_of(buffer)
        key = str(buffer.key)
        found[key] = Expected(state[key].dtype, (), (rows * size, rows * _padded(size)))
    for variable in program.variables:
        storage = program.storages.get(variable.owner)
        if storage is not None and variable.locality == "local":  # the same for all, or one each
            key = str(variable.key)
            found[key] = Expected(state[key].dtype, (), tuple({1, storage.size}))
    found[str(SEED)] = Expected(state[str(SEED)].dtype, (), (1,), most=_SEED)
    for spikes, ring in program.spike_rings.items():
        ranks, lengths = map(str, spikes_of(spikes))
        if lengths in state:
            most = ring.size * len(state[lengths])
            found[ranks] = Expected(state[ranks].dtype, (), (0,), most)
    return found


def _padded(size: int) -> int:
    """The length of a row in files of earlier versions. Those kept padding."""
    return -(-size // _BLOCK) * _BLOCK


def senseless(program: Program, state: Mapping[str, Array]) -> str | None:
    """Fault of a state's values for a network, or None. The shapes of the state are right."""
    counters = {str(STEP), str(STEPS_DONE)}
    counters |= {str(Key(population, REFRACTORY_LEFT)) for population in program.populations}
    for name, values in state.items():
        if values.dtype == np.bool_ and (values.view(np.uint8) > 1).any():
            return f"'{name}' holds what is neither True nor False"
        if name in counters and (values < 0).any():
            return f"'{name}' holds negative numbers"
    for projection in program.storages:
        name = str(settings_of(projection))
        updating, period, _, plastic = state[name]
        if not {updating, plastic} <= {0, 1} or period < 1:
            return f"'{name}' holds settings of learning that do not exist"
    for key, ring in program.spike_rings.items():
        ranks, lengths = map(str, spikes_of(key))
        if lengths in state:
            problem = _spikes(state[ranks], state[lengths], ring.size)
            if problem is not None:
                return f"'{ranks}' holds {problem}"
    return None


def _spikes(ranks: Array, lengths: Array, size: int) -> str | None:
    """The fault of lists of spikes behind one another."""
    if (lengths < 0).any() or (lengths > size).any() or lengths.sum() != len(ranks):
        return "lists of other lengths than it says"
    if ((ranks < 0) | (ranks >= size)).any():
        return "ranks outside of the population"
    rising = np.diff(ranks) > 0
    ends = np.cumsum(lengths)[:-1]
    rising[ends[(ends > 0) & (ends < len(ranks))] - 1] = True  # the next list begins
    return None if rising.all() else "ranks that are not in order"
