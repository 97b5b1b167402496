"""The kernels of a level of a network, by phase."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from attrs import evolve

from ...ir.attrs_classes import frozen
from ...ir.dialects.func import Func
from . import learning
from .constants import constants
from .event_driven import post_spike
from .fused_learning import fused_learning
from .kernel_calls import Calls, single
from .lazy_post_spikes import catch_up
from .network import LoweredNetwork, firsts, in_steps, present
from .projection import ProjectionLowering
from .schedule import Level
from .shared_kernels import Owner, SharedKernels
from .tile import column, tile
from .transmit import transmit
from .update import clear, global_update, update

Make = Callable[[Any], Func | None]
"""Makes a kernel of a projection, where there is work."""


@frozen
class SpikeKernels:
    """The kernels of projections that transmit spikes.

    ``delivery`` are those that deliver in a step, by name, with a barrier behind each group;
    ``post`` is what spikes of post neurons do to synapses; ``learn`` are equations of each step.
    """

    delivery: tuple[tuple[tuple[str, Make], ...], ...]
    post: Make
    learn: tuple[tuple[str, Make], ...] = (("learn", learning.learn),)


THREADS = SpikeKernels(delivery=((("transmit", transmit),),), post=post_spike)
"""The kernels of threads with post neurons of their own."""


def level(
    network: LoweredNetwork,
    number: int,
    shared: SharedKernels,
    *,
    tables: bool,
    spikes: SpikeKernels = THREADS,
) -> Level:
    """Kernels of a level, of its populations and projections, by phase."""
    mine, onto = network.of_level(number)
    owners: list[Owner] = [*mine, *onto]
    tiled = [each for each in onto if each.op.tile]
    first = firsts(tiled)
    constant = [each for each in onto if each.op.constant_after]
    others = [each for each in onto if in_steps(each) and not each.op.constant_after]
    opening = dict(zip((each.name for each in constant), firsts(constant), strict=True))
    recorders = {m.name: m for each in shared.monitors.values() for m in each}
    updates = [shared("update", each, partial(update, each, recorders)) for each in mine]
    late = [shared("catch_up", each, partial(catch_up, each)) for each in onto]
    learns = {
        each: [shared(what, each, partial(make, each)) for what, make in spikes.learn]
        for each in onto
    }
    delivered = [
        [_deliver(each, what, make, shared) for each in others for what, make in group]
        for group in spikes.delivery
    ]
    phases = [
        [
            *(_transmit(each, opening[each.name], shared) for each in constant if in_steps(each)),
            *(shared("clear", each, partial(clear, each)) for each in mine),
            *delivered[0],
        ],
        *delivered[1:],
        [shared("global", each, partial(global_update, each)) for each in mine],
        updates,
        [shared("shared", each, partial(learning.shared_update, each)) for each in onto],
        [
            *(calls for each in onto if not each.op.fused_learning for calls in learns[each]),
            *late,
            *(shared("post", each, partial(spikes.post, each)) for each in onto),
        ],
    ]
    left = [calls for each in onto if each.op.fused_learning for calls in learns[each]]
    found = [present(phase, tables) for phase in phases]
    return Level(
        phases=[phase for phase in found if phase],
        tiles=single(tile(each, opens) for each, opens in zip(tiled, first, strict=True)),
        columns=single(column(each, opens) for each, opens in zip(tiled, first, strict=True)),
        steps=max((int(each.op.tile) for each in network.projections), default=0),
        in_front=[
            *present(
                [shared("constants", each, partial(constants, each)) for each in owners],
                tables,
            ),
            *single(transmit(each, opening[each.name]) for each in constant if not in_steps(each)),
        ],
        closing=present(late, tables),
        left=present(left, tables),
    )


def _transmit(projection: ProjectionLowering, opens: bool, shared: SharedKernels) -> Calls | None:
    """The call of the kernel that transmits constant sums."""
    return _deliver(projection, "transmit", partial(transmit, first=opens), shared, opens)


def _deliver(
    projection: ProjectionLowering, what: str, make: Make, shared: SharedKernels, *options: Any
) -> Calls | None:
    """The call of a kernel that delivers, None without one.

    Where synapses learn in the same pass, a kernel that does both follows in later steps.
    """
    calls = shared(what, projection, partial(make, projection), *options)
    if calls is None:
        return None
    later = None
    if projection.op.fused_learning:
        later = shared("fused_learning", projection, partial(fused_learning, projection))
    instead = None if later is None else later.shared
    return evolve(calls, afterwards=instead, constant_after=int(projection.op.constant_after))
