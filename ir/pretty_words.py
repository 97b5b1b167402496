"""Expressions of :mod:`.pretty`: operations as texts of their operands.

``EXPRESSIONS`` maps names of operations to functions that get the operation and the texts of its
operands. An operation without an entry is written as a call: ``name(operands)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .core import Op
from .dialects.arith import CMPF, CMPI
from .types import i1, scalar_of

CHOICE, OR, AND, NOT, COMPARE, BITS, SHIFT, SUM, PRODUCT, SIGN, POWER, ATOM = range(12)


class Words(NamedTuple):
    """A text with its precedence: how tightly it binds."""

    text: str
    level: int = ATOM

    def at(self, level: int) -> str:
        """The text, in parentheses if it binds less tightly than ``level``."""
        return self.text if self.level >= level else f"({self.text})"


Expression = Callable[[Any, list[Words]], Words]
EXPRESSIONS: dict[str, Expression] = {}


def infix(symbol: str, level: int) -> Expression:
    """An infix operator, ``a symbol b``, grouped from the left."""
    return lambda op, x: Words(f"{x[0].at(level)} {symbol} {x[1].at(level + 1)}", level)


def call(name: str) -> Expression:
    """A call, ``name(a, b)``."""
    return lambda op, x: Words(f"{name}({', '.join([w.text for w in x])})")


def same(op: Op, x: list[Words]) -> Words:
    """The operand alone: only its type changes, not its number."""
    return x[0]


def words(text: Callable[[Any, list[Words]], str], level: int = ATOM) -> Expression:
    """An expression whose text is made by a function."""
    return lambda op, x: Words(text(op, x), level)


def _logic(symbol: str, word: str, bits: int, level: int) -> Expression:
    """A bit operation, written as a word on truth values."""

    def write(op: Op, x: list[Words]) -> Words:
        if scalar_of(op.results[0].type) is i1:
            return infix(word, level)(op, x)
        return infix(symbol, bits)(op, x)

    return write


def _differ(op: Op, x: list[Words]) -> Words:
    if x[1].text == "True":
        return Words(f"not {x[0].at(NOT)}", NOT)
    return infix("^", BITS)(op, x)


_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def _comparison(names: tuple[str, ...]) -> Expression:
    """A comparison with its symbol.

    Unsigned ones have a ``u`` before it, unordered ones are calls.
    """

    def write(op: Any, x: list[Words]) -> Words:
        name = names[op.predicate]
        symbol = _COMPARISONS.get(name[-2:])
        unsigned = name[0] == "u" and names is CMPI
        if symbol and (name in ("eq", "ne", "une") or name[0] in "os" or unsigned):
            return infix("u" + symbol if unsigned else symbol, COMPARE)(op, x)
        return call(name)(op, x)

    return write


def literal(value: Any, type_: Any) -> str:
    """A constant as people write it."""
    if isinstance(value, tuple):
        same_everywhere = len(set(value)) == 1
        return literal(value[0], type_) if same_everywhere else str(list(value))
    if scalar_of(type_) is i1:
        return str(bool(value))
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def _fused(op: Any, x: list[Words]) -> Words:
    """A fused multiply-add as a sum: ``c + a * b``, or ``c - a * b``.

    So the user wrote it; it is rounded once.
    """
    a, b, c = x
    minus = a.level == SIGN and a.text.startswith("-")
    factor = Words(a.text[1:]) if minus else a
    product = f"{factor.at(PRODUCT)} * {b.at(PRODUCT + 1)}"
    return Words(f"{c.at(SUM)} {'-' if minus else '+'} {product}", SUM)


def _gather(op: Any, x: list[Words]) -> Words:
    found = f"{x[0].text}[{x[1].at(SUM)} + {x[2].at(SUM)}]".replace("[0 + ", "[")
    mask = "" if x[3].text == "True" else f" if {x[3].text} else {x[4].at(CHOICE + 1)}"
    return Words(found + mask, CHOICE if mask else ATOM)


def lanes(op: Any, base: Words, indices: list[Words]) -> str:
    """Consecutive elements, one for each lane: ``buffer[i:+8]``."""
    value = op.results[0] if op.results else op.operands[0]
    *first, last = [w.text for w in indices]
    return f"{base.text}[{', '.join([*first, f'{last}:+{value.type.size}'])}]"


def element(base: Words, indices: list[Words]) -> str:
    """An element of a buffer, ``buffer[i, j]``."""
    return f"{base.text}[{', '.join([w.text for w in indices])}]"


_REDUCTIONS = {"or": "any", "and": "all", "add": "sum"}
_DRAWS = {
    "uniform": "Uniform", "normal": "Normal", "lognormal": "LogNormal",
    "exponential": "Exponential", "integers": "DiscreteUniform",
}  # fmt: skip


def _entries() -> dict[str, Expression]:
    sums = dict.fromkeys(("arith.addf", "arith.addi"), infix("+", SUM))
    sums |= dict.fromkeys(("arith.subf", "arith.subi"), infix("-", SUM))
    products = dict.fromkeys(("arith.mulf", "arith.muli"), infix("*", PRODUCT))
    products |= dict.fromkeys(("arith.divsi", "arith.divui"), infix("//", PRODUCT))
    products |= dict.fromkeys(("arith.remsi", "arith.remui", "arith.remf"), infix("%", PRODUCT))
    extremes = dict.fromkeys(("arith.maximumf", "arith.maxsi"), call("max"))
    extremes |= dict.fromkeys(("arith.minimumf", "arith.minsi"), call("min"))
    casts = ("index_cast", "extui", "extsi", "trunci", "extf", "truncf")
    silent = dict.fromkeys((*(f"arith.{c}" for c in casts), "vector.broadcast"), same)
    floats = dict.fromkeys(("arith.sitofp", "arith.uitofp"), call("float"))
    return sums | products | extremes | silent | floats


EXPRESSIONS |= _entries()
EXPRESSIONS |= {
    "arith.constant": words(lambda op, x: literal(op.literal, op.results[0].type)),
    "arith.divf": infix("/", PRODUCT),
    "arith.negf": words(lambda op, x: f"-{x[0].at(SIGN)}", SIGN),
    "arith.fptosi": call("int"),
    "arith.shli": infix("<<", SHIFT),
    "arith.shrui": infix(">>", SHIFT),
    "arith.andi": _logic("&", "and", BITS, AND),
    "arith.ori": _logic("|", "or", BITS, OR),
    "arith.xori": _differ,
    "arith.cmpf": _comparison(CMPF),
    "arith.cmpi": _comparison(CMPI),
    "arith.select": words(
        lambda op, x: f"{x[1].at(OR)} if {x[0].at(OR)} else {x[2].at(CHOICE)}", CHOICE
    ),
    "math.absf": call("abs"),
    "math.fma": _fused,
    "math.roundeven": call("round"),
    "math.powf": words(lambda op, x: f"{x[0].at(ATOM)}**{x[1].at(SIGN)}", POWER),
    "memref.load": words(lambda op, x: element(x[0], x[1:])),
    "vector.load": words(lambda op, x: lanes(op, x[0], x[1:])),
    "vector.gather": _gather,
    "vector.step": words(lambda op, x: "lane"),
    "vector.from_elements": words(lambda op, x: f"[{', '.join(each.text for each in x)}]"),
    "vector.extract": words(
        lambda op, x: f"{x[0].at(ATOM)}[{x[1].text if len(x) > 1 else op.static_position[0]}]"
    ),
    "vector.reduction": words(lambda op, x: f"{_REDUCTIONS.get(op.kind, op.kind)}({x[0].text})"),
    "gpu.lane_id": words(lambda op, x: "lane"),
    "gpu.subgroup_size": words(lambda op, x: "lanes"),
    "gpu.thread_id": words(lambda op, x: "thread of block"),
    "gpu.block_dim": words(lambda op, x: "threads of block"),
    "gpu.block_id": words(lambda op, x: "block"),
    "gpu.grid_dim": words(lambda op, x: "blocks"),
    "nvvm.vote.sync": words(lambda op, x: f"{op.kind.partition(' ')[2]}({x[1].text})"),
    "eq.read": words(lambda op, x: op.variable),
    "eq.pre": words(lambda op, x: f"pre.{op.variable}"),
    "eq.post": words(lambda op, x: f"post.{op.variable}"),
    "eq.sum": words(lambda op, x: f"sum({op.target})"),
    "eq.time": words(lambda op, x: "t"),
    "eq.dt": words(lambda op, x: "dt"),
    "eq.ddt": words(lambda op, x: f"d{op.variable}/dt"),
    "eq.random": lambda op, x: call(_DRAWS.get(op.distribution, op.distribution))(op, x),
    "rng.uniform": words(
        lambda op, x: f"uniform(stream {op.stream}, draw {op.draw}, of {x[2].text})"
    ),
}


def expression(op: Op, operands: list[Words]) -> Words:
    """The text of an operation, given those of its operands."""
    write = EXPRESSIONS.get(op.name)
    if write is None:
        dialect, _, name = op.name.partition(".")
        short = name if dialect in ("arith", "math", "special") else op.name
        return call(short)(op, operands)
    return write(op, operands)
