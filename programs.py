"""Programs of networks: plans that run on the user's objects.

``runtime/load.py`` makes the program; here is what it asks of a network, and what it starts with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .devices import device_of, keeping_refused_code
from .frontend import memory
from .frontend.description import REFRACTORY, monitor_symbols
from .frontend.inputs import DecodingProjection
from .frontend.network import Network
from .ir.buffers import CLOCK
from .ir.declarations import DeclaredProjection
from .ir.layouts import layout_of
from .passes.framework.settings import current_options
from .runtime.cores import available_cores
from .runtime.device_memory import explained
from .runtime.load import Connections, NetworkData, Recording, load
from .runtime.memory_reserve import MemoryReserve
from .runtime.plan import Plan
from .runtime.program import Program

if TYPE_CHECKING:
    from .ir.target import Target


def program_of(network: Network, plan: Plan, entry: Any) -> Program:
    """The program of a network. Its attributes are as the user's objects have them."""
    program = loaded(network, plan, entry)
    with explained(program.buffers):
        _initialise(network, program)
    return program


def loaded(network: Network, plan: Plan, entry: Any) -> Program:
    """The program of a network, all attributes 0. A state is to be restored."""
    projections = {each.name: each for each in network.projections}

    def connections(declared: DeclaredProjection) -> Connections:
        projection: Any = projections[declared.name]
        c = projection.connectivity
        projection._check_memory(layout_of(declared.layout))
        return Connections(
            rows=c.rows,
            delays=c.delays,
            shortest=c.min_delay_steps,
            longest=c.max_delay_steps,
            window=projection.window_steps if isinstance(projection, DecodingProjection) else None,
        )

    data = NetworkData(
        dt=network.dt,
        seed=network.seed,
        connections=connections,
        recordings={
            symbol: Recording(monitor, monitor.ranks)
            for monitor, symbol in zip(network.monitors, monitor_symbols(network), strict=True)
        },
        room=MemoryReserve(lambda: memory.available_memory()),
    )
    threads = most_threads(network, plan.target)
    exact = bool(plan.target.workers) or current_options().exact_threads
    device = device_of(network, plan.target, threads)
    with keeping_refused_code():
        return load(plan, entry, data, threads=threads, exact=exact, device=device)


def most_threads(network: Network, target: Target) -> int:
    """The most threads for the network.

    Exactly so many run if options say so, or the target.
    """
    if target.workers:
        return target.workers
    asked = network.options.num_threads
    if current_options().exact_threads:
        return asked or 1
    cores = available_cores()
    return min(asked or cores, cores)


def _initialise(network: Network, program: Program) -> None:
    """Write initial values. A refractory period given as a number is a parameter of its own."""
    populations: dict[str, Any] = {o.name: o for o in network.populations}
    projections: dict[str, Any] = {o.name: o for o in network.projections}
    for variable in program.variables:
        population = populations.get(variable.owner)
        element = projections[variable.owner] if population is None else population
        if variable.role == CLOCK:
            continue
        if variable.name == REFRACTORY and REFRACTORY not in element.attributes:
            program.assign(variable, element.refractory)
        elif population is not None:
            program.assign(variable, population._start(variable.name))
        elif variable.name == "w" and (draws := element.drawn_weights) is not None:
            program.draw(variable, draws)
        else:
            program.assign(variable, element.initial_value(variable.name))
    for projection in network.projections:
        program.set_learning(projection.name, **projection._learning)
