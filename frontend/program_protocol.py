"""The protocol of a compiled network: what the user's objects see of it.

The real class lives in ``compiler.py``, which the front end must not import. Owners are names of
populations and projections; arrays are unpadded copies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray


class CompiledNetwork(Protocol):
    """A compiled network with its buffers and its clock."""

    step: int
    """The number of the next step: of those done since compile or reset, unless it was set.

    Setting it changes the number only: what is under way arrives after as many steps as before.
    """

    def read(self, owner: str, name: str, dendrite: int | None = None) -> NDArray[Any]:
        """The values of an attribute: ``(n,)`` for local ones, ``(1,)`` for one value for all.

        Synaptic attributes come in dendrite order, ``(nnz,)`` or ``(1,)``. With the rank
        of a post neuron only those of its synapses.
        """

    def read_sum(self, population: str, target: str) -> NDArray[Any]:
        """The weighted sums of a target in the last step: ``(n,)``."""

    def write(self, owner: str, name: str, values: Any) -> None:
        """Set an attribute from one number or an array as ``read`` gives it."""

    def read_spikes(self, population: str, event: str = "spike") -> NDArray[Any]:
        """Ranks to which an event happened in the last step, ascending."""

    @property
    def running(self) -> bool:
        """Whether it is being simulated at this moment."""

    def simulate(self, steps: int, progress: bool) -> None:
        """Run ``steps`` steps and feed the monitors."""

    def stop(self) -> None:
        """End a run that is under way after a whole step."""

    def set_learning(self, projection: str, **settings: Any) -> None:
        """Change settings of learning: updating, period and offset (in steps), plastic."""

    def start_clocks(self, projection: str) -> None:
        """The time since the last event of event-driven synapses counts from now on."""

    def save(self, file: Any) -> None:
        """Write the whole state to a ``.npz`` file."""

    def load(self, file: Any) -> None:
        """Take the whole state from a file written by ``save``."""

    def state(self) -> Mapping[str, NDArray[Any]]:
        """The whole state, as :meth:`restore` takes it."""

    def explain(self, name: str | None = None) -> Any:
        """Report of what was optimised, what was not and why."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take over the state of another program of the same network."""

    def reset(self) -> None:
        """Clock, sums, spikes, delays and refractory counters to their start, not the attributes.

        The attributes are written back by the objects that own them.
        """
