"""The lasting state of a program: saved, restored, reset, and moved.

The clock moves it: the number of a step says in which slot of a ring something lies, when an event
was and when learning is due. So all of these move along when the clock is set, and nothing but the
number changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ir.buffers import INPUT, STATE, Buffer, Key
from .arguments import Arguments, KeyedBuffers
from .device import Device, DeviceBuffer
from .layouts import Storage
from .recorder import Recorder
from .rings import Rings
from .synapses import Synapses, VariableSpec

Array = NDArray[Any]


STEP, STEPS_DONE, SEED = (Key("", name) for name in ("step", "steps_done", "seed"))
"""Numbers of a state beside buffers.

One is the number of the next step, then come the steps made and the seed.
"""

_PART = 1 << 20
"""Elements that pass through the host at a time."""


class State:
    """Mixin of :class:`~ranvier.runtime.program.Program`, which has the buffers."""

    populations: dict[str, int]
    storages: dict[str, Storage]
    variables: list[VariableSpec]
    recorders: list[Recorder]
    clocks: list[Key]
    seed: int
    step: int
    buffers: KeyedBuffers
    device: Device
    _arguments: Arguments
    _declared: dict[Key, VariableSpec]
    _synapses: dict[str, Synapses]
    _rings: Rings
    _reached: int
    _done: int

    def catch_up(self) -> None:
        """Apply lazy post-spikes to synapses before these are looked at."""
        raise NotImplementedError

    def read(self, owner: str, name: str, dendrite: int | None = None) -> Array:
        """The values of an attribute."""
        raise NotImplementedError

    def write(self, owner: str, name: str, values: Any) -> None:
        """Set an attribute."""
        raise NotImplementedError

    def _set_seed(self, seed: int) -> None:
        """Draw from the streams of another seed."""
        raise NotImplementedError

    # ------------------------------------------------------------------ the clock

    def set_step(self, step: int) -> None:
        """Let the clock show another step. All that lasts, waits or is due is as far off as before.

        That holds for what is under way, for the last events of synapses and the next learning.
        """
        before = self.step
        if step != before:
            self._move(step)
            self.jumped(before)

    def _move(self, step: int) -> None:
        self.catch_up()
        by, self.step, self._reached = step - self.step, step, -1
        self._rings.move(by)
        for synapses in self._synapses.values():
            synapses.move(by)
        for key in self.clocks:
            _add(self.device, self.buffers[key], by)

    def jumped(self, before: int) -> None:
        """Tell monitors that the clock jumped from the step ``before``."""
        for recorder in self.recorders:
            recorder.sink._jumped(before, self.step)

    def start_clocks(self, projection: str) -> None:
        """Start the clocks of event-driven synapses now.

        The time since their last event counts from here on.
        """
        self.catch_up()
        for key in self.clocks:
            if self._declared[key].owner == projection:
                self.device.fill(self.buffers[key], self.step)

    def reset(self) -> None:
        """Clock, inputs, spikes and refractory counters to their start; attributes stay.

        So does the time since the last events: traces go on as if nothing had happened.
        """
        before = self.step
        self._move(self._done)  # jumps of the clock are undone
        for key in self.clocks:
            _add(self.device, self.buffers[key], -self.step)
        self.step = self._done = 0
        for buffer in self.saved_buffers:
            self.device.fill(self.buffers[buffer.key], 0)
        for ring in self._rings.spikes.values():
            ring.clear()
        self.jumped(before)

    # ------------------------------------------------------------------ state

    def state(self) -> dict[str, Array]:
        """All on which the next step depends. The number of threads does not matter.

        By the printed keys of buffers, and of what has none.
        """
        self.catch_up()
        out = {v.key: self.read(v.owner, v.name) for v in self.variables}
        out |= {
            s.settings: np.array([*s.learning.values()], np.int64) for s in self._synapses.values()
        }
        out |= {b.key: self._without_padding(b) for b in self.saved_buffers}
        out |= self._rings.state(self.step)
        out |= {
            STEP: np.array([self.step]),
            STEPS_DONE: np.array([self._done]),
            SEED: _words(self.seed),
        }
        return {str(key): values for key, values in out.items()}

    @property
    def saved_buffers(self) -> list[Buffer]:
        """The buffers of inputs and state."""
        return self._arguments.of_role(INPUT, STATE)

    def _without_padding(self, buffer: Buffer) -> Array:
        """A copy without padding, which targets have in other lengths."""
        stored, (rows, size) = self.buffers[buffer.key], self.rows_of(buffer)
        values = self.device.download(stored, stored.size)
        return values.reshape(rows, -1)[:, :size].reshape(-1)

    def rows_of(self, buffer: Buffer) -> tuple[int, int]:
        """Numbers of rows in a buffer and of neurons in each.

        The buffer is one of inputs or state.
        """
        of = buffer.extent.of
        size = self.storages[of].n_post if of in self.storages else self.populations[of]
        return self.buffers[buffer.key].size // self.device.target.padded(size), size

    def restore(self, state: Mapping[str, Array]) -> None:
        """Take over a state. What it does not know keeps its value."""
        self.catch_up()
        self.step, self._reached = int(state[str(STEP)][0]), -1
        self._done = int(state[str(STEPS_DONE)][0])
        self._set_seed(_number(state[str(SEED)]))
        for variable in self.variables:
            if str(variable.key) in state:
                self.write(variable.owner, variable.name, state[str(variable.key)])
        for synapses in self._synapses.values():
            if str(synapses.settings) in state:
                updating, period, offset, plastic = state[str(synapses.settings)]
                synapses.set_learning(updating, period, offset, plastic)
        for buffer in self.saved_buffers:
            if str(buffer.key) in state:
                self._fill_rows(buffer, state[str(buffer.key)])
        self._rings.restore(self.step, state)

    def _fill_rows(self, buffer: Buffer, values: Array) -> None:
        """Set a buffer from values without padding. Values of an earlier version have padding."""
        stored, (rows, size) = self.buffers[buffer.key], self.rows_of(buffer)
        self.device.fill(stored, 0)
        for row, each in enumerate(values.reshape(rows, -1)[:, :size]):
            self.device.upload(stored, each, row * self.device.target.padded(size))


def _add(device: Device, buffer: DeviceBuffer, number: int) -> None:
    """Add a number to all elements, padding too."""
    for start in range(0, buffer.size, _PART):
        values = device.view(buffer, min(_PART, buffer.size - start), start)
        device.upload(buffer, values + number, start)


def _words(number: int) -> Array:
    """A whole number in words of 64 bits, lowest first. Any number >= 0 will do."""
    size = max(1, -(-number.bit_length() // 64))
    return np.frombuffer(number.to_bytes(8 * size, "little"), "<u8")


def _number(words: Array) -> int:
    """The number that ``_words`` made words of."""
    return sum(int(word) << 64 * place for place, word in enumerate(words))
