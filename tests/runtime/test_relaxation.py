"""Steps towards a steady state against mpmath.

For every size of decay, and over long times.

One step of ``A dx/dt = C - B x`` with s = dt B/A. In units of u (half an ulp of 1) the errors are
those of the operations: exp 2, expm1 4, every other one 1. That s itself is rounded (twice, between
events three times) changes exp(-s) by 2|s| or 3|s| and expm1(-s) by 2 or 3, and more where x grows.
What is added to x is as exact as C - B x and the length; the sum is rounded once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

import ranvier as rv

DTYPES = ["float64", "float32"]
SIZES = [0.0, 5e-324, 1e-310, 1e-300, 1e-200, 1e-100, 1e-40, 1e-30, 1e-20, 1e-17, 1e-16, 1e-12,
         1e-9, 1e-8, 3e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.9, 1.0, 1.1, 2.0,
         5.0, 10.0, 30.0, 36.0, 37.0, 80.0, 100.0, 300.0, 700.0, 1000.0]  # fmt: skip
GROWTH = [-1e-300, -1e-20, -1e-9, -1e-3, -0.3, -1.0, -10.0, -80.0]
DT = 0.125
"""A number of both formats."""


def exact(method: str, x: Any, c: Any, b: Any, a: Any, dt: Any) -> Any:
    """The step of the method, exactly.

    Its limit if B is zero.
    """
    x, c, b, a, dt = (mpf(float(v)) for v in (x, c, b, a, dt))
    if method in ("implicit", "semiimplicit"):
        return (a * x + dt * c) / (a + dt * b)
    s = dt * b / a
    return x * mp.exp(-s) + c * (dt / a if b == 0 else -mp.expm1(-s) / b)


def allowed(method: str, x: Any, new: Any, s: float, *, driven: bool, roundings: int = 2) -> Any:
    """The largest error, times its size.

    It is in units of u, the size is that of what has it; see the module.
    """
    if method == "implicit":
        return 6 * abs(new)
    if method == "semiimplicit":
        return 4 * abs(new - x) + abs(new) if driven else 5 * abs(new)
    if not driven:
        return (3 + roundings * abs(s)) * abs(new)
    return (6 + roundings * max(1.0, -s)) * abs(new - x) + abs(new)


def check(method: str, rows: Any, dt: float, **options: Any) -> None:
    """Check rows of x, C, B, A and the new x.

    What is below the normal numbers is zero.
    """
    for x, c, b, a, found in rows:
        info = np.finfo(found.dtype)
        mp.dps = 60
        new = exact(method, x, c, b, a, dt)
        bound = allowed(method, mpf(float(x)), new, float(mpf(dt) * float(b) / float(a)), **options)
        u = mpf(float(info.eps)) / 2
        where = f"x={x!r} C={c!r} B={b!r} A={a!r}: {found!r} is not {mp.nstr(new, 20)}"
        assert abs(mpf(float(found)) - new) <= bound * u * (1 + 100 * u) + info.tiny, where


def stepped(equation: str, dtype: str, opt: int, **values: Any) -> Any:
    """The x of neurons after a step. They are scalars with opt=0, vectors with opt=1."""
    net = rv.Network(dt=DT, dtype=dtype)
    parameters, equations = "A = 1.0; B = 1.0; C = 1.0", f"{equation}\nr = x"
    neuron = rv.Neuron(parameters=parameters, equations=equations)
    cells = net.create(len(values["x"]), neuron)
    for name, value in values.items():
        setattr(cells, name, value)
    net.compile(opt=opt)
    net.simulate(DT)
    return cells.x


def grid(dtype: str, decays: Any) -> dict[str, Any]:
    """Starting values, drives, decays and time constants in all combinations."""
    kind = np.dtype(dtype).type
    starts, drives = [0.0, 1.0, 1e-3, -7.25], [3.0, 1e-6, -2.0]
    lengths = [1.0, 1e6] if dtype == "float32" else [1.0, 1e12]
    x, c, s, a = (v.ravel() for v in np.meshgrid(starts, drives, decays, lengths))
    with np.errstate(under="ignore"):
        return {"x": kind(x), "C": kind(c), "B": kind(s * a / DT), "A": kind(a)}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("method", ["exponential", "semiimplicit", "implicit"])
def test_step_with_a_drive(method: str, dtype: str) -> None:
    """Any decay, also zero; scalars and vectors have the same bits."""
    growth = GROWTH if method == "exponential" else []
    values = grid(dtype, [*SIZES, *growth])
    equation = f"A * dx/dt = C - B * x : {method}"
    found = stepped(equation, dtype, 1, **values)
    assert np.array_equal(found, stepped(equation, dtype, 0, **values))
    assert np.all(np.isfinite(found))
    if method == "implicit":  # terms of different signs may cancel there
        keep = (values["x"] >= 0) & (values["C"] > 0)
        values, found = {n: v[keep] for n, v in values.items()}, found[keep]
    rows = zip(values["x"], values["C"], values["B"], values["A"], found, strict=True)
    tiny = np.finfo(dtype).tiny
    flushed = ((x, c, b if abs(b) >= tiny else 0.0, a, new) for x, c, b, a, new in rows)
    check(method, flushed, DT, driven=True)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("method", ["exponential", "semiimplicit", "implicit"])
def test_step_without_a_drive(method: str, dtype: str) -> None:
    """The rest of x has all its digits, however little."""
    growth = GROWTH if method == "exponential" else []
    sizes = [s for s in [*SIZES, *growth] if dtype == "float64" or abs(s) > 1e-36]
    a = DT / np.array([s for s in sizes if abs(s) > 1e-306], dtype)
    x = np.linspace(0.7, 3.3, len(a)).astype(dtype)
    equation = f"A * dx/dt = -x : {method}"
    found = stepped(equation, dtype, 1, x=x, A=a)
    assert np.array_equal(found, stepped(equation, dtype, 0, x=x, A=a))
    one, none = np.ones_like(x), np.zeros_like(x)
    check(method, zip(x, none, one, a, found, strict=True), DT, driven=False)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("method", ["exponential", "semiimplicit", "implicit"])
def test_step_of_what_neurons_share(method: str, dtype: str) -> None:
    """Scalars: one value for the whole population, with a constant decay."""
    kind = np.dtype(dtype).type
    sizes = [s for s in SIZES if s > 1e-36]
    equations = "\n".join(
        f"a{i} * dx{i}/dt = 3.0 - x{i} : population, init=1.0, {method}" for i in range(len(sizes))
    )
    lengths = [float(kind(DT / s)) for s in sizes]
    parameters = "\n".join(f"a{i} = {a!r} : population" for i, a in enumerate(lengths))
    net = rv.Network(dt=DT, dtype=dtype)
    cells = net.create(2, rv.Neuron(parameters=parameters, equations=f"{equations}\nr = x0"))
    net.compile()
    net.simulate(DT)
    rows = [
        (kind(1), kind(3), kind(1), kind(a), kind(getattr(cells, f"x{i}")))
        for i, a in enumerate(lengths)
    ]
    check(method, rows, DT, driven=True)


EVERY = 8
"""Steps from one spike to the next."""


def synapses(net: Any, count: int, equation: str) -> tuple[Any, Any]:
    """Synapses one by one.

    Their pre neurons all spike every ``EVERY`` steps.
    """
    pulse = rv.Neuron(
        parameters=f"every = {EVERY}.0 : population",
        equations="n = n + 1.0; v = g_exc",
        spike="n > every - 0.5",
        reset="n = 0.0",
    )
    pre, post = net.create(count, pulse), net.create(count, pulse)
    rule = rv.Synapse(
        parameters="A = 1.0; B = 1.0; C = 1.0",
        equations=equation,
        pre_spike="g_target += x\nx += 0.0",
    )
    projection = net.connect(pre, post, "exc", rule)
    projection.one_to_one(weights=1.0)
    return projection, pre


def between_events(equation: str, dtype: str, opt: int, **values: Any) -> Any:
    """The x of each synapse, ``EVERY`` steps after an event."""
    net = rv.Network(dt=DT, dtype=dtype)
    projection, _ = synapses(net, len(values["x"]), equation)
    for name in values:
        if name != "x":
            setattr(projection, name, values[name].tolist())
    net.compile(opt=opt)
    net.simulate(DT * (EVERY + 2))
    projection.x = values["x"].tolist()
    net.simulate(DT * EVERY)
    return np.array([row[0] for row in projection.x], dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("opt", [0, 1])
def test_step_between_events(opt: int, dtype: str) -> None:
    values = grid(dtype, [*(s / EVERY for s in SIZES), *(s / EVERY for s in GROWTH)])
    equation = "A * dx/dt = C - B * x : event-driven, init=1.0"
    found = between_events(equation, dtype, opt, **values)
    rows = zip(values["x"], values["C"], values["B"], values["A"], found, strict=True)
    tiny = np.finfo(dtype).tiny
    flushed = [(x, c, b if abs(b) >= tiny else 0.0, a, new) for x, c, b, a, new in rows]
    check("event-driven", flushed, DT * EVERY, driven=True, roundings=3)
    sizes = np.array([s for s in SIZES if s > 1e-36])
    a = (DT * EVERY / sizes).astype(dtype)
    x, one = np.linspace(0.7, 3.3, len(a)).astype(dtype), np.ones_like(a)
    found = between_events("A * dx/dt = -x : event-driven, init=1.0", dtype, opt, x=x, A=a)
    rows = zip(x, one * 0, one, a, found, strict=True)
    check("event-driven", rows, DT * EVERY, driven=False, roundings=3)


# ---------------------------------------------------------------------- long times


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("method", ["exponential", "semiimplicit", "implicit"])
def test_conductance_that_fades_away(method: str, dtype: str) -> None:
    """Spikes go on for ever.

    500 pA into 200 pF are 0.25 mV a step, 10.1 mV are 41 steps.
    """
    net = rv.Network(dt=0.1, dtype=dtype)
    neuron = rv.Neuron(
        parameters="C = 200.0; I = 500.0; tau = 5.0",
        equations=f"C * dv/dt = I - g * v : {method}\ntau * dg/dt = -g : init=20.0, exponential",
        spike="v > 10.1",
        reset="v = 0.0",
    )
    cells = net.create(9, neuron)
    spikes = net.monitor(cells, "spike")
    net.compile()
    net.simulate(10_000.0)
    assert not np.any(np.isnan(cells.v))
    for times in spikes.get("spike").values():
        late = np.array(times)
        late = late[late > 2500]  # g is 20 exp(-50)
        assert set(np.diff(late).tolist()) == {41}
        assert np.sum((late > 95_000) & (late <= 100_000)) in (121, 122)


SLOW = [("float32", 1e6), ("float32", 1e7), ("float32", 1e9), ("float64", 1e6), ("float64", 1e12),
        ("float64", 1e16)]  # fmt: skip


@pytest.mark.parametrize(("dtype", "tau"), SLOW)
@pytest.mark.parametrize("method", ["exponential", "semiimplicit", "implicit"])
def test_slow_relaxation(method: str, dtype: str, tau: float) -> None:
    """10 s of 0.1 ms lose nothing but roundings.

    Those of x in every step, by u at most.
    """
    net = rv.Network(dt=0.1, dtype=dtype)
    neuron = rv.Neuron(parameters="tau = 1.0", equations=f"tau * dr/dt = 1000.0 - r : {method}")
    cells = net.create(9, neuron)
    cells.tau = tau
    net.compile()
    net.simulate(10_000.0)
    s, steps = mpf("0.1") / tau, 100_000 * float(np.finfo(dtype).eps) / 2
    left = mp.exp(-100_000 * s) if method == "exponential" else (1 + s) ** -100_000
    relative = 2 * steps if method == "implicit" else steps  # 1 + s is rounded, too
    assert cells.r == pytest.approx(np.full(9, float(1000 * (1 - left))), rel=relative)


@pytest.mark.parametrize(("dtype", "tau"), SLOW)
def test_slow_trace(dtype: str, tau: float) -> None:
    """The same between events, one every ms."""
    net = rv.Network(dt=DT, dtype=dtype)
    projection, _ = synapses(net, 9, "A * dx/dt = 1000.0 - x : event-driven")
    projection.A = tau
    net.compile()
    net.simulate(10_001.0)
    expected = float(-1000 * mp.expm1(-1e4 / tau))
    relative = 10_000 * float(np.finfo(dtype).eps) / 2
    assert np.ravel(projection.x) == pytest.approx(np.full(9, expected), rel=relative)


# ---------------------------------------------------------------------- extremes


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("opt", [0, 1])
def test_no_nan(opt: int, dtype: str) -> None:
    """Overflow of s and its factors gives no NaN. A state of rest that is unstable stays, too."""
    large = [1e-30, 1.0, 1e5, 1e9, 1e15] if dtype == "float32" else [1e-200, 1.0, 1e5, 1e100]
    both = [0.0, *large, *(-v for v in large)]
    x, c, b, a = (v.ravel().astype(dtype) for v in np.meshgrid(both, both, both, both))
    keep = ((a != 0) | (b != 0)) & (abs(np.float64(b) * x) < np.finfo(dtype).max)
    values = {"x": x[keep], "C": c[keep], "B": b[keep], "A": a[keep]}
    for equation in ("A * dx/dt = C - B * x", "A * dx/dt = -B * x", "A * dx/dt = -x"):
        found = stepped(f"{equation} : exponential", dtype, opt, **values)
        assert not np.any(np.isnan(found)), equation
    rest = values["A"] < 0
    rest &= (values["x"] == 0) & (values["C"] == 0) & (values["B"] > 0)
    still = {n: v[rest] for n, v in values.items()}
    found = stepped("A * dx/dt = C - B * x : exponential", dtype, opt, **still)
    assert len(found) and not np.any(found)


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_time_constant(dtype: str) -> None:
    """A is zero: the state is the steady one."""
    for method in ("exponential", "semiimplicit"):
        values = {"x": [5.0, 0.0, 1.0], "C": [3.0, 1.0, 0.0], "B": [2.0, 4.0, 1.0], "A": [0.0] * 3}
        found = stepped(f"A * dx/dt = C - B * x : {method}", dtype, 1, **values)
        assert found.tolist() == [1.5, 0.25, 0.0]
