"""The interface of ANNarchy 4: functions over one default network.

``Population(...)``, ``Projection(...)`` and ``Monitor(...)`` belong to that network unless they are
given another one. It is made when first needed; only then is the command line read, for
``-jN``, ``-j N`` and ``--num-threads N``, and for ``--gpu`` and ``--gpu=N``.
"""

from __future__ import annotations

import sys
from typing import Any

from attrs import evolve

from .monitor import Monitor
from .network import Network
from .options import NetworkOptions, options_from_command_line
from .population import Population
from .projection import Projection

_default: Network | None = None
"""The default network.

The one piece of state at module level: the functions of this interface have no other home.
"""


def default_network() -> Network:
    """The default network, made when it is first needed."""
    global _default
    if _default is None:
        _default = Network()
    return _default


def is_default(network: Network) -> bool:
    """Whether this is the default network."""
    return network is _default


def inherited_options() -> NetworkOptions:
    """Settings of a new network: those of ``setup()``, except the seed."""
    if _default is None:
        return options_from_command_line(sys.argv[1:])
    return evolve(_default.options, seed=None)


def setup(**settings: object) -> None:
    """Change settings of the default network before compile.

    They are those of ``Network.config``.
    """
    default_network().config(**settings)


def clear() -> None:
    """Forget the default network and its settings."""
    global _default
    _default = None


def compile(net: Network | None = None, *, num_threads: int | None = None, **options: Any) -> Any:
    """Compile a network (the default one) and return the compiled network."""
    network = default_network() if net is None else net
    return network.compile(num_threads=num_threads, **options)


def simulate(duration: float, measure_time: bool = False, progress_bar: bool = False) -> None:
    """Run the default network for ``duration`` ms."""
    default_network().simulate(duration, measure_time, progress_bar)


def stop() -> None:
    """End the run of `simulate` after a whole step.

    For handlers of signals and for other threads.
    """
    default_network().stop()


def step() -> None:
    """Run one step of the default network."""
    default_network().step()


def reset(
    populations: bool = True,
    projections: bool = False,
    synapses: bool = False,
    monitors: bool = True,
) -> None:
    """Bring the default network back to its start; see `Network.reset`."""
    default_network().reset(populations, projections, synapses, monitors)


def dt() -> float:
    """Time step of the default network in ms."""
    return default_network().dt


def set_seed(seed: int) -> None:
    """Set the seed of the default network's random numbers."""
    default_network().seed = seed


def get_time() -> float:
    """Current time in ms."""
    return default_network().time


def set_time(time: float) -> None:
    """Set the current time in ms."""
    default_network().time = time


def get_current_step() -> int:
    """Number of steps done."""
    return default_network().current_step


def set_current_step(step: int) -> None:
    """Set the number of steps done."""
    default_network().current_step = step


def get_population(name: str) -> Population:
    """The population of this name."""
    return default_network().get_population(name)


def get_projection(name: str) -> Projection:
    """The projection of this name."""
    return default_network().get_projection(name)


def populations() -> list[Population]:
    """All populations of the default network."""
    return default_network().populations


def projections(
    post: Population | str | None = None,
    pre: Population | str | None = None,
    target: str | None = None,
) -> list[Projection]:
    """Projections of the default network, all or selected ones.

    ``post``, ``pre`` and ``target`` select.
    """
    return default_network().get_projections(post, pre, target)


def monitors() -> list[Monitor]:
    """All monitors of the default network."""
    return default_network().monitors


def save(filename: Any) -> None:
    """Write the state of the default network to a file. See `Network.save`."""
    default_network().save(filename)


def load(filename: Any) -> None:
    """Take the state of the default network from a file. See `Network.load`."""
    default_network().load(filename)
