"""Streams of random numbers.

Each population and each projection has its own, whatever its name.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from randomness.samples import correlation

import ranvier as rv
from ranvier.ir.streams import of_equations, stream

SIZE, STEPS = 40, 50
ALIKE = ("plumless", "buckeroo")
"""Names that many checksums of 32 bits do not tell apart."""
NOISE = rv.Neuron(equations="r = Uniform(0.0, 1.0)\nq = Uniform(0.0, 1.0)")


def noise(
    names: Sequence[str] = ("cells",), seed: int = 4, steps: int = STEPS, start: int = 0
) -> dict[str, Any]:
    """The draws of populations of these names, ``(steps, SIZE)``."""
    net = rv.Network(dt=1.0, seed=seed)
    monitors = {name: net.monitor(net.create(SIZE, NOISE, name=name), "r") for name in names}
    net.compile()
    net.current_step = start
    net.simulate(float(steps))
    return {name: monitor.get("r") for name, monitor in monitors.items()}


# ---------------------------------------------------------------------- the definition, once more


def hashed(seed: int, *names: str) -> bytes:
    """128 bits for texts with their lengths before them."""
    texts = [f"i{seed:x}", *(f"s{name}" for name in names)]
    framed = b"".join(struct.pack("<Q", len(t.encode())) + t.encode() for t in texts)
    return blake2b(framed, digest_size=16).digest()


def philox(counter: list[int], key: list[int]) -> list[int]:
    """Philox 4x32-10 as in the paper of its authors."""
    for _ in range(10):
        left, right = counter[0] * 0xD2511F53, counter[2] * 0xCD9E8D57
        counter = [
            (right >> 32) ^ counter[1] ^ key[0],
            right % 2**32,
            (left >> 32) ^ counter[3] ^ key[1],
            left % 2**32,
        ]
        key = [(key[0] + 0x9E3779B9) % 2**32, (key[1] + 0xBB67AE85) % 2**32]
    return counter


def uniform(seed: int, name: str, draw: int, step: int, rank: int) -> float:
    """The number of one neuron in one step: 53 bits."""
    low, high, start = struct.unpack("<IIQ", hashed(seed, "equations", name))
    count = (start + step) % 2**64
    words = philox([count % 2**32, count >> 32, rank, 0], [low, high ^ draw])
    return float((words[0] << 21 | words[1] >> 11) * 2.0**-53)


@pytest.mark.parametrize("seed", [0, 4, 2**64 + 4, 2**128 - 1])
@pytest.mark.parametrize("start", [0, 2**32 - 2, 2**63 - 5])
def test_equations_draw_what_the_documentation_says(seed: int, start: int) -> None:
    net = rv.Network(dt=1.0, seed=seed)
    cells = net.create(SIZE, NOISE, name="cells")
    net.compile()
    net.current_step = start
    for step in range(start, start + 4):
        net.step()
        for draw, variable in enumerate("rq"):
            wanted = [uniform(seed, "cells", draw, step, rank) for rank in range(SIZE)]
            assert getattr(cells, variable).tolist() == wanted


def philox64(counter: list[int], key: list[int]) -> list[int]:
    """Philox 4x64-10 as in the paper of its authors."""
    for _ in range(10):
        left, right = counter[0] * 0xD2E7470EE14C6C93, counter[2] * 0xCA5A826395121157
        counter = [
            (right >> 64) ^ counter[1] ^ key[0],
            right % 2**64,
            (left >> 64) ^ counter[3] ^ key[1],
            left % 2**64,
        ]
        key = [(key[0] + 0x9E3779B97F4A7C15) % 2**64, (key[1] + 0xBB67AE8584CAA73B) % 2**64]
    return counter


def test_known_answer() -> None:
    """The known answer of Random123, the program of the authors.

    All bits of counter and key are set.
    """
    words = philox64([2**64 - 1] * 4, [2**64 - 1] * 2)
    assert words == [
        0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0,
    ]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 2**100 + 3])
def test_initial_values_are_what_the_documentation_says(seed: int) -> None:
    """Blocks of 8192 neurons.

    The first words of a block have the counter 1.
    """
    net = rv.Network(seed=seed)
    model = rv.Neuron(parameters="a = 0.0", equations="r = a")
    cells: Any = net.create(2 * 8192 + 5, model, name="cells")
    cells.a = rv.Uniform(0.0, 1.0)
    key = [*struct.unpack("<QQ", hashed(seed, "values", "cells", "a"))]
    for rank in (0, 1, 5, 8191, 8192, 2 * 8192, 2 * 8192 + 4):
        block, place = divmod(rank, 8192)
        words = philox64([1 + place // 4, 0, block, 0], key)
        assert cells.a[rank] == (words[place % 4] >> 11) * 2.0**-53


def test_weights_are_what_the_documentation_says() -> None:
    """Weights of all pairs, in the order of post neurons.

    Blocks have 2**16 synapses, about.
    """
    net = rv.Network(seed=11)
    pre, post = net.create(1000, NOISE), net.create(300, rv.Neuron(equations="r = sum(exc)"))
    synapses = net.connect(pre, post, "exc", name="synapses").all_to_all(rv.Uniform(0.0, 1.0))
    found = np.ravel(synapses.connectivity.w)
    key = [*struct.unpack("<QQ", hashed(11, "connections", "synapses", "weights"))]
    for place in (0, 7, 63_999, 64_000, 299_999):
        block, number = divmod(place, 64 * 1000)
        words = philox64([1 + number // 4, 0, block, 0], key)
        assert found[place] == (words[number % 4] >> 11) * 2.0**-53


# ---------------------------------------------------------------------- no two are alike


def test_names_of_one_checksum_have_noise_of_their_own() -> None:
    assert len({crc32(name.encode()) for name in ALIKE}) == 1
    one, other = noise(ALIKE).values()
    assert not np.any(one == other)
    assert abs(correlation(one.ravel(), other.ravel())) < 4.5


def test_names_of_one_checksum_have_synapses_of_their_own() -> None:
    net = rv.Network(seed=3)
    pre, post = net.create(30, NOISE), net.create(30, rv.Neuron(equations="r = sum(exc)"))
    found = []
    for name in ALIKE:
        synapses = net.connect(pre, post, "exc", name=name)
        synapses.fixed_probability(0.3, weights=rv.Uniform(0, 1), delays=rv.Uniform(1, 20))
        found.append(synapses.connectivity)
    one, other = found
    assert [r.tolist() for r in (one.pre_ranks, one.post_ranks)] != [
        r.tolist() for r in (other.pre_ranks, other.post_ranks)
    ]
    assert not np.isin(one.w, other.w).any()


def test_a_hundred_thousand_names() -> None:
    """No two names share a key or a start.

    Every bit is as often 0 as 1.
    """
    words = np.array([of_equations(1, f"pop{i}") for i in range(100_000)], np.uint64)
    for column in words.T:
        assert len(np.unique(column)) == len(words)
        # Halves of a key would be equal once or twice: 1.16 pairs are expected.
        for half in (column & 0xFFFFFFFF, column >> 32):
            assert len(words) - len(np.unique(half)) < 12
    bits = np.unpackbits(words.view(np.uint8).reshape(len(words), 16), axis=1).astype(float)
    scores = (bits.mean(axis=0) - 0.5) * 2 * len(words) ** 0.5
    assert np.abs(scores).max() < 4.5
    between = np.corrcoef(bits, rowvar=False) * len(words) ** 0.5
    assert np.abs(between[np.triu_indices(128, 1)]).max() < 5.5  # of 8128 pairs


def test_populations_at_any_time_are_uncorrelated() -> None:
    """Populations, seeds and times one, two, ... apart."""
    one, other = (found.ravel() for found in noise(("pop0", "pop1"), steps=2000).values())
    for shift in (0, 1, SIZE, 2 * SIZE, 16 * SIZE):
        assert abs(correlation(one[shift:], other[: len(other) - shift])) < 4.5
    for seed in (5, 4 + 2**32, 4 + 2**64, 4 + 2**128):
        assert abs(correlation(one, noise(("pop0",), seed, 2000)["pop0"].ravel())) < 4.5


def test_what_is_hashed_is_unambiguous() -> None:
    given: list[tuple[Any, ...]] = [
        (1, "ab", "c"), (1, "a", "bc"), (1, "abc"), (1, "abc", ""), (1, "", "abc"), (1, "c", "ab"),
        (1, "1"), (1, 1), (1, "i1"), (1, "s1"), (11,), (17,), (0x11, ""), (2**64 + 1, "ab", "c"),
        (1, "a\0b"), (1, "a", "b"), (1, "µ"), (1, "μ"), (1, "\ud800"),
    ]  # fmt: skip
    assert len({stream(*parts) for parts in given}) == len(given)


# ---------------------------------------------------------------------- files


def test_a_file_brings_its_seed(tmp_path: Path) -> None:
    """A file brings its seed, also one of many words.

    Also that of a file of old, one signed word.
    """
    wanted = noise(seed=2**200 + 7)["cells"]
    for seed, saved in ((2**200 + 7, None), (12, np.array([12], np.int64))):
        net = rv.Network(dt=1.0, seed=seed)
        net.create(SIZE, NOISE, name="cells")
        net.compile()
        net.simulate(3.0)
        net.save(tmp_path / "state.npz")
        if saved is not None:
            with np.load(tmp_path / "state.npz") as data:
                state = {**data, "$seed": saved}
            np.savez(tmp_path / "state.npz", **state)
            wanted = noise(seed=seed)["cells"]
        other = rv.Network(dt=1.0, seed=1)
        monitor = other.monitor(other.create(SIZE, NOISE, name="cells"), "r")
        other.compile()
        other.load(tmp_path / "state.npz")
        other.simulate(STEPS - 3.0)
        assert np.array_equal(monitor.get("r"), wanted[3:])
