"""The typed model of a neuron or a synapse, for emission.

Everything here has been checked: names are resolved, types agree, arities are right, an ODE holds
its derivative exactly once and linearly. Emission can therefore consume a model without failing;
only what a `SynapseModel` lists under ``unsupported`` may be refused.
"""

from __future__ import annotations

from typing import Literal

from attrs import field

from ...ir.attrs_classes import frozen
from ...ir.location import Loc
from .source import Span
from .syntax import Expr, Type

Locality = Literal["local", "postsynaptic", "global"]
"""One value per neuron or synapse, per dendrite, or for all.

``population`` and ``projection`` are the words in equations for the last.
"""

Method = str
"""The name of a numerical method (``ir/methods``)."""
Operation = Literal["sum", "mean", "min", "max"]
SynapseKind = Literal["rate", "spike", "default"]
AssignOp = Literal["=", "+=", "-=", "*=", "/="]


@frozen
class ParamRef:
    """An initial value that is the value of a parameter.

    It is looked up when the network compiles.
    """

    name: str


@frozen
class DistributionCall:
    """An initial value drawn per neuron: ``Uniform(0, 1)`` is ``("Uniform", (0.0, 1.0))``.

    Behind the arguments may stand the bounds, None where there is none.
    """

    name: str
    args: tuple[float | None, ...]


@frozen
class InitExpression:
    """An initial value computed from parameters, e.g. ``init=b*c``.

    ``value`` contains numbers and parameter names only; ``evaluate.evaluate(value, values)`` gives
    the number or array from a mapping of parameter values.
    """

    value: Expr
    names: tuple[str, ...]


Init = object
"""An initial value, of one of these types.

``int | float | bool | ParamRef | DistributionCall | InitExpression``, or an object with
``get_values`` (a distribution given to ``Variable(init=...)``).
"""


@frozen
class ParameterDecl:
    """A parameter. ``value``: int, float or bool by ``type``; or, if ``locality`` is not global,
    a numpy array, a `DistributionCall`, or a distribution object of the API. ``span`` is None for
    parameters that come from a dict; ``loc`` is always there when known."""

    name: str
    type: Type
    locality: Locality
    value: object
    span: Span | None = field(default=None, eq=False, repr=False)
    loc: Loc | None = field(default=None, eq=False, repr=False)


@frozen
class VariableDecl:
    """A variable, in order of declaration.

    ``implicit``: a ``g_<target>`` that no equation updates (zero it at the end of each update).
    ``init`` of an int/float/bool variable without ``init=`` is 0/0.0/False.
    """

    name: str
    type: Type
    locality: Locality
    init: Init
    unless_refractory: bool = False
    implicit: bool = False
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class OdeStatement:
    """``lhs = rhs`` with one `Derivative` of ``variable`` in it, anywhere linear.

    ``method`` None: the network's default. ``min``/``max`` have the type of the variable, here and
    below.
    """

    variable: str
    lhs: Expr
    rhs: Expr
    method: Method | None
    min: Expr | None
    max: Expr | None
    span: Span = field(eq=False, repr=False)


@frozen
class Assign:
    """``variable op value``; ``value`` has the type of the variable."""

    variable: str
    op: AssignOp
    value: Expr
    min: Expr | None
    max: Expr | None
    unless_post: bool
    span: Span = field(eq=False, repr=False)


@frozen
class Accumulate:
    """``g_target op value`` in ``pre_spike``; ``value`` is a float."""

    op: AssignOp
    value: Expr
    min: Expr | None
    max: Expr | None
    unless_post: bool
    span: Span = field(eq=False, repr=False)


@frozen
class EventModel:
    """An event of a neuron: its condition, and its assignments. It is one of ``ir/events.py``."""

    name: str
    condition: Expr
    reset: tuple[Assign, ...] = ()


@frozen
class NeuronModel:
    """A checked neuron.

    ``statements`` in written order; global ones run first (``VariableDecl.locality`` of their
    variable tells which are). ``events`` in the order of their tests. ``refractory``: ms, or the
    name of a parameter or variable holding ms, or None. ``targets``: names used in ``sum(..)`` and
    as ``g_..``, in order of appearance; ``sums_all``: plain ``sum()`` is used. ``draws``: number of
    `Random` streams.
    """

    name: str
    kind: Literal["rate", "spike"]
    parameters: tuple[ParameterDecl, ...]
    variables: tuple[VariableDecl, ...]
    statements: tuple[OdeStatement | Assign, ...]
    events: tuple[EventModel, ...]
    refractory: float | str | None
    targets: tuple[str, ...]
    sums_all: bool
    draws: int
    description: str
    loc: Loc = field(eq=False)


@frozen
class Unsupported:
    """A checked feature that the back end may not lower yet."""

    what: str
    span: Span | None = field(eq=False)
    loc: Loc = field(eq=False)


@frozen
class StructuralRule:
    """A rule of ``pruning`` or ``creating`` synapses.

    It has a condition, its probability, and w and delay of new ones.
    """

    condition: Expr
    proba: Expr | None
    w: Expr | None
    delay: Expr | None


@frozen
class SynapseModel:
    """A checked synapse.

    ``kind``: "spike" with ``pre_spike`` or ``post_spike``; "rate" with ``psp`` or ``equations``;
    "default" with none of these. ``psp`` is ``w*pre.r`` where rate and default synapses give none;
    ``pre_spike`` of a default synapse is ``g_target += w`` (take the one the populations ask for);
    it runs for ``spikes`` of pre neurons, a list of ``ir/events.py``.
    ``w`` is always in ``parameters`` or, when a statement assigns it, in ``variables``.
    ``pre_attributes``/``post_attributes``: names used as ``pre.x``/``post.x``, in order of
    appearance; ``pre_sums``/``post_sums``: targets of ``pre.sum(..)``/``post.sum(..)``.
    """

    name: str
    kind: SynapseKind
    parameters: tuple[ParameterDecl, ...]
    variables: tuple[VariableDecl, ...]
    statements: tuple[OdeStatement | Assign, ...]
    psp: Expr | None
    operation: Operation
    pre_spike: tuple[Assign | Accumulate, ...]
    spikes: str
    post_spike: tuple[Assign, ...]
    pruning: StructuralRule | None
    creating: StructuralRule | None
    pre_attributes: tuple[str, ...]
    post_attributes: tuple[str, ...]
    pre_sums: tuple[str | None, ...]
    post_sums: tuple[str | None, ...]
    unsupported: tuple[Unsupported, ...]
    draws: int
    description: str
    loc: Loc = field(eq=False)
