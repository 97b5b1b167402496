"""Random modules of the levels ``net`` and ``eq``.

Populations and projections with equations.
"""

from __future__ import annotations

import random

from ranvier.ir.attributes import TypeAttr, attribute
from ranvier.ir.builder import Builder
from ranvier.ir.core import Block, Op, Region, Value
from ranvier.ir.dialects import arith, eq, net
from ranvier.ir.dialects import math as elementary
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.types import f64

NAMES = ("v", "u", "tau", "g_exc", "E_l", "r", "w")
BINARY = (arith.AddF, arith.SubF, arith.MulF, arith.DivF, arith.MaximumF)


def random_network(seed: int, *, derivatives: bool = True) -> Module:
    """A module of some spiking populations, a projection and a monitor.

    With ``derivatives`` there are differential equations, as before ``discretize``.
    """
    rng = random.Random(seed)
    module = Module()
    names = [f"pop{i}" for i in range(rng.randrange(1, 4))]
    for name in names:
        module.body.block.append(_population(rng, name, derivatives))
    module.body.block.append(_projection(rng, rng.choice(names), rng.choice(names)))
    records = {"variable": ["v"], "sum": ["exc"], "spikes": ["spike"]}
    monitor = net.Monitor(sym_name="mon0", source=names[0], records=records)
    module.body.block.append(monitor)
    return module


def _declarations(*roles: tuple[str, str, str]) -> Region:
    block = Block()
    for name, role, locality in roles:
        variable = eq.Variable(sym_name=name, type=TypeAttr(f64), role=role, locality=locality)
        block.append(variable)
    block.append(eq.Yield())
    return Region(block)


def _regions(cls: type[Op], **given: Region) -> dict[str, Region]:
    """All regions of an operation; those not given do nothing."""
    out = {}
    for name in cls.defn.regions:
        block = Block()
        block.append(eq.Yield())
        out[name] = given.get(name) or Region(block)
    return out


def _population(rng: random.Random, name: str, derivatives: bool) -> Op:
    roles = [("v", "variable", "local"), ("g_exc", "variable", "local")]
    roles += [(n, "parameter", "global") for n in NAMES[4:]]
    roles += [("tau", "parameter", rng.choice(("local", "global")))]
    names = [n for n, *_ in roles]
    equations, spike, reset = Block(), Block(), Block()
    b = Builder(equations)
    if derivatives:
        b(system := eq.System())
        with b.inside(system.body.block):
            unknown = b(eq.Ddt(variable="v", result_type=f64))
            left = b(arith.MulF(b(eq.read("tau", f64)), unknown))
            b(eq.Equation(left, _expression(rng, b, names), variable="v", method="explicit"))
    for target in rng.sample(("v", "g_exc"), 2):
        b(eq.write(target, _expression(rng, b, names)))
    b(eq.Yield())
    b = Builder(spike)
    b(eq.Yield(b(arith.cmpf("ogt", b(eq.read("v", f64)), _expression(rng, b, names)))))
    b = Builder(reset)
    b(eq.write("v", _expression(rng, b, names)))
    b(eq.Yield())
    return net.Population(
        sym_name=name,
        size=rng.randrange(1, 1000),
        kind="spike",
        **_regions(
            net.Population,
            declarations=_declarations(*roles),
            equations=Region(equations),
            spike=Region(spike),
            reset=Region(reset),
        ),
    )


def _projection(rng: random.Random, pre: str, post: str) -> Op:
    block = Block()
    b = Builder(block)
    b(eq.Accumulate(_expression(rng, b, ["w"]), variable="g_exc"))
    b(eq.Yield())
    return net.Projection(
        sym_name="proj0",
        pre=pre,
        post=post,
        targets=attribute(["exc"]),
        kind="spike",
        pattern="sparse",
        **_regions(
            net.Projection,
            declarations=_declarations(("w", "parameter", "local")),
            transmit=Region(block),
        ),
    )


def _expression(rng: random.Random, b: Builder, names: list[str]) -> Value:
    """A random expression over variables and numbers."""
    values: list[Value] = [b(eq.read(n, f64), n) for n in rng.sample(names, min(2, len(names)))]
    values.append(b(arith.constant(rng.uniform(-10.0, 10.0), f64)))
    for _ in range(rng.randrange(6)):
        if rng.random() < 0.2:
            function = rng.choice(("exp", "tanh", "absf"))
            values.append(b(elementary.OPERATIONS[function](rng.choice(values))))
        else:
            values.append(b(rng.choice(BINARY)(rng.choice(values), rng.choice(values))))
    return values[-1]
