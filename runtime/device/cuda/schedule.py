"""The order of launches of a program, which the host follows.

A schedule is plain data that a code generator makes: statements, each a tuple, of values that have
numbers. 0 is the first step of a run, 1 the one after the last.

=====================================  =========================================================
``("constant", x, number)``            x is a number
``(operation, x, operands)``           x is the result of one of ``ARITHMETIC``
``("for", x, low, high, step, body)``  a loop over the values of x, from low up to high
``("if", condition, then, else)``      a branch
``("launch", kernel, numbers)``        a launch with the values of some numbers
=====================================  =========================================================

Integers have 64 bits and a sign; truth values are 0 and 1. A run may also be followed that begins
at a step which is not known yet: then values are integers, or that step and an integer
(:class:`Later`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ....ir.attrs_classes import frozen

_WORD, _HALF = 1 << 64, 1 << 63


class Unsteady(Exception):  # noqa: N818
    """Launches that depend on the step at which a run begins."""


@frozen
class Later:
    """A number of steps behind the first one of a run."""

    steps: int


Value = int | Later


def _signed(value: int) -> int:
    return (value + _HALF) % _WORD - _HALF


def _quotient(one: int, other: int) -> int:
    """The quotient, rounded to zero."""
    found = abs(one) // abs(other)
    return found if (one < 0) == (other < 0) else -found


def _unsigned(call: Callable[[int, int], Any]) -> Callable[[int, int], int]:
    return lambda one, other: _signed(int(call(one % _WORD, other % _WORD)))


ARITHMETIC: Mapping[str, Callable[..., int]] = {
    "addi": lambda one, other: _signed(one + other),
    "subi": lambda one, other: _signed(one - other),
    "muli": lambda one, other: _signed(one * other),
    "divsi": lambda one, other: _signed(_quotient(one, other)),
    "remsi": lambda one, other: one - other * _quotient(one, other),
    "divui": _unsigned(lambda one, other: one // other),
    "remui": _unsigned(lambda one, other: one % other),
    "maxsi": max,
    "minsi": min,
    "andi": lambda one, other: one & other,
    "ori": lambda one, other: one | other,
    "xori": lambda one, other: one ^ other,
    "shli": lambda one, other: _signed(one << other),
    "shrui": lambda one, other: _signed(one % _WORD >> other),
    "select": lambda condition, one, other: one if condition else other,
    "same": lambda one: one,
    "eq": lambda one, other: int(one == other),
    "ne": lambda one, other: int(one != other),
    "slt": lambda one, other: int(one < other),
    "sle": lambda one, other: int(one <= other),
    "sgt": lambda one, other: int(one > other),
    "sge": lambda one, other: int(one >= other),
    "ult": _unsigned(lambda one, other: one < other),
    "ule": _unsigned(lambda one, other: one <= other),
    "ugt": _unsigned(lambda one, other: one > other),
    "uge": _unsigned(lambda one, other: one >= other),
}
"""Operations on integers, by their names in schedules."""

_ALIKE = {"subi", "eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"}
"""Operations on two steps whose result is that of their distances. No step is below 0."""

_SIGNED = {"ult": "slt", "ule": "sle", "ugt": "sgt", "uge": "sge"}


def _applied(what: str, operands: Sequence[Value]) -> Value:
    """The result of an operation. Raises Unsteady where it depends on the first step."""
    later = [isinstance(each, Later) for each in operands]
    if not any(later):
        return ARITHMETIC[what](*operands)
    if what in ("same", "select") and not (what == "select" and later[0]):
        return operands[0] if what == "same" else operands[1 if operands[0] else 2]
    distances = [each.steps if isinstance(each, Later) else each for each in operands]
    if all(later) and what in _ALIKE:
        return ARITHMETIC[_SIGNED.get(what, what)](*distances)
    moved = (what == "addi" and later.count(True) == 1) or (what == "subi" and not later[-1])
    if moved or (all(later) and what in ("maxsi", "minsi")):
        return Later(ARITHMETIC[what](*distances))
    raise Unsteady


def _rounds(low: Value, high: Value, step: Value) -> Iterable[Value]:
    """The values of the variable of a loop."""
    if isinstance(low, Later) and isinstance(high, Later) and isinstance(step, int):
        return map(Later, range(low.steps, high.steps, step))
    if isinstance(low, int) and isinstance(high, int) and isinstance(step, int):
        return range(low, high, step)
    raise Unsteady


Launched = tuple[int, tuple[Any, ...]]
"""The place of a kernel, with its numbers."""


def launches(schedule: Sequence[Any], first: Value, last: Value) -> Iterator[Launched]:
    """The launches of a run, in order.

    It goes from step ``first`` up to ``last``, which is left out.
    """
    return _followed(schedule, {0: first, 1: last})


def steady_launches(schedule: Sequence[Any], steps: int, most: int) -> list[Launched] | None:
    """The launches of so many steps, whenever they begin.

    None where these are more than ``most``, or depend on the step at which they begin.
    """
    found = []
    try:
        for each in launches(schedule, Later(0), Later(steps)):
            found.append(each)
            if len(found) > most:
                return None
    except Unsteady:
        return None
    return found


def _followed(statements: Sequence[Any], values: dict[int, Value]) -> Iterator[Launched]:
    for what, *rest in statements:
        if what == "launch":
            kernel, numbers = rest
            yield kernel, tuple([values[each] for each in numbers])
        elif what == "for":
            place, *bounds, body = rest
            for value in _rounds(*[values[each] for each in bounds]):
                values[place] = value
                yield from _followed(body, values)
        elif what == "if":
            condition, then, otherwise = rest
            yield from _followed(then if values[condition] else otherwise, values)
        elif what == "constant":
            values[rest[0]] = rest[1]
        else:
            values[rest[0]] = _applied(what, [values[each] for each in rest[1]])
