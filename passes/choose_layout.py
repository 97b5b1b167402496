"""choose-layout: decide how the synapses of each projection are stored.

    net.population @cells size 1000 kind rate
    net.projection @sums from @cells to @cells ["exc"] kind rate pattern all_to_all
    ==>
    net.population @cells size 1000 kind rate
    net.projection @sums ... attributes {decisions = {layout = "dense", rank_bits = 16 : i64, ...}}

Spikes want rows of pre neurons, of all post neurons of a range (``dense_rows``) or of some
(``by_pre``); where many synapses have one weight, a matrix of bits helps to count them
(``bit_matrix``). Where delays differ, rows are sorted by them (``by_delay``); where few synapses of
a row have one delay, what is going to arrive waits in queues (``delay_queues``). Weighted sums want
rows of post neurons; sums over every pair of two ranges of neurons are stored as dense blocks,
one-to-one synapses like variables of post neurons. Ranks and offsets get the narrowest type
that holds them: half the memory to read for populations of up to 65,536 neurons.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..ir import layouts
from ..ir.attrs_classes import frozen
from ..ir.diagnostics import fail
from ..ir.dialects import net
from ..ir.dialects.builtin import Module
from ..ir.layouts import LAYOUTS, Ability, Layout
from ..ir.rewriter import Rewriter
from ..ir.suggest import unknown
from .framework.core import Context, Pass, register

ROOM = 1 << 22
"""Sums of coming input that are always allowed: 32 MiB."""

DENSITY = 16
"""Pairs of neurons for one synapse at which bits still pay.

A matrix of bits that is emptier is not worth its memory.
"""

TOGETHER = 16
"""Synapses of a row arriving together that justify sorting by delay.

