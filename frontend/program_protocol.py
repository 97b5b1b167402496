"""The protocol of a compiled network, as users' objects see it.

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
    """The number of the next step: of those done, unless set.

    Steps count since compile or reset. Setting it changes the number only: spikes and values under
    way arrive after as many steps as before.
    """

    def read(self, owner: str, name: str, dendrite: int | None = None) -> NDArray[Any]:
        """The values of an attribute.

        ``(n,)`` for local ones, ``(1,)`` for one value for all. Synaptic attributes come in
        dendrite order, ``(nnz,)`` or ``(1,)``. With the rank of a post neuron only those of its
        synapses.
        """

    def read_sum(self, population: str, target: str) -> NDArray[Any]:
        """The weighted sums of a target in the last step: ``(n,)``."""

    def write(self, owner: str, name: str, values: Any) -> None:
        """Set an attribute from a number, or an array like ``read``'s."""

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
        """Change settings of learning: updating, period, offset (in steps), plastic."""

    def start_clocks(self, projection: str) -> None:
        """Start the clocks of event-driven synapses.

        The time since their last event counts from now on.
        """

    def save(self, file: Any) -> None:
        """Write the whole state to a ``.npz`` file."""

    def load(self, file: Any) -> None:
        """Take the whole state from a file written by ``save``."""

    def state(self) -> Mapping[str, NDArray[Any]]:
        """The whole state, as :meth:`restore` takes it."""

    def explain(self, name: str | None = None) -> Any:
        """Report of optimisations, made and refused, with reasons."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take over the state of another program of the same network."""

    def reset(self) -> None:
        """Reset clock, sums, spikes, delays and refractory counters, but no attributes.

        The attributes are written back by the objects that own them.
        """
