"""``exact``: coupled linear equations, by the exponential of their matrix.

The equations of a system with this method fall into blocks of variables that depend on one another,
one-way or both ways. A block is x' = M x + b with a matrix M and a drive b that stay as they are
during the step: parameters, inputs, variables of other methods, ``t``. With D = exp(M dt) - 1 and
its mean over the step P = phi1(M dt) = (M dt)^-1 D, which exists for every M, the values after it
are ::

    x + dt P (M x + b)        where something drives x, directly or through others
    x + D x                   elsewhere; exp(M dt)_ii x_i in place of x_i + D_ii x_i where D_ii
                              is below -1/2, so that fast decay loses no digits

M x + b is the rate as the user wrote it; a steady state stays as it is, to the last bit. A block of
one equation is advanced as ``exponential`` advances it.

While some variables of a block keep their values (those of a refractory neuron, a weight that is
fixed), the others go on as the block of their own equations: to them, a held value is constant.

Matrices are in double precision, also in networks of single precision. ``propagators`` computes
their exponentials.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .exponential import exponential
from .propagators import FAST, LARGEST, LinearPattern, closure, propagator
from .reads import read_by

if TYPE_CHECKING:
    from ..interpreter.methods import SystemStep


def blocks(reads: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Blocks of variables that depend on one another, in their order.

    The dependence may be one-way or both ways.
    """
    names = list(reads)
    number = {name: i for i, name in enumerate(names)}
    for name in names:
        for other in reads[name]:
            if other in number:
                one, two = sorted((number[name], number[other]))
                number = {n: one if i == two else i for n, i in number.items()}
    found: dict[int, list[str]] = {}
    for name in names:
        found.setdefault(number[name], []).append(name)
    return list(found.values())


def seen_from(reads: Mapping[str, Iterable[str]], block: Sequence[str]) -> dict[str, set[str]]:
    """The variables of a block on which each one depends.

    The dependence may be direct or through others; each depends on itself.
    """
    pattern = closure(len(block), pattern_of(reads, block))
    return {
        name: {other for j, other in enumerate(block) if i * len(block) + j in pattern}
        for i, name in enumerate(block)
    }


def pattern_of(reads: Mapping[str, Iterable[str]], block: Sequence[str]) -> list[int]:
    """The non-zero places of a block's matrix, row by row."""
    size = len(block)
    read = [set(reads[name]) for name in block]
    return [i * size + j for i in range(size) for j in range(size) if block[j] in read[i]]


def exact(system: SystemStep, ops: Sequence[Any]) -> list[Any]:
    """The values after the step, block by block."""
    by_name = {op.variable: op for op in ops}
    reads = {n: read_by([op.lhs, op.rhs]) & set(by_name) for n, op in by_name.items()}
    new: dict[str, Any] = {}
    for block in blocks(reads):
        if len(block) == 1:
            new[block[0]] = exponential(system, by_name[block[0]])
            continue
        new |= _advance(system, by_name, reads, block)
        free = [name for name in block if not system.is_held(name)]
        if free and len(free) < len(block):
            held = set(block) - set(free)
            seen = seen_from(reads, block)
            changed = [name for name in free if seen[name] & held]
            found = _advance(system, by_name, reads, free) if changed else {}
            new |= {name: found[name] for name in changed}
    return [new[op.variable] for op in ops]


def _advance(
    system: SystemStep,
    by_name: Mapping[str, Any],
    reads: Mapping[str, set[str]],
    block: Sequence[str],
) -> dict[str, Any]:
    """The values of a block after the step."""
    size, places = len(block), pattern_of(reads, block)
    steps, elements, driven, rates = [], {}, set(), []
    for i, name in enumerate(block):
        factor, decay, drive = system.linear(by_name[name], block)
        steps.append(_step(system.length, factor))
        for j, other in enumerate(block):
            slope = -decay[other] if other in decay else system.number(0.0)
            elements[i * size + j] = np.float64(slope) * steps[i]
        rates.append(system.rate(by_name[name], {})[1])
        if drive is not None:
            driven.add(name)
    pattern = LinearPattern(size, tuple(places))
    found = propagator(pattern, [elements[place] for place in places])
    seen, new = seen_from(reads, block), {}
    for i, name in enumerate(block):
        x = system.current(name)
        order = [j for j, other in enumerate(block) if other in seen[name] and j != i] + [i]
        if seen[name] & driven:
            weights = [system.number(found.mean[i][j] * steps[j]) for j in order]
            new[name] = x + _total(system, weights, [rates[j] for j in order])
            continue
        weights = [system.number(found.power[i][j]) for j in order]
        slow = found.change[i][i] > FAST
        if slow:
            weights[-1] = system.number(found.change[i][i])
        total = _total(system, weights, [system.current(block[j]) for j in order])
        new[name] = (x if slow else system.number(-0.0)) + total
    return new


def _step(dt: Any, factor: Any) -> Any:
    """dt/A in double precision, finite where A is zero."""
    step = dt / np.float64(factor)
    if abs(step) > LARGEST:
        return np.copysign(LARGEST, step)
    return step


def _total(system: SystemStep, weights: Sequence[Any], values: Sequence[Any]) -> Any:
    """The sum of products, by fused multiply-adds from the first on."""
    total = weights[0] * values[0]
    for weight, value in zip(weights[1:], values[1:], strict=True):
        total = system.fused(value, weight, total)
    return total
