"""The clock of a network: reading, setting, saving and restoring it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.interface import LAST_STEP
from .element_registry import ElementRegistry
from .steps import to_steps
from .user_errors import WrongValue, reject, shown


class Timed(ElementRegistry):
    """Base class of :class:`Network`: its time."""

    @property
    def dt(self) -> float:
        """Time step in ms."""
        raise NotImplementedError

    def _check_end(self, steps: int) -> None:
        """Refuse runs beyond the highest number of a step."""
        now = self.current_step
        if now + steps > LAST_STEP:
            reject(
                f"{steps} more from step {now} on would go beyond step {LAST_STEP}, the last there "
                "is; set the clock back first, e.g. net.time = 0.0",
                kind=WrongValue,
            )

    def reset(
        self,
        populations: bool = True,
        projections: bool = False,
        synapses: bool = False,
        monitors: bool = True,
    ) -> None:
        """Set time to 0, and attributes to initial values where asked.

        Nothing is under way to synapses then, and past rates are those of now. ``synapses`` resets
        weights too. Projections that keep their attributes go on as if their last spikes were as
        long ago as they are. The random numbers of the equations repeat.
        """
        program = self._execution.ready()
        if populations:
            for population in self._populations:
                population.reset()
        if projections or synapses:
            for projection in self._projections:
                projection.reset(None if projections else ["w"], synapses=synapses)
        program.reset()
        if monitors:
            for monitor in self._monitors:
                monitor.reset()

    @property
    def current_step(self) -> int:
        """The number of the next step: of those done, unless set.

        Setting it, like setting ``time``, changes what the clock shows and nothing else: delays,
        traces and learning go on as if it had not been set.
        """
        return self._execution.step

    @current_step.setter
    def current_step(self, value: int) -> None:
        program = self._execution.ready()
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or value < 0:
            reject(f"a step is a whole number >= 0, not {shown(value)}", kind=WrongValue)
        if int(value) > LAST_STEP:
            text = f"steps are counted up to {LAST_STEP}, not to {shown(int(value))}"
            reject(text, kind=WrongValue)
        program.step = int(value)

    @property
    def time(self) -> float:
        """Current time in ms."""
        return self.current_step * self.dt

    @time.setter
    def time(self, value: float) -> None:
        self.current_step = to_steps(value, self.dt, "the time")

    def save(self, file: Any) -> None:
        """Write the whole state to a file, all or nothing.

        ``file`` is a path, which is used as it is, or a file opened in binary mode; the format is
        NumPy's ``.npz``. Raises ModelError where it cannot be written.
        """
        self._execution.ready().save(file)

    def load(self, file: Any) -> None:
        """Take the whole state from a file of the same network.

        ``save`` wrote it. Raises ModelError, and changes nothing, if the file is damaged or of
        another network; a file that does not exist is a FileNotFoundError too.
        """
        self._execution.ready().load(file)
