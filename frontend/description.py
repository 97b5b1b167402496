"""Descriptions of networks: all that decides their code, and nothing else.

The user's objects hold much more: values, weights, delays, seeds. Those are data of the run time
and change without compiling. A description is what remains; two networks of equal descriptions
(texts of :meth:`NetworkDescription.parts`) have the same ``net`` module but for locations, so the
code that was compiled for one serves the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import field

from ..ir.attrs_classes import frozen
from ..ir.location import Loc
from ..ir.recorded import Recorded
from .emit.patterns import SPARSE, Shape, has_balanced_rows, shape_of
from .language.model import (
    Assign,
    NeuronModel,
    OdeStatement,
    ParameterDecl,
    SynapseModel,
    VariableDecl,
)

if TYPE_CHECKING:
    from .connectivity import Connectivity
    from .monitor import Monitor
    from .network import Network
    from .population import Population
    from .projection import Projection

REFRACTORY = "refractory"
"""The parameter of a refractory period given as a number (ms)."""

_DATA = ("value", "init")
"""Fields of declarations that are data: they stand in buffers."""

_RUN_TIME = ("dt", "seed", "num_threads")
"""Settings of a network that change without compiling.

They stand in buffers or steer the run time.
"""

_UNSAID = 0.0
"""Stands for a refractory period given as a number. Such a number is data."""


@frozen
class PopulationDescription:
    """A population. ``refractory``: None, the name of an attribute, or some number."""

    name: str
    size: int
    refractory: str | float | None
    model: NeuronModel = field(eq=False)
    loc: Loc = field(eq=False)


@frozen(kw_only=True)
class ProjectionDescription:
    """A projection: its signal, its populations, and facts about its synapses.

    ``delays``: ``none``, ``one`` or ``many``, of which there are ``distinct_delays`` in ``span``
    steps, both rounded up to powers of two; ``synapses`` is their number among ``pairs`` of neurons
    of the ranges that have synapses, ``uniform_weights`` whether all have the same values,
    ``balanced_rows`` whether rows of post neurons are about equally long.
    ``differing``: variables changed by events whose synapses start with values of their own (but
    for ``w``).
    """

    name: str
    pre: str
    post: str
    target: str
    kind: str
    pattern: str
    no_autapses: bool
    delays: str
    distinct_delays: int
    span: int
    synapses: int
    pairs: int
    uniform_weights: bool
    balanced_rows: bool
    synapse_dtype: str
    differing: tuple[str, ...]
    model: SynapseModel = field(eq=False)
    pre_model: NeuronModel = field(eq=False)
    post_model: NeuronModel = field(eq=False)
    loc: Loc = field(eq=False)


@frozen
class MonitorDescription:
    """A monitor of the population ``source``. With ``subset`` it records a part of it."""

    name: str
    source: str
    items: tuple[Recorded, ...]
    subset: bool
    loc: Loc = field(eq=False)


@frozen
class NetworkDescription:
    """All parts of a network, and its settings by name."""

    settings: dict[str, Any]
    populations: tuple[PopulationDescription, ...]
    projections: tuple[ProjectionDescription, ...]
    monitors: tuple[MonitorDescription, ...]

    def parts(self) -> dict[str, str]:
        """Every part with a text; equal texts have equal code."""
        known: dict[int, str] = {}

        def text(model: NeuronModel | SynapseModel) -> str:
            if id(model) not in known:
                known[id(model)] = model_text(model)
            return known[id(model)]

        found = {"the settings of the network": repr(sorted(self.settings.items()))}
        found["the order of its parts"] = repr(
            [[p.name for p in group] for group in (self.populations, self.projections)]
        )
        for population in self.populations:
            found[f"population '{population.name}'"] = (
                f"{_row(population)} {text(population.model)}"
            )
        for projection in self.projections:
            # It reads the models of its populations, which have texts of their own.
            found[f"projection '{projection.name}'"] = (
                f"{_row(projection)} {text(projection.model)}"
            )
        for monitor in self.monitors:
            found[f"monitor '{monitor.name}'"] = repr(_row(monitor))
        return found


def model_text(model: NeuronModel | SynapseModel) -> str:
    """The text of a checked model without locations and values."""
    return repr(
        {
            name: [tuple(_fields(each)) for each in value]
            if name in ("parameters", "variables")
            else value
            for name, value in _fields(model)
        }
    )


def _fields(thing: Any) -> Iterator[tuple[str, Any]]:
    for each in attrs.fields(type(thing)):
        if each.eq and each.name not in _DATA:
            yield each.name, getattr(thing, each.name)


def _row(thing: Any) -> list[Any]:
    return [value for _, value in _fields(thing)]


def describe(network: Network) -> NetworkDescription:
    """Describe a network; its synapses are drawn if they were not."""
    return NetworkDescription(
        {
            name: each
            for name, each in attrs.asdict(network.options).items()
            if name not in _RUN_TIME
        },
        tuple(_population(each) for each in network.populations),
        tuple(_projection(each) for each in network.projections),
        tuple(map(_monitor, network.monitors, monitor_symbols(network))),
    )


def _population(population: Population) -> PopulationDescription:
    period = population.refractory
    return PopulationDescription(
        population.name,
        population.size,
        period if period is None or isinstance(period, str) else _UNSAID,
        population.model,
        population.loc,
    )


def _projection(projection: Projection) -> ProjectionDescription:
    connectivity = projection.connectivity
    shape = _shape(projection.kind, connectivity)
    pre, post = projection.pre_population, projection.post_population
    distinct_delays, span = _spread(connectivity) if projection.kind == "spike" else (1, 1)
    return ProjectionDescription(
        name=projection.name,
        pre=pre.name,
        post=post.name,
        target=projection.target,
        kind=projection.kind,
        pattern=shape.pattern,
        no_autapses=shape.no_autapses,
        delays=_delays(connectivity),
        distinct_delays=distinct_delays,
        span=span,
        synapses=connectivity.nnz,
        pairs=_pairs(connectivity),
        uniform_weights=projection.kind == "spike" and _has_uniform_weights(projection),
        balanced_rows=projection.kind == "rate" and _balanced(shape, connectivity),
        synapse_dtype=projection.synapse_dtype,
        differing=_differing(projection),
        model=projection.model,
        pre_model=pre.model,
        post_model=post.model,
        loc=projection.loc,
    )


def _balanced(shape: Shape, connectivity: Connectivity) -> bool:
    return shape is SPARSE and has_balanced_rows(connectivity)


def _shape(kind: str, connectivity: Connectivity) -> Shape:
    """The shape of the synapses.

    Rates are decoded along rows of synapses, whatever these look like.
    """
    if kind != "decoding" or connectivity.is_complete:
        return shape_of(connectivity)
    pattern = connectivity.pattern
    return Shape("sparse" if pattern == "all_to_all" else pattern)


def _pairs(connectivity: Connectivity) -> int:
    spans = [connectivity.rows.span(end) for end in ("pre", "post")]
    pre, post = (int(span.stop) - int(span.start) for span in spans)
    return pre * post


def _has_uniform_weights(projection: Projection) -> bool:
    """Whether all synapses have one weight, and nothing of their own.

    It is looked up in the data, but for weights that are drawn; the user may change it later.
    """
    model = projection.model
    declared: list[ParameterDecl | VariableDecl] = [*model.parameters, *model.variables]
    if [d.name for d in declared if d.locality == "local"] != ["w"]:
        return False
    if projection.drawn_weights is not None:
        return False
    weights = np.asarray(projection.initial_value("w")).reshape(-1)
    return weights.size > 0 and bool((weights == weights[0]).all())


def _differing(projection: Projection) -> tuple[str, ...]:
    model = projection.model
    events = {s.variable for s in (*model.pre_spike, *model.post_spike) if isinstance(s, Assign)}
    events |= {s.variable for s in model.statements if _is_event_driven(s)}
    mine = [d.name for d in model.variables if d.name in events and d.name != "w"]
    return tuple(name for name in mine if np.ndim(projection.initial_value(name)))


def _is_event_driven(statement: OdeStatement | Assign) -> bool:
    return isinstance(statement, OdeStatement) and statement.method == "event-driven"


def _delays(connectivity: Connectivity) -> str:
    if connectivity.max_delay_steps <= 1:
        return "none"
    return "one" if isinstance(connectivity.delays, int) else "many"


def _spread(connectivity: Connectivity) -> tuple[int, int]:
    """Numbers of different delays, and of steps from first to last.

    Both are rounded up to powers of two.
    """
    delays = connectivity.delays
    if isinstance(delays, int) or not delays.size:
        return 1, 1
    span = connectivity.max_delay_steps - connectivity.min_delay_steps + 1
    return _power_of_two(connectivity.distinct_delays.size), _power_of_two(span)


def _power_of_two(number: int) -> int:
    return 1 << (int(number) - 1).bit_length()


def monitor_symbols(network: Network) -> list[str]:
    """Names of monitors in a program. They differ from those of populations and projections."""
    taken = {part.name for part in (*network.populations, *network.projections)}
    return [f"{m.name}$monitor" if m.name in taken else m.name for m in network.monitors]


def _monitor(monitor: Monitor, symbol: str) -> MonitorDescription:
    return MonitorDescription(
        symbol,
        monitor.population.name,
        tuple(monitor.items),
        monitor.ranks is not None,
        monitor.loc,
    )
