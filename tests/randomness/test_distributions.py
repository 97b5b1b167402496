"""Draws of equations have the distributions they are named after. They run as native code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from differential.draws import draw_kernel
from randomness.samples import P, fits, fits_discrete, moments_agree
from scipy import stats

COUNT = 100_000

each_format = pytest.mark.parametrize("bits", [64, 32])


def draws(name: str, bits: int, *parameters: float, count: int = COUNT) -> Any:
    """Numbers of ``count`` neurons."""
    found = draw_kernel(name, bits, 512 // bits)(count, *parameters, seed=2024)
    assert np.isfinite(found).all()
    return found.astype(np.float64)


@each_format
def test_uniform(bits: int) -> None:
    sample = draws("uniform", bits)
    assert sample.min() >= 0 and sample.max() < 1
    assert fits(sample, stats.uniform()) > P
    moments_agree(sample, stats.uniform())


@each_format
@pytest.mark.parametrize("bit", [0, 1, 7, 20, 22])
def test_bits_of_uniform(bits: int, bit: int) -> None:
    """The low bits of a uniform number are fair.

    Numbers have 53 or 24 bits.
    """
    width = {64: 53, 32: 24}[bits]
    whole = (draws("uniform", bits) * 2.0**width).astype(np.int64)
    ones = int((whole >> bit & 1).sum())
    assert stats.binomtest(ones, COUNT).pvalue > P


@each_format
def test_normal(bits: int) -> None:
    sample = draws("normal", bits)
    assert fits(sample, stats.norm()) > P
    moments_agree(sample, stats.norm())
    far = int((np.abs(sample) > 3.5).sum())
    assert stats.binomtest(far, COUNT, 2 * stats.norm.sf(3.5)).pvalue > P


@each_format
def test_exponential(bits: int) -> None:
    sample = draws("exponential", bits)
    assert sample.min() >= 0
    assert fits(sample, stats.expon()) > P
    moments_agree(sample, stats.expon())


@each_format
@pytest.mark.parametrize("shape", [0.1, 0.5, 0.999, 1.0, 1.5, 3.0, 47.0, 1e4, 1e7])
def test_gamma(shape: float, bits: int) -> None:
    sample = draws("gamma", bits, shape)
    assert sample.min() >= 0
    if bits == 64 or shape < 1e6:  # the steps of f32 are as wide as the distribution of 1e7
        assert fits(sample, stats.gamma(shape)) > P
    moments_agree(sample, stats.gamma(shape))


def test_gamma_of_tiny_shape() -> None:
    """Half of the numbers are too small for f64.

    They should be.
    """
    sample = draws("gamma", 64, 1e-3)
    zero = int((sample < 1e-300).sum())
    assert stats.binomtest(zero, COUNT, stats.gamma(1e-3).cdf(1e-300)).pvalue > P
    large = int((sample > 1e-10).sum())
    assert stats.binomtest(large, COUNT, stats.gamma(1e-3).sf(1e-10)).pvalue > P


BINOMIALS = [
    (1, 0.5), (1, 0.01), (2, 0.9), (10, 0.3), (19, 0.5), (20, 0.5), (21, 0.5), (33, 0.3),
    (34, 0.3), (100, 0.03), (100, 0.1), (100, 0.97), (1000, 0.5), (10_000, 1e-3),
    (1_000_000, 1e-6), (1_000_000, 1e-5), (1_000_000, 0.3), (1_000_000, 0.999999),
    (1 << 30, 0.25),
]  # fmt: skip


@each_format
@pytest.mark.parametrize(("n", "p"), BINOMIALS)
def test_binomial(n: int, p: float, bits: int) -> None:
    """Means below and above 10, at which the method changes.

    There are rare and certain events, too.
    """
    if bits == 32:
        p = float(np.float32(p))
    sample = draws("binomial", bits, n, p)
    distribution = stats.binom(n, p)
    assert sample.min() >= 0 and sample.max() <= n
    if bits == 64 or n * p < 2**22:  # larger numbers have no last digits in f32
        assert np.array_equal(sample, np.floor(sample))
        assert fits_discrete(sample, distribution) > P
    moments_agree(sample, distribution)


def test_tails_of_binomial() -> None:
    """Events of one in thousands are as frequent as expected."""
    for n, p in ((12, 0.4), (60, 0.4), (1000, 0.4)):
        distribution = stats.binom(n, p)
        sample = draws("binomial", 64, n, p, count=1_000_000)
        for quantile in (1e-4, 1e-3):
            low, high = distribution.ppf(quantile), distribution.isf(quantile)
            seen = int((sample <= low).sum()), int((sample > high).sum())
            chances = distribution.cdf(low), distribution.sf(high)
            for times, chance in zip(seen, chances, strict=True):
                assert stats.binomtest(times, len(sample), chance).pvalue > P