On average there must be so many: to find them takes as long as to deliver four, which then takes a
quarter of the time that queues take.
"""

FASTEST = "fastest"
"""The value of ``prefer`` where no layout is preferred."""

NONE = "none"
"""The value of ``without`` where any layout may be taken."""


@register
@frozen
class ChooseLayout(Pass):
    """Decide the ``layout`` of every projection; see the module.

    ``queues``: what a projection gathers may wait in queues. ``prefer``: the name of a layout that
    is taken wherever it can be, ``without`` that of one that is not; a ModelError says so where
    there is none of that name.
    """

    name = "choose-layout"
    requires = "net"
    queues: bool = True
    prefer: str = FASTEST
    without: str = NONE

    def run(self, module: Module, ctx: Context) -> bool:
        """Visit the projections that have no layout yet."""
        for name, usual in ((self.prefer, FASTEST), (self.without, NONE)):
            for problem in unknown("layout", name, (usual, *LAYOUTS)):
                fail(problem)
        rw = Rewriter()
        sizes = {op.sym_name: op.size for op in module.ops if isinstance(op, net.Population)}
        for op in module.ops:
            if isinstance(op, net.Projection) and op.layout is None:
                case = Case(op, sizes[op.pre], sizes[op.post], self.queues, ctx.target.block)
                candidate = self._chosen(case)
                _choose(rw, case, candidate.layout)
                why = f"{candidate.layout.name}, {candidate.why(case)}{_kept_as(op)}"
                ctx.report.did(self.name, op, why, op.loc)
        return rw.changed

    def _chosen(self, case: Case) -> Candidate:
        """The first suitable candidate, of the preferred layout if one is."""
        preferred = LAYOUTS.get(self.prefer)
        first = [each for each in CANDIDATES if each.layout is preferred]
        if preferred is not None and preferred.general:
            first = [Candidate(preferred, partial(_can_be, preferred), lambda case: "as asked for")]
        found = [each for each in (*first, *CANDIDATES) if each.layout.name != self.without]
        return next(each for each in found if each.suits(case))


@frozen
class Case:
    """A projection from ``n_pre`` to ``n_post`` neurons, in blocks of ``block``.

    The blocks are those of the post neurons.
    """

    op: net.Projection
    n_pre: int
    n_post: int
    queues: bool
    block: int

    @property
    def gathers(self) -> bool:
        """Whether what arrives may wait in queues."""
        return bool(self.op.gathers and self.queues)

    @property
    def queues_fit(self) -> bool:
        """Whether queues take no more memory than rows cut by delay.

        Queues may need memory for all steps from the shortest delay to the longest, rows that are
        cut for each delay that there is.
        """
        room = self.op.span * (self.n_post + self.block)
        most = max(ROOM, 8 * self.op.synapses, self.n_pre * self.op.distinct_delays)
        return bool(room <= most and self.op.span <= 1 << 16)

    @property
    def static(self) -> bool:
        """Whether spikes arrive after one delay and leave synapses unchanged."""
        op = self.op
        return bool(
            op.kind == "spike" and op.delays != "many" and not op.learns and not op.eventful
        )

    @property
    def counts_spikes(self) -> bool:
        """Whether post neurons only need the number of arriving spikes."""
        return bool(self.static and self.op.uniform_weights and self.op.adds)

    @property
    def needs(self) -> set[Ability]:
        """Abilities that kernels need of the layout."""
        op = self.op
        found: set[Ability] = {"sum"} if op.kind == "rate" else {"deliver"}
        if op.kind != "rate" and op.delays == "many":
            found.add("delays")
        if op.eventful or not net.idle(op.original.post_spike):
            found.add("events")
        return found | {"learn"} if op.learns else found

    @property
    def every_pair(self) -> bool:
        """Whether all neurons of two ranges are connected."""
        return self.op.pattern in ("all_to_all", "block")

    @property
    def but_itself(self) -> str:
        """Remark on autapses that are left out."""
        return ", but no neuron with itself" if self.op.no_autapses else ""


@frozen
class Candidate:
    """A layout, when it suits a projection, and why then."""

    layout: Layout
    suits: Callable[[Case], bool]
    why: Callable[[Case], str]


CANDIDATES = (
    Candidate(
        layouts.BY_DELAY,
        lambda case: (
            case.gathers and case.op.synapses >= TOGETHER * case.n_pre * case.op.distinct_delays
        ),
        lambda case: f"{TOGETHER} synapses of a row and more have one delay",
    ),
    Candidate(
        layouts.DELAY_QUEUES,
        lambda case: case.gathers and case.queues_fit,
        lambda case: f"delays differ: what is to arrive waits in queues of {case.op.span} steps",
    ),
    Candidate(
        layouts.BY_DELAY,
        lambda case: case.gathers,
        lambda case: f"spikes are delivered for each delay; {case.op.span} queues take more room",
    ),
    Candidate(
        layouts.BY_PRE,
        lambda case: case.counts_spikes and case.n_pre >= 1 << 15,
        lambda case: "spikes of 32,768 neurons and more are too many to count in 16 bits",
    ),
    Candidate(
        layouts.BIT_MATRIX,
        lambda case: case.counts_spikes and DENSITY * case.op.synapses >= case.op.pairs,
        lambda case: "spikes are counted, all add the same weight",
    ),
    Candidate(
        layouts.DENSE_ROWS,
        lambda case: case.static and not case.op.uniform_weights and case.every_pair,
        lambda case: f"spikes reach every neuron of a range{case.but_itself}",
    ),
    Candidate(
        layouts.BY_PRE,
        lambda case: case.op.kind != "rate",
        lambda case: "spikes are delivered from pre to post",
    ),
    Candidate(
        layouts.DENSE,
        lambda case: case.op.kind == "rate" and case.op.pattern == "all_to_all",
        lambda case: "every pair is connected",
    ),
    Candidate(
        layouts.DENSE,
        lambda case: case.op.kind == "rate" and case.every_pair,
        lambda case: f"every pair of two ranges is connected{case.but_itself}",
    ),
    Candidate(
        layouts.DIAGONAL,
        lambda case: case.op.kind == "rate" and _is_identity(case),
        lambda case: "each neuron has one of the same rank",
    ),
    Candidate(
        layouts.DIAGONAL,
        lambda case: case.op.kind == "rate" and case.op.pattern == "one_to_one",
        lambda case: "each post neuron of a range has one pre neuron",
    ),
    Candidate(
        layouts.BY_POST,
        lambda case: case.op.kind == "rate",
        lambda case: "sums are taken per post neuron",
    ),
)
"""In this order: the first that suits is taken. Other layouts are made of these by later passes, or
are there for those who prefer them."""


def _can_be(layout: Layout, case: Case) -> bool:
    """Whether kernels can do all the projection needs along a layout."""
    return case.needs <= layout.abilities


def _is_identity(case: Case) -> bool:
    """Whether it connects each neuron with the one of its rank."""
    one = case.op.pattern == "one_to_one"
    return bool(one and case.op.synapses == case.n_pre == case.n_post)


def _choose(rw: Rewriter, case: Case, layout: Layout) -> None:
    """Decide the layout, and the widths of ranks and row offsets."""
    op = case.op
    if layout is layouts.DIAGONAL and _is_identity(case):
        rw.decide(op, identity=True)
    far = case.n_post if layout.ranks == "post" else case.n_pre
    rw.decide(
        op,
        layout=layout.name,
        rank_bits=16 if far <= 1 << 16 else 32,
        offset_bits=32 if op.synapses < layouts.FEW_SYNAPSES else 64,
    )


def _kept_as(op: net.Projection) -> str:
    """Remark on synapses in another precision than their sums."""
    found = {str(v.stored) for v in op.original.variables.values() if v.stored is not None}
    return "".join(f"; its synapses are kept as {name}" for name in sorted(found))
