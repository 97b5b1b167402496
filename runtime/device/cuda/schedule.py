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

Integers have 64 bits and a sign; truth values are 0 and 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

_WORD, _HALF = 1 << 64, 1 << 63


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


def launches(
    schedule: Sequence[Any], first: int, last: int
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The launches of a run, in order.

    It goes from step ``first`` up to ``last``, which is left out. Each launch is the place of a
    kernel, with its numbers.
    """
    return _followed(schedule, {0: first, 1: last})


def _followed(
    statements: Sequence[Any], values: dict[int, int]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    for what, *rest in statements:
        if what == "launch":
            kernel, numbers = rest
            yield kernel, tuple([values[each] for each in numbers])
        elif what == "for":
            place, low, high, step, body = rest
            for value in range(values[low], values[high], values[step]):
                values[place] = value
                yield from _followed(body, values)
        elif what == "if":
            condition, then, otherwise = rest
            yield from _followed(then if values[condition] else otherwise, values)
        elif what == "constant":
            values[rest[0]] = rest[1]
        else:
            values[rest[0]] = ARITHMETIC[what](*[values[each] for each in rest[1]])
