"""Single precision as users see it.

Values, times, random numbers, functions, files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.compiler import Compiled
from ranvier.frontend.language.functions import FUNCTIONS
from ranvier.ir.buffers import variable

SPIKING = rv.Neuron(
    parameters="tau = 5.0 : population; drive = 2.0",
    equations="tau * dv/dt = drive - v + g_exc; n = n + 1 : int",
    spike="v > 1.0",
    reset="v = 0.0",
)


def small(**settings: Any) -> tuple[rv.Network, rv.Population, Any]:
    """Neurons that spike at different rates, joined at random."""
    net = rv.Network(dt=0.5, seed=4)
    net.config(**settings)
    cells = net.create(20, SPIKING, name="cells")
    cells.drive = np.linspace(0.9, 3.0, 20)
    projection = net.connect(cells, cells, "exc", rv.STDP(A_plus=0.1, A_minus=0.1))
    projection.fixed_probability(0.4, weights=rv.Uniform(0.0, 0.3))
    return net, cells, projection


# ---------------------------------------------------------------------- settings


def test_names_of_the_setting() -> None:
    """ANNarchy's words, NumPy's, and the keyword of a network."""
    dtype: Any
    for dtype in ("float32", np.float32, np.dtype("float32"), "f4", "single"):
        assert rv.Network(dtype=dtype).options.dtype == "float32"
    for dtype in ("float64", np.float64, float, "double"):
        assert rv.Network(dtype=dtype).options.dtype == "float64"
    net = rv.Network()
    net.config(precision="float")
    assert net.options.dtype == "float32"
    net.config(precision="double")
    assert net.options.dtype == "float64"

    class Own(rv.Network):
        def __init__(self, size: int) -> None:
            self.cells = self.create(size, SPIKING)

    assert Own(3, dtype="float32").cells.v.dtype == np.float32  # type: ignore[call-arg]


def test_new_networks_inherit_it() -> None:
    rv.setup(precision="float", synapse_dtype="float64")
    try:
        options = rv.Network().options
        assert (options.dtype, options.synapse_dtype) == ("float32", "float64")
    finally:
        rv.clear()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"precision": "half"}, "a precision is 'double' or 'float', not 'half'"),
        ({"precision": np.float32}, "a precision is 'double' or 'float'"),
        ({"dtype": "float16"}, "a dtype is 'float64' or 'float32', not 'float16'"),
        ({"dtype": "flaot32"}, "a dtype is 'float64' or 'float32'"),
        ({"dtype": None}, "a dtype is 'float64' or 'float32'"),
        ({"synapse_dtype": np.int32}, "a dtype is 'float64' or 'float32'"),
    ],
)
def test_wrong_settings(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(rv.ModelError, match=message):
        rv.Network().config(**settings)


def test_one_projection_may_differ() -> None:
    """A projection's setting counts more than its network's, until ``compile()``."""
    net, _, projection = small(synapse_dtype="float32")
    assert projection.synapse_dtype == "float32"
    projection.synapse_dtype = np.float64
    assert projection.synapse_dtype == "float64"
    net.compile()
    assert projection.w[0].dtype == np.float64
    with pytest.raises(rv.ModelError, match=r"must be set before compile\(\)"):
        projection.synapse_dtype = "float32"


# ---------------------------------------------------------------------- values


@pytest.mark.parametrize("compiled", [False, True])
def test_values_are_single(compiled: bool) -> None:
    """Floats of neurons and synapses; integers stay what they are."""
    net, cells, projection = small(dtype="float32")
    if compiled:
        net.compile()
        net.simulate(10.0)
    floats = [cells.v, cells.drive, cells[3:8].v, projection.w[0], projection[1].w, projection[1].x]
    assert {np.asarray(each).dtype for each in floats} == {np.dtype(np.float32)}
    assert cells.sum("exc").dtype == projection.connectivity_matrix().dtype == np.float32
    assert projection.receptive_fields().dtype == projection[1].receptive_field().dtype
    assert cells.n.dtype == np.int64


def test_recordings_are_single() -> None:
    net = rv.Network(dt=1.0, seed=1, dtype="float32")
    source = net.create(6, rv.Neuron(equations="r = t"))
    shared = "r = sum(exc); s = 0.1 * t : population; k = k + 1 : int"
    cells = net.create(4, rv.Neuron(equations=shared))
    net.connect(source, cells, "exc").all_to_all(weights=0.1)
    monitor = net.monitor(cells, ["r", "sum(exc)", "s", "k"])
    view = net.monitor(cells[1:3], "r")
    net.compile()
    assert monitor.get("r", keep=True).dtype == np.float32  # nothing recorded yet
    net.simulate(5.0)
    for name in ("r", "sum(exc)", "s"):
        assert monitor.get(name, keep=True).dtype == np.float32
    assert monitor.get("k").dtype == np.int64
    np.testing.assert_array_equal(view.get("r"), monitor.get("r")[:, 1:3])


def test_stored_weights_read_as_stored() -> None:
    """Stored weights are rounded once, when they are set.

    Other values are in double precision.
    """
    net, cells, projection = small(synapse_dtype="float32")
    before = projection.w[0]
    net.compile()
    np.testing.assert_array_equal(projection.w[0], before)
    projection.w = 0.1
    assert all((row == np.float32(0.1)).all() for row in projection.w)
    net.simulate(20.0)
    assert projection.w[0].dtype == projection.x[0].dtype == np.float32
    assert cells.v.dtype == np.float64
    assert isinstance(net._execution.program, Compiled)
    kept: Any = net._execution.program._program.buffers[variable(projection.name, "w")]
    assert kept.itemsize == 4
    assert "its synapses are kept as f32" in str(net.explain(projection.name))


def test_numbers_beyond_single_precision() -> None:
    """An error, not infinity; numbers that are too small are 0."""
    net = rv.Network(dt=1.0, seed=1, dtype="float32")
    cells = net.create(2, rv.Neuron(parameters="a = 1e-60", equations="r = a + 1e-50"))
    net.compile()
    net.step()
    assert (cells.r == 0.0).all()
    with pytest.raises(rv.ModelError, match="a value of 'a' of 'pop0' is beyond single precision"):
        cells.a = 1e39
    cells.a = np.inf
    net = rv.Network(dt=1.0, seed=1, dtype="float32")
    net.create(2, rv.Neuron(equations="r = 1.0\ns = min(r, 3.4028236e38)"))
    with pytest.raises(rv.ModelError, match="this number is beyond single precision") as caught:
        net.compile()
    assert "s = min(r, 3.4028236e38)" in str(caught.value)


# ---------------------------------------------------------------------- time


def test_refractory_periods_become_steps_from_all_digits() -> None:
    """0.15 ms are one step of 0.1 ms.

    Rounded to single precision they would be two.
    """
    always: dict[str, Any] = dict(equations="v = 1.0", spike="v > 0.5", reset="")
    for dt, period in ((0.1, 0.15), (0.1, 0.3), (0.1, 5.0), (0.3, 0.45), (0.05, 0.125)):
        fired = []
        for dtype in ("float32", "float64"):
            net = rv.Network(dt=dt, seed=1, dtype=dtype)
            cells = net.create(3, rv.Neuron(refractory=period, **always))
            monitor = net.monitor(cells, "spike")
            net.compile()
            net.simulate(200 * dt)
            fired.append(monitor.get("spike"))
        assert fired[0] == fired[1]
    assert round(0.15 / 0.1) != round(float(np.float32(0.15)) / 0.1)


def test_refractory_periods_by_name() -> None:
    net = rv.Network(dt=0.1, seed=1, dtype="float32")
    always = rv.Neuron(
        parameters="p = 0.3", equations="v = 1.0", spike="v > 0.5", reset="", refractory="p"
    )
    cells = net.create(3, always)
    cells.p = [0.1, 0.3, 2.0]
    monitor = net.monitor(cells, "spike")
    net.compile()
    net.simulate(10.0)
    steps = [np.unique(np.diff(s)).tolist() for s in monitor.get("spike").values()]
    assert steps == [[2], [4], [21]]


def test_time_is_rounded_once() -> None:
    """Time is rounded once, also late in a run.

    The number of the step then does not fit into single precision.
    """
    net = rv.Network(dt=0.1, seed=1, dtype="float32")
    cells = net.create(2, rv.Neuron(equations="r = t"))
    net.compile()
    for step in (3, 1_234_567, 2**24 + 1, 200_000_001):
        net.current_step = step
        net.step()
        assert cells.r[0] == np.float32(step * 0.1)
    assert np.float32(2**24 + 1) * np.float32(0.1) != np.float32((2**24 + 1) * 0.1)


def test_time_between_events_is_a_difference_of_steps() -> None:
    """A trace decays the same early and late in a run.

    It is 0 at first, and the time is the same.
    """
    traces = []
    for start in (0, 2**25 + 1):
        net, _, projection = small(dtype="float32")
        net.compile()
        net.current_step = start
        net.simulate(30.0)
        traces.append(np.concatenate(projection.x))
    assert traces[0].max() > 0.0
    np.testing.assert_array_equal(traces[0], traces[1])


# ---------------------------------------------------------------------- arithmetic


def test_random_numbers_have_24_bits() -> None:
    """Random numbers are leading bits of those in double precision.

    These are drawn from the same words.
    """
    drawn = []
    for dtype in ("float32", "float64"):
        net = rv.Network(dt=1.0, seed=9, dtype=dtype)
        cells = net.create(1000, rv.Neuron(equations="r = Uniform(0.0, 1.0)"))
        net.compile()
        net.step()
        drawn.append(cells.r.astype(np.float64))
    assert len(np.unique(drawn[0])) > 990
    np.testing.assert_array_equal(drawn[0], np.floor(drawn[1] * 2.0**24) / 2.0**24)


DRAWS = {
    "Uniform(-1.0, 3.0)": (1.0, 4.0 / 12**0.5),
    "Normal(2.0, 3.0)": (2.0, 3.0),
    "LogNormal(0.1, 0.4)": (np.exp(0.18), np.exp(0.18) * (np.exp(0.16) - 1.0) ** 0.5),
    "Exponential(4.0)": (0.25, 0.25),
    "DiscreteUniform(1, 6)": (3.5, (35.0 / 12.0) ** 0.5),
    "Gamma(2.0, 3.0)": (6.0, 18.0**0.5),
    "Binomial(10, 0.3)": (3.0, 2.1**0.5),
}
"""Distributions in equations, with their mean and standard deviation."""


@pytest.mark.parametrize("text", DRAWS)
def test_distributions(text: str) -> None:
    """Mean and deviation of 200,000 numbers within five standard errors."""
    net = rv.Network(dt=1.0, seed=2, dtype="float32")
    cells = net.create(20_000, rv.Neuron(equations=f"r = {text}"))
    monitor = net.monitor(cells, "r")
    net.compile()
    net.simulate(10.0)
    found = monitor.get("r").astype(np.float64).ravel()
    mean, deviation = DRAWS[text]
    assert np.isfinite(found).all()
    error = deviation / found.size**0.5
    assert abs(found.mean() - mean) < 5.0 * error
    fourth = ((found - found.mean()) ** 4).mean()
    spread = ((fourth - deviation**4) / found.size) ** 0.5 / (2.0 * deviation)
    assert abs(found.std() - deviation) < 5.0 * spread


def _places(name: str) -> np.ndarray:
    """Arguments, of single precision, at which a function has values."""
    low, high = {"acosh": (1.0, 9.0), "sqrt": (0.0, 9.0)}.get(name, (-0.9, 0.9))
    if name.startswith("log") or name == "ln":
        low, high = (-0.9, 9.0) if name == "log1p" else (0.01, 9.0)
    return np.linspace(low, high, 77, dtype=np.float32)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    """Every function of the language is accurate.

    It is within two units in the last place of the exact value.
    """
    function = FUNCTIONS[name]
    second = ", b" if function.arity == 2 else ""
    net = rv.Network(dt=1.0, seed=2, dtype="float32")
    call = f"{name}(a{second})"
    value = f"if {call}: 1.0 else: 0.0" if function.typing == "test" else call
    neuron = rv.Neuron(parameters="a = 0.0; b = 0.3", equations=f"r = {value}")
    cells = net.create(77, neuron)
    cells.a = places = _places(name)
    net.compile()
    net.step()
    exact = [places.astype(np.float64), np.full(77, np.float64(np.float32(0.3)))]
    expected = np.asarray(function.compute(*exact[: function.arity]), np.float64)
    np.testing.assert_allclose(cells.r, expected, rtol=2.0**-22, atol=0.0)


# ---------------------------------------------------------------------- files


@pytest.mark.parametrize("setting", [{"dtype": "float32"}, {"synapse_dtype": "float32"}])
def test_save_and_load(tmp_path: Path, setting: dict[str, str]) -> None:
    """The run goes on bit for bit.

    A file of the other precision is refused.
    """
    net, cells, projection = small(**setting)
    net.compile()
    net.simulate(15.0)
    net.save(tmp_path / "state.npz")
    net.simulate(15.0)
    other, its_cells, its_projection = small(**setting, num_threads=2)
    other.compile()
    other.load(tmp_path / "state.npz")
    other.simulate(15.0)
    assert cells.v.tobytes() == its_cells.v.tobytes()
    assert np.concatenate(projection.w).tobytes() == np.concatenate(its_projection.w).tobytes()
    double, *_ = small()
    double.compile()
    message = "is float32 in the file, float64 in this network; load it into a network of the same"
    with pytest.raises(rv.ModelError, match=message):
        double.load(tmp_path / "state.npz")
    double.save(tmp_path / "double.npz")
    with pytest.raises(rv.ModelError, match="is float64 in the file, float32 in this network"):
        other.load(tmp_path / "double.npz")
