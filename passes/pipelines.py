"""The pipelines: what happens between the user's network and machine code, on one page."""

from __future__ import annotations

from collections.abc import Sequence

from .core import Pass, find_pass


def equations() -> list[Pass]:
    """From what the network is to update arithmetic: no derivatives are left."""
    return [
        _pass("canonicalize"),  # fold constants, algebra that keeps every bit
        _pass("cse"),  # equal computations once
        _pass("dce"),  # remove what nobody uses
        _pass("discretize"),  # derivative -> update, per numerical method
        _pass("canonicalize"),
        _pass("cse"),
        _pass("dce"),
    ]


def sparsity() -> list[Pass]:
    """How synapses are stored, from what is known of the connectivity."""
    return [
        _pass("choose-storage"),  # how the synapses of each projection lie in memory
    ]


def kernels() -> list[Pass]:
    """From equations to loops over neurons and synapses, every thread its share."""
    return [
        _pass("lower-to-kernels"),  # one loop per concern of a population, one per projection
        _pass("canonicalize"),
        _pass("cse"),
        _pass("fuse-loops"),  # all concerns of a population in one loop
        _pass("forward-stores"),  # values pass from concern to concern in registers
        _pass("canonicalize"),
        _pass("cse"),
        _pass("dce"),
        _pass("licm"),  # what is the same for all neurons moves in front of the loop
    ]


def cpu() -> list[Pass]:
    """From loops to vectors, and no operations of our own are left."""
    return [
        _pass("vectorize"),  # several neurons at once
        _pass("expand-rng"),  # random draws -> Philox arithmetic
        _pass("lower-syn"),  # spike lists -> stores behind a rarely taken branch
        _pass("canonicalize"),
        _pass("cse"),
        _pass("licm"),
        _pass("dce"),
    ]


STAGES = {"equations": equations, "sparsity": sparsity, "kernels": kernels, "cpu": cpu}


def named(names: Sequence[str]) -> list[Pass]:
    """A pipeline from pass names and stage names, in order."""
    out: list[Pass] = []
    for name in names:
        out += STAGES[name]() if name in STAGES else [_pass(name)]
    return out


def _pass(name: str) -> Pass:
    return find_pass(name)()
