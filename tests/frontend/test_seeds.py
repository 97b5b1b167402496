"""Seeds are whole numbers of any size from 0 on. They are, wherever one is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ranvier as rv
from ranvier.ir.diagnostics import ModelError

LARGE = [
    2**32, 2**63, 2**64 - 1, 2**64, 2**128 + 5, 10**5000, np.uint64(2**64 - 1), np.int8(3),
    np.random.SeedSequence(8).generate_state(1)[0],
]  # fmt: skip
WRONG = [
    -1, -(2**64), -(10**5000), 1.0, 0.5, np.float64(3.0), float("nan"), float("inf"), "3", True,
    np.bool_(False), np.int64(-2), [1], (1, 2), np.array([1]), 1 + 0j, b"1", object(),
]  # fmt: skip

GIVEN: dict[str, Callable[[Any], Any]] = {
    "Network(seed=)": lambda seed: rv.Network(seed=seed),
    "config(seed=)": lambda seed: rv.Network().config(seed=seed),
    "net.seed": lambda seed: setattr(rv.Network(), "seed", seed),
    "setup(seed=)": lambda seed: rv.setup(seed=seed),
    "set_seed()": lambda seed: rv.set_seed(seed),
    "Uniform(seed=)": lambda seed: rv.Uniform(0, 1, seed=seed),
    "DiscreteUniform(seed=)": lambda seed: rv.DiscreteUniform(0, 1, seed=seed),
    "Normal(seed=)": lambda seed: rv.Normal(0, 1, seed=seed),
    "LogNormal(seed=)": lambda seed: rv.LogNormal(0, 1, seed=seed),
    "Exponential(seed=)": lambda seed: rv.Exponential(1, seed=seed),
    "Gamma(seed=)": lambda seed: rv.Gamma(1, seed=seed),
    "Binomial(seed=)": lambda seed: rv.Binomial(3, 0.5, seed=seed),
    "Uniform(rng=)": lambda seed: rv.Uniform(0, 1, rng=seed),
    "Normal(rng=)": lambda seed: rv.Normal(0, 1, rng=seed),
}
each_way = pytest.mark.parametrize("way", GIVEN)


@pytest.fixture(autouse=True)
def _clear() -> Any:
    yield
    rv.clear()


@each_way
def test_what_is_no_seed(way: str) -> None:
    for wrong in WRONG:
        with pytest.raises(ModelError) as caught:
            GIVEN[way](wrong)
        text = str(caught.value)
        assert f"{Path(__file__).name}:" in text, wrong
        assert "seed" in text and "not " in text, wrong


@each_way
def test_seeds_of_any_size(way: str) -> None:
    for seed in LARGE:
        GIVEN[way](seed)


def test_every_bit_of_a_seed_counts(tmp_path: Path) -> None:
    found = []
    seeds = {int(seed) for seed in LARGE} | {2**32 + 2**k for k in (40, 64, 100, 127, 128, 300)}
    for seed in sorted(seeds):
        net = rv.Network(dt=1.0, seed=seed)
        assert net.seed == seed
        cells: Any = net.create(30, rv.Neuron(equations="r = Uniform(0, 1)\nq = q : init=0"))
        cells.q = rv.Uniform(0.0, 1.0)
        synapses: Any = net.connect(cells, net.create(30, rv.Neuron(equations="r = sum(e)")), "e")
        synapses.fixed_probability(0.5, weights=rv.Uniform(0.0, 1.0))
        net.compile()
        net.simulate(1.0)
        net.save(tmp_path / "state.npz")
        net.load(tmp_path / "state.npz")
        net.simulate(1.0)
        found.append([*cells.r, *cells.q, *np.concatenate(synapses.w), net.default_rng.random()])
    numbers = np.concatenate(found)
    assert len(np.unique(numbers)) == len(numbers)


def test_a_numpy_integer_is_the_number() -> None:
    """A NumPy integer is a seed, also of distributions."""
    for seed in (np.uint64(2**64 - 1), np.int8(3)):
        assert rv.Network(seed=seed).seed == int(seed)  # type: ignore[arg-type]
        one, other = (rv.Uniform(0, 1, seed=s).get_values(4) for s in (seed, int(seed)))  # type: ignore[arg-type]
        assert one.tolist() == other.tolist()


def test_without_a_seed_there_are_128_bits() -> None:
    seeds = [rv.Network().seed for _ in range(40)]
    assert len(set(seeds)) == 40 and max(seeds).bit_length() > 96
