"""The syntax tree of equations: frozen nodes with their spans.

A span is the text that a node came from.

The parser builds these nodes with ``type`` left at its default; the checker (``check.py``) rebuilds
the tree with real types, so that in a *checked* tree

* both operands of arithmetic and of comparisons have one type (a ``Cast`` stands where an int or
  a bool becomes a float; literals are converted on the spot),
* conditions are bools,
* user functions are gone (inlined), and so are aliases (``ln``, ``fabs``, ``pos``, ``clip``,
  ``ite``, ``pow``, ``modulo``, ...): ``functions.py`` lists the calls that remain.

Comparison of nodes ignores spans.

Example: ``tau*dv/dt = -v`` parses to::

    Equation(Binary("*", Name("tau"), Derivative("v")), "=", Unary("-", Name("v")))
"""

from __future__ import annotations

from typing import Any, Literal

from attrs import field, fields

from ...ir.attrs_classes import frozen
from ...ir.diagnostics import ModelError
from .source import Span

Type = Literal["float", "int", "bool"]
Side = Literal["pre", "post"]
Scope = Literal[
    "unresolved",  # before the check only
    "parameter",
    "variable",
    "t",  # current time in ms, float
    "dt",  # time step in ms, float
    "constant",  # pi: functions.CONSTANTS[name], float
    "target",  # g_target, read inside pre_spike: the input of the post-synaptic neuron, float
    "t_pre",  # time of the last pre- or post-synaptic spike in ms (listed in model.unsupported)
    "t_post",
]


@frozen(kw_only=True, repr=False, eq=False)
class Expr:
    """Base class of expressions. ``type`` is meaningful after the check.

    Text, comparison and hash are as attrs would make them, but for trees of any depth.
    """

    span: Span = field(eq=False, repr=False)
    type: Type = "float"

    def __repr__(self) -> str:
        found: list[str] = []
        waiting: list[Expr | str] = [self]
        while waiting:
            last = waiting.pop()
            if isinstance(last, str):
                found.append(last)
            else:
                waiting += reversed(last._pieces())
        return "".join(found)

    def _pieces(self) -> list[Expr | str]:
        """The text of this node, with sub-expressions as they are."""
        found: list[Expr | str] = [f"{type(self).__name__}("]
        for number, each in enumerate(_shown(self)):
            value = getattr(self, each)
            found.append(f"{', ' if number else ''}{each}=")
            if isinstance(value, tuple):
                parts = [piece for part in value for piece in (", ", part)][1:]
                found += ["(", *parts, ",)" if len(value) == 1 else ")"]
            else:
                found.append(value if isinstance(value, Expr) else repr(value))
        return [*found, ")"]

    def _rows(self) -> list[tuple[Any, ...]]:
        """Nodes from this one down without their places, parents first."""
        return [
            (
                type(node),
                len(children(node)),
                *(_plain(getattr(node, n)) for n in _shown(node)),
            )
            for node in walk(self)
        ]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expr) or type(self) is not type(other):
            return NotImplemented
        return self is other or self._rows() == other._rows()

    def __hash__(self) -> int:
        return hash(tuple(self._rows()))


def _shown(node: Expr) -> tuple[str, ...]:
    """The fields that make up an expression: all but places."""
    kind = type(node)
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(each.name for each in fields(kind) if each.repr)
    return _FIELDS[kind]


_FIELDS: dict[Any, tuple[str, ...]] = {}


def _plain(value: Any) -> Any:
    """A field of one node without what lies below it."""
    return None if isinstance(value, Expr | tuple) else value


@frozen(repr=False, eq=False)
class NumberLiteral(Expr):
    """A literal. It is an ``int`` value when ``type`` is int, a ``float`` when it is float."""

    value: int | float


@frozen(repr=False, eq=False)
class Boolean(Expr):
    """``True`` or ``False``."""

    value: bool


@frozen(repr=False, eq=False)
class Name(Expr):
    """A name of a model: parameter, variable, constant, ``t`` or ``dt``."""

    name: str
    scope: Scope = "unresolved"


@frozen(repr=False, eq=False)
class NeuronAttribute(Expr):
    """``pre.name`` or ``post.name`` in a synapse.

    The neuron is unknown when a synapse is defined, hence the type is always float: emission, which
    knows the neuron, converts an int or a bool to float.
    """

    side: Side
    name: str


@frozen(repr=False, eq=False)
class Sum(Expr):
    """``sum(target)``. ``target`` None: of all targets; ``side``: ``pre.sum(..)`` in a synapse."""

    target: str | None
    side: Side | None = None


@frozen(repr=False, eq=False)
class Derivative(Expr):
    """``dvariable/dt``: exactly one occurs in an ODE, nowhere else."""

    variable: str


@frozen(repr=False, eq=False)
class Unary(Expr):
    """``-x``, ``+x`` of a number or ``not x`` of a bool."""

    op: Literal["-", "+", "not"]
    value: Expr


