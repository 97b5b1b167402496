"""Random networks, written in the equation language.

The same seed gives the same network.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from attrs import define

import ranvier as rv

UNARY = ("exp(-abs({}))", "sin({})", "tanh({})", "sqrt(abs({}))", "abs({})", "floor({})", "-({})")
BINARY = ("({} + {})", "({} - {})", "({} * {})", "min({}, {})", "max({}, {})", "({} % {})")
GUARDED = "({}) / (1.0 + ({}) ** 2)"
COMPARISONS = ("<", "<=", ">", ">=")
METHODS = ("explicit", "midpoint", "rk4")
LINEAR = ("exponential", "semiimplicit", "implicit")
DRAWS = ("Uniform(-1.0, 1.0)", "Normal(0.0, 0.5)", "Exponential(2.0)", "DiscreteUniform(0, 3)")


@define
class Writer:
    """Writes expressions over names of each type."""

    rng: random.Random
    floats: list[str]
    integers: list[str]
    truths: list[str]
    draws: bool = True

    def number(self, depth: int) -> str:
        """A float expression."""
        rng = self.rng
        kind = rng.random()
        if depth <= 0 or kind < 0.15:
            leaves = [rng.choice(self.floats), f"{rng.uniform(-2.0, 2.0):.3g}", "t / 10.0"]
            if self.draws and kind < 0.02:
                return rng.choice(DRAWS)
            return rng.choice([*leaves, *leaves[:1] * 2])
        if kind < 0.35:
            return rng.choice(UNARY).format(self.number(depth - 1))
        if kind < 0.45:
            return GUARDED.format(self.number(depth - 1), self.number(depth - 2))
        if kind < 0.55:
            return f"(if {self.truth(depth - 1)}: {self.number(depth - 1)} else: {self.number(0)})"
        if kind < 0.6:
            return f"({self.number(depth - 1)}) ** {rng.choice((2, 3, -1, 0.5))}"
        if kind < 0.65 and self.integers:
            return f"float({self.integer(depth - 1)})"
        return rng.choice(BINARY).format(self.number(depth - 1), self.number(depth - 1))

    def integer(self, depth: int) -> str:
        """An int expression; it never divides by zero."""
        rng = self.rng
        if depth <= 0 or not self.integers:
            return rng.choice([*self.integers, str(rng.randrange(-3, 9))])
        if rng.random() < 0.25:
            return f"int(clip({self.number(depth - 1)}, -1000.0, 1000.0))"
        if rng.random() < 0.2:
            return f"({self.integer(depth - 1)}) % {rng.randrange(2, 7)}"
        pattern = rng.choice(BINARY[:5])
        return pattern.format(self.integer(depth - 1), self.integer(depth - 1))

    def truth(self, depth: int) -> str:
        """A bool expression."""
        rng = self.rng
        kind = rng.random()
        if self.truths and (depth <= 0 or kind < 0.2):
            return rng.choice(self.truths)
        if kind < 0.35:
            word = rng.choice(("and", "or"))
            return f"({self.truth(depth - 1)} {word} {self.truth(depth - 1)})"
        if kind < 0.45:
            return f"not ({self.truth(depth - 1)})"
        one, other = self.number(min(depth, 1) - 1), self.number(min(depth, 1) - 1)
        return f"({one} {rng.choice(COMPARISONS)} {other})"


def random_neuron(rng: random.Random, spiking: bool) -> rv.Neuron:
    """A neuron with variables of every type.

    It has a few equations in any order.
    """
    inputs = ["g_exc", "g_inh"] if spiking else ["sum(exc)", "sum(inh)"]
    own = ["r" if not spiking else "v", "x", "y"]
    write = Writer(rng, [*own, "p", "q", "shared", *inputs], ["n"], ["flag"])
    lines = [_equation(rng, write, name) for name in own]
    lines.append(f"n = ({write.integer(2)}) % 50 : int")
    lines.append(f"flag = {write.truth(2)} : bool")
    if spiking and rng.random() < 0.7:
        lines.append(f"{rng.uniform(1.0, 9.0):.3g} * dg_exc/dt = -g_exc : {rng.choice(LINEAR)}")
    rng.shuffle(lines)
    lines.append(f"seen = {inputs[0]} - 0.5 * {inputs[1]}")
    shared = Writer(rng, ["shared", "q"], [], [], draws=False)
    lines.append(f"shared = {shared.number(2)} : population, min=-3.0, max=3.0")
    text: dict[str, Any] = {
        "parameters": "p = 0.5\nq = 1.5 : population",
        "equations": "\n".join(lines),
    }
    if not spiking:
        return rv.Neuron(**text)
    reset = Writer(rng, [*own, "p", "q"], ["n"], ["flag"], draws=False)
    return rv.Neuron(
        **text,
        spike=f"v > {rng.uniform(-0.2, 0.5):.3g}",
        reset=f"v = {reset.number(1)}\nx += {reset.number(0)}",
        refractory=rng.choice([None, 1.0, 2.5]),
    )


def _equation(rng: random.Random, write: Writer, name: str) -> str:
    kind, bounds = rng.random(), "min=-4.0, max=4.0"
    if kind < 0.35:
        return f"{name} = {write.number(3)} : {bounds}"
    others = Writer(rng, [x for x in write.floats if x != name], write.integers, write.truths)
    factor = rng.choice(("5.0", "(2.0 + p)", "(1.0 + q * q)"))
    if kind < 0.65:
        right = f"{others.number(2)} - {name} * {rng.choice(('q', '0.7', 'abs(shared)'))}"
        return f"{factor} * d{name}/dt = {right} : {bounds}, {rng.choice(LINEAR[:2])}"
    return f"{factor} * d{name}/dt + {name} = {write.number(2)} : {bounds}, {rng.choice(METHODS)}"


def random_synapse(rng: random.Random, spiking: bool) -> rv.Synapse | None:
    """A synapse that transmits, and perhaps learns."""
    if spiking:
        return rng.choice(
            [
                None,
                rv.Synapse(parameters="u = 0.3", pre_spike="g_target += w * u * (1.0 + post.x)"),
                rv.STDP(tau_plus=6.0, tau_minus=4.0, A_plus=0.1, A_minus=0.12),
                rv.STP(tau_rec=20.0, tau_facil=5.0, U=0.3),
            ]
        )
    operation = rng.choice(("sum", "sum", "mean", "min", "max"))
    write = Writer(rng, ["w", "pre.r", "post.x", "pre.y"], [], [], draws=False)
    text: dict[str, Any] = {"psp": f"w * pre.r + 0.1 * {write.number(2)}", "operation": operation}
    if rng.random() < 0.5:
        write.draws = False
        text["equations"] = f"10.0 * dw/dt = {write.number(2)} - w : min=-2.0, max=2.0"
    return rv.Synapse(**text)


def random_network(seed: int) -> rv.Network:
    """Two or three populations, projections between them, and monitors."""
    rng = random.Random(seed)
    net = rv.Network(dt=rng.choice((0.1, 0.5, 1.0)), seed=seed)
    spiking = rng.random() < 0.6
    pops = []
    for i in range(rng.randrange(2, 4)):
        pop = net.create(rng.randrange(1, 24), random_neuron(rng, spiking), name=f"p{i}")
        pop.p = np.linspace(-1.0, 1.5, pop.size)
        pop.x = np.linspace(0.5, -0.5, pop.size)
        pops.append(pop)
    for _ in range(rng.randrange(1, 5)):
        pre, post = rng.choice(pops), rng.choice(pops)
        projection = net.connect(
            pre, post, rng.choice(("exc", "inh")), random_synapse(rng, spiking)
        )
        options: dict[str, Any] = {
            "weights": rv.Uniform(-0.5, 1.0),
            "delays": rng.choice((0.0, 0.0, 2.5)),
        }
        if rng.random() < 0.3:
            options["delays"] = rv.Uniform(0.0, 3.0)
        if rng.random() < 0.4:
            projection.all_to_all(**options)
        else:
            projection.fixed_probability(rng.choice((0.1, 0.5)), **options)
    net.monitor(pops[0], ["x", "n", "flag"])
    net.monitor(pops[-1][: max(1, pops[-1].size // 2)], ["x", *(["spike"] if spiking else ["r"])])
    return net
