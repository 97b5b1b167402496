"""What the user's objects see of a compiled network.

The real class lives in ``compiler.py``, which the front end must not import. Owners are names of
populations and projections; arrays are unpadded copies.
"""

from __future__ import annotations

from typing import Any, Protocol

from numpy.typing import NDArray


class CompiledNetwork(Protocol):
    """A compiled network with its buffers and its clock."""

    step: int
    """Number of steps done since compile or reset."""

    def read(self, owner: str, name: str, dendrite: int | None = None) -> NDArray[Any]:
        """The values of an attribute: ``(n,)`` for local ones, ``(1,)`` for one value for all.

        Synaptic attributes come in dendrite order, ``(nnz,)`` or ``(1,)``; ``sum(exc)`` is a name.
        With the rank of a post neuron only those of its synapses.
        """

    def write(self, owner: str, name: str, values: Any) -> None:
        """Set an attribute from one number or an array as ``read`` gives it."""

    def read_spikes(self, population: str) -> NDArray[Any]:
        """Ranks that fired in the last step, ascending."""

    @property
    def running(self) -> bool:
        """Whether it is being simulated at this moment."""

    def simulate(self, steps: int, progress: bool) -> None:
        """Run ``steps`` steps and feed the monitors."""

    def stop(self) -> None:
        """End a run that is under way after a whole step."""

    def set_learning(self, projection: str, **settings: Any) -> None:
        """Change settings of learning: updating, period and offset (in steps), plastic."""

    def save(self, file: Any) -> None:
        """Write the whole state to a ``.npz`` file."""

    def load(self, file: Any) -> None:
        """Take the whole state from a file written by ``save``."""

    def reset(self) -> None:
        """Clock, sums, spikes, delays and refractory counters to their start, not the attributes.

        The attributes are written back by the objects that own them.
        """