@frozen(repr=False, eq=False)
class Binary(Expr):
    """Arithmetic. ``/`` always has float operands; ``%`` is C's (sign of the dividend, fmod).

    ``**`` has float operands and a float result, or is an int to the power of a non-negative int
    literal (then both operands and the result are int).
    """

    op: Literal["+", "-", "*", "/", "%", "**"]
    left: Expr
    right: Expr


@frozen(repr=False, eq=False)
class Compare(Expr):
    """A comparison, bool. Operands are two floats, two ints, or (``==``, ``!=``) two bools."""

    op: Literal["<", "<=", ">", ">=", "==", "!="]
    left: Expr
    right: Expr


@frozen(repr=False, eq=False)
class Logic(Expr):
    """``and``/``or`` of two bools. Both sides may be evaluated, nothing has effects."""

    op: Literal["and", "or"]
    left: Expr
    right: Expr


@frozen(repr=False, eq=False)
class IfElse(Expr):
    """``if cond: then else: other``; both branches have the type of the whole."""

    cond: Expr
    then: Expr
    other: Expr


@frozen(repr=False, eq=False)
class Call(Expr):
    """A call; after the check ``function`` is one of ``functions.COMPUTE``."""

    function: str
    args: tuple[Expr, ...]
    name_span: Span = field(eq=False, repr=False, kw_only=True)


@frozen(repr=False, eq=False)
class Random(Expr):
    """One random number, a float.

    There is one per evaluation of the equation (per neuron, per step). ``draw`` numbers the draws
    of a model from 0. Two nodes with the same ``draw`` are the same number (an inlined function
    used its argument twice, or a chained comparison): emit it once. ``low`` and ``high`` are the
    bounds ``min`` and ``max``; a checked node has none, but stands inside of calls of ``max`` and
    ``min``.
    """

    distribution: str
    args: tuple[Expr, ...]
    draw: int = -1
    low: Expr | None = None
    high: Expr | None = None


@frozen(repr=False, eq=False)
class Cast(Expr):
    """Conversion to ``type``. Int or bool to float, bool to int, float to int (truncation)."""

    value: Expr


@frozen
class Flag:
    """One flag after the ``:``, e.g. ``population`` or ``init=0.0``."""

    name: str
    value: Expr | None
    span: Span = field(eq=False, repr=False)


@frozen
class Equation:
    """One statement as parsed: ``lhs op rhs : flags``."""

    lhs: Expr
    op: Literal["=", "+=", "-=", "*=", "/="]
    rhs: Expr
    flags: tuple[Flag, ...]
    span: Span = field(eq=False, repr=False)
    op_span: Span = field(eq=False, repr=False)


@frozen
class FunctionDefinition:
    """``name(arguments) = body`` of the ``functions`` argument."""

    name: str
    arguments: tuple[str, ...]
    body: Expr
    span: Span = field(eq=False, repr=False)


def children(node: Expr) -> tuple[Expr, ...]:
    """The direct sub-expressions of a node, left to right."""
    match node:
        case Unary() | Cast():
            return (node.value,)
        case Binary() | Compare() | Logic():
            return (node.left, node.right)
        case IfElse():
            return (node.cond, node.then, node.other)
        case Call():
            return node.args
        case Random():
            return (*node.args, *(bound for bound in (node.low, node.high) if bound is not None))
        case _:
            return ()


def walk(node: Expr) -> list[Expr]:
    """The node and everything below it, parents first, left to right."""
    found: list[Expr] = []
    waiting = [node]
    while waiting:
        last = waiting.pop()
        found.append(last)
        if len(found) > MOST:
            raise too_long(node)
        waiting += reversed(children(last))
    return found


MOST = 1 << 17
"""Operations in one expression.

10,000 terms, a second of compiling per thousand, are well below; a few nested functions that use
their argument twice are soon beyond.
"""

_CHEAP = frozenset({"max", "min", "abs", "floor", "ceil", "round", "sign", "heaviside", "sqrt"})
_FORMULA = 64
"""Operations in an elementary function, about."""


def refuse_long(node: Expr) -> None:
    """Raise a located error for an expression of too many operations.

    It would compile for minutes, or never. What several operations share, such as the argument of a
    function, counts for each of them.
    """
    counts: dict[int, int] = {}
    waiting = [node]
    while waiting:
        last = waiting[-1]
        below = children(last)
        unknown = [child for child in below if id(child) not in counts]
        if unknown:
            waiting += unknown
            continue
        waiting.pop()
        own = _FORMULA if isinstance(last, Call) and last.function not in _CHEAP else 1
        counts[id(last)] = own + sum(counts[id(child)] for child in below)
    if counts[id(node)] > MOST:
        raise too_long(node)


def too_long(node: Expr) -> ModelError:
    """The error for an expression of more than ``MOST`` operations."""
    return node.span.fail(
        f"this is too long: with its functions written out it has more than {MOST:,} operations"
        f" ({_FORMULA} for each elementary function); compute parts of it in equations of their own"
    )
