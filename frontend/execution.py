"""The execution of a network: its objects' view of its program.

Attributes live in the objects until ``compile()`` and in the buffers of the program from then on.
Populations, projections, dendrites, monitors and the network itself ask the :class:`Execution`,
which answers None, or does nothing, while there is no program.

The compiler is not part of the front end. The package registers it; tools that want to see what a
script compiles put another one in its place for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from .memory import out_of_memory
from .program_protocol import CompiledNetwork
from .user_errors import caller_location, reject
from .workers import at_most

if TYPE_CHECKING:
    from .network import Network

Compile = Callable[..., CompiledNetwork]
"""``compile(network, previous=None, **options)``. ``previous`` is a program whose state goes on."""

_load: Callable[[], Compile]
"""The import of the compiler.

It is set once, when the package is imported, then by :func:`compiling_with`.
"""


def register_compiler(load: Callable[[], Compile]) -> None:
    """Register the compiler that ``load()`` returns."""
    global _load
    _load = load


def compiler() -> Compile:
    """The compiler of all networks."""
    return _load()


@contextmanager
def compiling_with(compile_network: Compile) -> Iterator[None]:
    """Replace the compiler for a while, for tools that read models."""
    before = _load
    register_compiler(lambda: compile_network)
    try:
        yield
    finally:
        register_compiler(before)


class Execution:
    """The program of a network, and the options of its compilation.

    There is none before the network is compiled.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._stale = False
        self.program: CompiledNetwork | None = None
        self.options: dict[str, Any] = {}

    # ------------------------------------------------------------------ compiling

    @property
    def compiled(self) -> bool:
        """Whether there is a program."""
        return self.program is not None

    def compile(self, options: Mapping[str, Any]) -> CompiledNetwork:
        """Compile a new program with initial values. It takes the place of an older one."""
        self.program, self.options = None, dict(options)
        threads = self._network.options.num_threads
        with out_of_memory("the network", caller_location()), at_most(threads):
            self.program = compiler()(self._network, **options)
        self._stale = False
        return self.program

    def resume(self, state: Mapping[str, NDArray[Any]], options: Mapping[str, Any]) -> None:
        """Compile a program that goes on from a given state. The state is of the same network."""
        self.options = dict(options)
        self.program = compiler()(self._network, **options)
        self.program.restore(state)

    def outdate(self) -> None:
        """Mark the program as incomplete.

        It is built again, with its state, before the next run.
        """
        self._stale = self.program is not None

    def ready(self) -> CompiledNetwork:
        """The program, brought up to date; a ModelError before ``compile()``."""
        if self.program is None:
            reject("the network is not compiled; call compile() first")
        if self._stale:
            self.check_idle()
            self.program = compiler()(self._network, previous=self.program, **self.options)
            self._stale = False
        return self.program

    def check_idle(self) -> None:
        """Refuse to compile during a run."""
        if self.program is not None and self.program.running:
            reject(
                "the network cannot be compiled anew while it runs",
                "monitors made by the handler of a signal or by another thread, and compile(), "
                "have to wait until simulate() returns",
            )

    # ------------------------------------------------------------------ values and events

    @property
    def step(self) -> int:
        """The number of the next step."""
        return 0 if self.program is None else self.program.step

    def read(self, owner: str, name: str, dendrite: int | None = None) -> NDArray[Any] | None:
        """Values as :meth:`CompiledNetwork.read` gives them; None before ``compile()``."""
        return None if self.program is None else self.program.read(owner, name, dendrite)

    def read_sum(self, population: str, target: str) -> NDArray[Any] | None:
        """The inputs of a target in the last step. None before ``compile()``."""
        return None if self.program is None else self.program.read_sum(population, target)

    def write(self, owner: str, name: str, values: Any) -> None:
        """Set the values of an attribute. Before ``compile()`` they are in its object."""
        if self.program is not None:
            self.program.write(owner, name, values)

    def spikes(self, population: str) -> NDArray[Any] | None:
        """Ranks that fired in the last step; None before ``compile()``."""
        return None if self.program is None else self.program.read_spikes(population)

    def set_learning(self, projection: str, **settings: Any) -> None:
        """Change settings of learning; ``compile()`` takes them from the projection."""
        if self.program is not None:
            self.program.set_learning(projection, **settings)

    def start_clocks(self, projection: str) -> None:
        """Start the clocks of event-driven synapses.

        The time since their last event counts from now on.
        """
        if self.program is not None:
            self.program.start_clocks(projection)

    def stop(self) -> None:
        """End a run that is under way after a whole step."""
        if self.program is not None:
            self.program.stop()

    def state(self) -> Mapping[str, NDArray[Any]] | None:
        """The whole state; None before ``compile()``."""
        return None if self.program is None else self.program.state()
