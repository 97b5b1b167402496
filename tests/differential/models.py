"""Small networks that between them use the whole language.

They use every part of it that runs today.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import ranvier as rv

Build = Callable[[], rv.Network]
NETWORKS: dict[str, Build] = {}
"""Every network by the name of the function that builds it."""


def network(build: Build) -> Build:
    """Enter a function into the table."""
    NETWORKS[build.__name__] = build
    return build


def random_weights(
    pre: int, post: int, seed: int, density: float = 0.4
) -> list[list[float | None]]:
    """A matrix (post, pre) of weights, None for no synapse."""
    rng = np.random.default_rng(seed)
    there, weights = rng.random((post, pre)) < density, rng.uniform(-0.5, 1.0, (post, pre))
    return [
        [float(w) if t else None for w, t in zip(*row, strict=True)]
        for row in zip(weights, there, strict=True)
    ]


def sparse(projection: rv.Projection, seed: int = 5, density: float = 0.4) -> rv.Projection:
    """Connect at random."""
    pre, post = projection.pre_population.size, projection.post_population.size
    return projection.from_matrix(random_weights(pre, post, seed, density))


def driven(dt: float = 0.5) -> tuple[rv.Network, rv.Population]:
    """A network with a population that spikes in known patterns.

    Each neuron has its own.
    """
    net = rv.Network(dt=dt, seed=77)
    neuron = rv.Neuron(
        parameters="every = 3.0", equations="c = c + 1.0", spike="c > every", reset="c = 0.0"
    )
    source = net.create(19, neuron, name="source")
    source.every = np.arange(19) % 5
    return net, source


@network
def coba() -> rv.Network:
    """Seed network: spiking, conductances, refractory."""
    from seeds.networks import coba_neuron

    net = rv.Network(dt=0.1, seed=3)
    cells = net.create(40, coba_neuron(), name="cells")
    cells.v = rv.Uniform(-60.0, -48.0)
    for view, target, weight in ((cells[:32], "exc", 0.6), (cells[32:], "inh", 6.7)):
        net.connect(view, cells, target).fixed_probability(probability=0.3, weights=weight)
    net.monitor(cells, ["v", "g_exc", "spike"])
    return net


@network
def rate_coded() -> rv.Network:
    """Seed network: all-to-all sums of rates."""
    from seeds.networks import rate_coded as build

    rng = np.random.default_rng(4)
    net, _, post = build(rng.uniform(-0.2, 1.0, (21, 18)), rng.random(18), rng.random(18))
    net.monitor(post, ["r", "sum(exc)"])
    return net


@network
def hybrid() -> rv.Network:
    """Seed network: rates drive Poisson spikes, spikes are decoded to rates."""
    net = rv.Network(dt=1.0, seed=12)
    rates = net.create(10, rv.Neuron(equations="r = 300.0 * (1.0 + sin(t / 20.0))"), name="rates")
    poisson = rv.PoissonPopulation(10, target="exc", name="poisson", network=net)
    out = net.create(7, rv.Neuron(equations="r = sum(exc)"), name="out")
    net.connect(rates, poisson, "exc").one_to_one(1.0)
    decode = rv.DecodingProjection(poisson, out, "exc", window=6.0, network=net)
    decode.all_to_all(weights=0.37)
    net.monitor(poisson, "spike")
    net.monitor(out, "r")
    return net


@network
def refractory_by_name() -> rv.Network:
    """A refractory period per neuron; only flagged variables are frozen."""
    net = rv.Network(dt=0.3, seed=1)
    neuron = rv.Neuron(
        parameters="drive = 1.5",
        equations="""
            2.0 * dv/dt = drive - v : unless_refractory
            n = n + 1 : int
            ref = ref + 0.0 : init=1.0
        """,
        spike="v > 0.7",
        reset="v = 0.0; ref += 0.2",
        refractory="ref",
    )
    cells = net.create(17, neuron, name="cells")
    cells.ref = np.linspace(0.0, 2.0, 17)
    net.monitor(cells[[3, 1, 16]], ["v", "n", "spike"])
    return net


@network
def conductances() -> rv.Network:
    """Two conductances: one decays, one lasts a step.

    The second holds a step's input only although the reset writes it too.
    """
    net, source = driven()
    neuron = rv.Neuron(
        parameters="tau = 4.0 : population",
        equations="""
            tau * dg_slow/dt = -g_slow
            dv/dt = g_slow + g_fast - 0.1 * v
        """,
        spike="v > 2.0",
        reset="v = -1.0; g_fast = 0.25",
        refractory=1.0,
    )
    cells = net.create(13, neuron, name="cells")
    sparse(net.connect(source, cells, "slow"), 8)
    sparse(net.connect(source, cells, "fast"), 9)
    net.monitor(cells, ["v", "g_slow", "g_fast", "spike"])
    return net


@network
def shared_variables() -> rv.Network:
    """Population-wide variables, also an ODE, run before those of the neurons."""
    net = rv.Network(dt=0.5, seed=9)
    neuron = rv.Neuron(
        parameters="tau = 3.0 : population\ngain = 0.5",
        equations="""
            phase = phase + 0.2 : population
            tau * dslow/dt = cos(phase) - slow : population, exponential
            count = count + 2 : population, int
            dr/dt = gain * slow - r + 0.01 * count
        """,
    )
    cells = net.create(20, neuron, name="cells")
    cells.gain = np.linspace(-1.0, 1.0, 20)
    net.monitor(cells, ["r", "slow", "phase", "count"])
    return net


@network
def clamps_and_choices() -> rv.Network:
    """min and max, conditions, ints, bools, whole-number powers."""
    net = rv.Network(dt=1.0, seed=2)
    neuron = rv.Neuron(
        parameters="a = 1.0",
        equations="""
            k = if k >= 7: 0 else: k + 1 : int
            even = k % 2 == 0 and not (a < 0.0) : bool
            x = (if even: x + a else: x - 2.0 * a) ** 3 / 10.0 : min=-3.5, max=a
            dy/dt = x - y : min=0.0, max=0.5
            r = y ** -2 + max(x, y) - min(abs(x), 0.3) + clip(y, 0.1, 0.4) : max=100.0
        """,
    )
    cells = net.create(11, neuron, name="cells")
    cells.a = np.linspace(-2.0, 2.0, 11)
    net.monitor(cells, ["r", "k", "even"])
    return net


@network
def random_draws() -> rv.Network:
    """Every distribution; twice the same text gives two numbers."""
    net = rv.Network(dt=0.5, seed=(5 << 40) + 17)
    neuron = rv.Neuron(
        parameters="s = 2.0",
        equations="""
            u = Uniform(-1.0, s) - Uniform(-1.0, s)
            tau_n = 5.0 + Normal(0.0, s) : min=1.0
            tau_n * dx/dt = Normal(0.0, 1.0) - x
            e = Exponential(s) + LogNormal(0.1, 0.2)
            d = DiscreteUniform(1, 6)
            g = Gamma(s, 0.5) + Gamma(0.3) * Binomial(20, 1.0 / s**2 / 4.1)
            b = Binomial(n=1000, p=s/10.0) + Normal(0, s, max=0.5)
            shared = Uniform(0.0, 1.0) : population
            r = u + x + e + d * shared + g + b
        """,
    )
    cells = net.create(18, neuron, name="cells")
    cells.s = np.linspace(0.5, 3.0, 18)
    net.monitor(cells, "r")
    return net


@network
def methods() -> rv.Network:
    """Every numerical method, equations in several forms."""
    net = rv.Network(dt=0.2, seed=2)
    neuron = rv.Neuron(
        parameters="tau = 3.0\nE = 0.7 : population",
        equations="""
            tau * de/dt + e = E + 0.1 * m
            (E - x) / tau = dx/dt : exponential
            dc/dt = 0.3 : exponential
            tau * di/dt = E - 2.0 * i + e : implicit
            ds/dt = (E - s) / tau + i : semiimplicit
            dm/dt = n - m * m : midpoint
            dn/dt = -0.5 * m : midpoint
            dp/dt = q : rk4
            tau * dq/dt = -p - 0.1 * q * q : rk4
            r = e + x + c + i + s + m + p
        """,
    )
    cells = net.create(10, neuron, name="cells")
    cells.tau = np.linspace(1.0, 9.0, 10)
    cells.m = 0.5
    cells.n = 0.3
    cells.p = np.linspace(-1.0, 1.0, 10)
    net.monitor(cells, ["r", "q"])
    return net


@network
def leading_factor_varies() -> rv.Network:
    """The factor before the derivative depends on the variable itself."""
    net = rv.Network(dt=0.1, seed=2)
    neuron = rv.Neuron(
        parameters="a = 1.0",
        equations="""
            (1.0 + a * x * x) * dx/dt = 1.0 - x : midpoint
            (2.0 + y) * dy/dt = x - y : rk4
            r = x + y
        """,
    )
    cells = net.create(9, neuron, name="cells")
    cells.a = np.linspace(0.0, 4.0, 9)
    net.monitor(cells, "r")
    return net


@network
def coupled_across_lines() -> rv.Network:
    """Coupled equations in neurons and synapses, with assignments between them."""
    net = rv.Network(dt=0.2, seed=4)
    text = """
        {factor}dv/dt = q - v : {first}
        q = 2.0 * u + p + Uniform(-0.1, 0.1) : min=-1.0
        seen = v - u
        summed += 0.1 * q
        {factor}du/dt = -u - v + 0.1 * summed : init=0.5, {second}
        p = clip(u * v, -0.5, 0.5)
        {factor}dx/dt = u - p * x : {first}
    """
    pairs = (
        ("rk4", "rk4"),
        ("rk4", "midpoint"),
        ("explicit", "exponential"),
        ("midpoint", "implicit"),
    )
    for first, second in pairs:
        equations = text.format(factor="3.0 * ", first=first, second=second)
        neuron = rv.Neuron(equations=equations + "r = sum(exc) + x + seen")
        cells = net.create(9, neuron, name=f"{first}_{second}")
        cells.u = np.linspace(0.0, 1.0, 9)
        net.monitor(cells, ["r", "q", "summed"])
        synapse = rv.Synapse(
            equations=text.format(factor="(2.0 + abs(w)) * ", first=first, second=second)
            + "w += 0.01 * (x + pre.r - w)"
        )
        sparse(net.connect(cells, cells, "exc", synapse))
    return net


@network
def alpha_synapses() -> rv.Network:
    """Conductances with chains of variables, and refractory periods.

    What conductances drive goes on in these, the membrane does not.
    """
    net, source = driven()
    neuron = rv.Neuron(
        parameters="tau = 4.0",
        equations="""
            tau * dg_exc/dt = -g_exc : exponential
            gain = exp((tau - dt/2.0)/tau)
            tau * dalpha/dt = gain * g_exc - alpha : exponential
            10.0 * dv/dt = 9.0 * alpha - v
            seen = v + alpha
        """,
        spike="v > 1.0",
        reset="v = 0.0",
        refractory=3.0,
    )
    cells = net.create(11, neuron, name="cells")
    sparse(net.connect(source, cells, "exc"))
    net.monitor(cells, ["alpha", "seen", "spike"])
    return net


@network
def operations_of_sums() -> rv.Network:
    """sum, mean, min and max; several projections and targets; empty dendrites."""
    net = rv.Network(dt=1.0, seed=6)
    source = net.create(
        12, rv.Neuron(equations="r = sin(0.3 * t + p)", parameters="p = 0.0"), name="source"
    )
    source.p = np.linspace(0.0, 6.0, 12)
    post = net.create(
        15, rv.Neuron(equations="r = sum(a) - 2.0 * sum(b) + 0.1 * sum()"), name="post"
    )
    for operation, target, seed in (
        ("sum", "a", 1),
        ("mean", "a", 2),
        ("max", "b", 3),
        ("min", "b", 4),
    ):
        synapse = rv.Synapse(psp="w * pre.r + 0.1 * post.r", operation=operation)
        sparse(net.connect(source, post, target, synapse), seed, 0.2)
    net.monitor(post, ["r", "sum(a)", "sum(b)"])
    return net


@network
def views_and_self() -> rv.Network:
    """Projections between views and recurrent ones, of one weight or many."""
    net = rv.Network(dt=1.0, seed=6)
    neuron = rv.Neuron(
        parameters="b = 0.1", equations="5.0 * dr/dt + r = b + sum(exc) - sum(inh) : max=2.0"
    )
    cells = net.create((4, 6), neuron, name="cells")
    cells.b = rv.Uniform(0.0, 1.0)
    net.connect(cells[0, :], cells[1:3, :], "exc").all_to_all(weights=0.1)
    net.connect(cells, cells, "inh").all_to_all(
        weights=rv.Uniform(0.0, 0.1), allow_self_connections=False
    )
    net.connect(cells[2, :], cells[3, :], "exc").one_to_one(weights=0.5)
    net.monitor(cells[1, 2:5], "r")
    return net


@network
def synapses_with_state() -> rv.Network:
    """Short-term depression: statements of a synapse when a spike arrives."""
    net, source = driven()
    synapse = rv.Synapse(
        parameters="u = 0.4",
        pre_spike="g_target += u * w * (1.0 + post.v); w = w + 0.01 : max=1.2",
    )
    neuron = rv.Neuron(
        equations="dv/dt = g_exc - 0.2 * v", spike="v > 1.5", reset="v = 0.0", refractory=1.0
    )
    cells = net.create(13, neuron, name="cells")
    sparse(net.connect(source, cells, "exc", synapse), 8)
    net.monitor(cells, ["v", "spike"])
    return net


@network
def several_spiking_populations() -> rv.Network:
    """Several projections per target between spiking populations of different sizes."""
    net, source = driven(0.25)
    neuron = rv.Neuron(
        equations="4.0 * dv/dt = g_exc - g_inh - v : exponential", spike="v > 0.2", reset="v = 0.0"
    )
    one, other = (net.create(n, neuron, name=name) for n, name in ((33, "one"), (5, "other")))
    sparse(net.connect(source, one, "exc"), 1)
    sparse(net.connect(one, other, "exc"), 3)
    sparse(net.connect(other, one, "inh"), 4)
    net.monitor(one, ["v", "spike"])
    net.monitor(other, ["spike", "v"])
    return net


@network
def counted_spikes() -> rv.Network:
    """Dense connectivity of one weight. It also connects parts of populations, and has a delay."""
    net, source = driven()
    cell = rv.Neuron(
        parameters="tau = 8.0",
        equations="tau*dv/dt = 4.0 - v + 3.0*g_exc - g_inh\ntau*dg_exc/dt = -g_exc",
        spike="v > 5.0",
        reset="v = 0.0",
    )
    cells = net.create(150, cell, name="cells")
    cells.v = rv.Uniform(0.0, 5.0)
    net.connect(source, cells, "exc").fixed_probability(0.5, weights=0.3)
    net.connect(cells[20:100], cells[70:149], "exc").fixed_probability(0.3, weights=0.1, delays=2.0)
    net.connect(cells, cells, "inh").all_to_all(0.07)
    twice = rv.Synapse(parameters="k = 0.5 : projection", pre_spike="g_target += k*w\nv += w")
    net.connect(source[3:], cells[:40], "exc", twice).all_to_all(0.2)
    net.monitor(cells, ["v", "spike"])
    return net


@network
def whole_rows() -> rv.Network:
    """Spikes reach every neuron of a range but themselves.

    Each synapse has a weight of its own.
    """
    net, source = driven()
    cell = rv.Neuron(equations="dv/dt = -v/9.0 + g_exc - g_inh", spike="v > 2.0", reset="v = 0.0")
    cells = net.create(45, cell, name="cells")
    net.connect(source, cells, "exc").all_to_all(rv.Uniform(0.0, 1.0))
    net.connect(cells, cells, "inh").all_to_all(rv.Uniform(0.0, 0.5), delays=1.5)
    net.connect(cells[5:33], cells[17:39], "inh").all_to_all(rv.Uniform(0.0, 0.5))
    fading = rv.Synapse(parameters="f = 0.9", pre_spike="g_target += w*pre.every\nw = f*w")
    net.connect(source[4:], cells[7:], "exc", fading).all_to_all(rv.Uniform(0.0, 0.1))
    net.monitor(cells, ["v", "spike"])
    return net


@network
def delayed_spikes() -> rv.Network:
    """Delays that differ between synapses, and one delay for all."""
    net, source = driven(0.25)
    neuron = rv.Neuron(equations="4.0 * dv/dt = g_exc - v", spike="v > 0.3", reset="v = 0.0")
    cells = net.create(21, neuron, name="cells")
    one, other = net.connect(source, cells, "exc"), net.connect(cells, cells, "exc")
    one.fixed_probability(0.3, weights=rv.Uniform(0.0, 1.0), delays=rv.Uniform(0.25, 2.0))
    other.all_to_all(weights=0.02, delays=1.25)
    net.monitor(cells, ["v", "spike"])
    return net


@network
def delayed_rates() -> rv.Network:
    """Transmission reads values of earlier steps, learning those one step newer."""
    net = rv.Network(dt=1.0, seed=6)
    wave = rv.Neuron(parameters="p = 0.0", equations="r = sin(0.3 * t + p)")
    source = net.create(12, wave, name="source")
    source.p = np.linspace(0.0, 6.0, 12)
    source.r = np.linspace(-1.0, 1.0, 12)
    cells = net.create(9, rv.Neuron(equations="3.0 * dr/dt + r = sum(exc)"), name="cells")
    hebb = rv.Hebb(eta=0.02)
    one, other = (net.connect(source, cells, "exc", hebb) for _ in range(2))
    one.all_to_all(weights=0.1, delays=3.0)
    other.fixed_probability(0.4, weights=rv.Uniform(0.0, 0.5), delays=rv.DiscreteUniform(1, 4))
    net.monitor(cells, "r")
    return net


@network
def learning_rates() -> rv.Network:
    """Equations of synapses, of dendrites and of what all synapses share."""
    net = rv.Network(dt=0.5, seed=8)
    wave = rv.Neuron(parameters="p = 0.0", equations="r = 1.0 + sin(0.2 * t + p)")
    source = net.create(11, wave, name="source")
    source.p = np.linspace(0.0, 3.0, 11)
    cells = net.create(
        18, rv.Neuron(equations="3.0 * dr/dt + r = sum(exc) : max=4.0"), name="cells"
    )
    synapse = rv.Synapse(
        parameters="eta = 0.01 : projection",
        equations="""
            20.0 * dshared/dt = 1.0 - shared : projection
            10.0 * dtheta/dt + theta = post.r ^ 2 + shared : postsynaptic, exponential
            dw/dt = eta * post.r * (post.r - theta) * pre.r : min=0.0, max=1.0
            seen = seen + pre.r * w
        """,
        psp="w * pre.r * (1.0 + 0.1 * shared)",
    )
    net.connect(source, cells, "exc", synapse).all_to_all(weights=rv.Uniform(0.0, 0.3))
    sparse(net.connect(source, cells, "exc", synapse), 8)
    net.monitor(cells, "r")
    return net


@network
def spike_timing() -> rv.Network:
    """Event-driven traces on both sides, and plastic short-term transmission, with delays."""
    net, source = driven()
    neuron = rv.Neuron(equations="5.0 * dv/dt = g_exc - v", spike="v > 0.4", reset="v = 0.0")
    cells = net.create(14, neuron, name="cells")
    stdp = rv.STDP(tau_plus=6.0, tau_minus=4.0, A_plus=0.1, A_minus=0.12)
    stp = rv.STP(tau_rec=20.0, tau_facil=5.0, U=0.3)
    net.connect(source, cells, "exc", stdp).fixed_probability(0.4, weights=0.4, delays=1.0)
    net.connect(source, cells, "exc", stp).fixed_probability(0.3, weights=rv.Uniform(0.0, 2.0))
    net.monitor(cells, ["v", "spike"])
    return net
