"""Switching the learning of synapses on and off, and its period."""

from __future__ import annotations

from typing import Any

from .steps import to_steps
from .user_errors import WrongValue, reject


class LearningControl:
    """The learning interface of projections. Settings apply from the next step on."""

    _learning: dict[str, Any]
    _network: Any
    _name: str

    def enable_learning(self, period: float | None = None, offset: float | None = None) -> None:
        """Let synapses follow their equations, and ``w`` change.

        Every ``period`` ms (default: every step), first ``offset`` ms from now; a step of the
        equations is then ``period`` long.
        """
        dt = self._network.dt
        steps = 1 if period is None else to_steps(period, dt, "the period of learning")
        if steps < 1:
            reject(f"the period of learning must be at least dt = {dt:g} ms", kind=WrongValue)
        shift = 0 if offset is None else to_steps(offset, dt, "the offset of learning")
        start = (self._network.current_step + shift) % steps
        self._set_learning(updating=True, plastic=True, period=steps, offset=start)

    def disable_learning(self) -> None:
        """Stop learning. Rate-coded synapses keep all their variables, spiking ones their ``w``."""
        if self._is_spiking:
            self._set_learning(plastic=False)
        else:
            self._set_learning(updating=False)

    @property
    def _is_spiking(self) -> bool:
        raise NotImplementedError

    @property
    def update(self) -> bool:
        """Whether the equations of the synapses run."""
        return bool(self._learning.get("updating", True))

    @update.setter
    def update(self, value: bool) -> None:
        self._set_learning(updating=bool(value))

    @property
    def plasticity(self) -> bool:
        """Whether ``w`` may change. Other variables always may."""
        return bool(self._learning.get("plastic", True))

    @plasticity.setter
    def plasticity(self, value: bool) -> None:
        self._set_learning(plastic=bool(value))

    def _set_learning(self, **settings: Any) -> None:
        self._learning.update(settings)
        self._network._execution.set_learning(self._name, **settings)
