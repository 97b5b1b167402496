"""Judging samples: every test draws with fixed seeds.

So none of this folder is flaky.

A threshold of 1e-4 for the p-value of one sample is one that a right generator with the seeds
chosen here passes by construction; a wrong one fails it whatever the seeds are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

P = 1e-4


def fits(sample: Any, distribution: Any) -> float:
    """The p-value of Kolmogorov and Smirnov's test of a continuous distribution."""
    return float(stats.kstest(np.asarray(sample, float), distribution.cdf).pvalue)


def fits_discrete(sample: Any, distribution: Any, bins: int = 40) -> float:
    """The p-value of Pearson's test.

    Outcomes are joined into about equally likely bins.
    """
    sample = np.asarray(sample, float)
    edges = np.unique(distribution.ppf(np.linspace(0, 1, bins + 1)[1:-1]))
    probabilities = np.diff(np.concatenate([[0.0], distribution.cdf(edges), [1.0]]))
    counts = np.histogram(sample, np.concatenate([[-np.inf], edges + 0.5, [np.inf]]))[0]
    expected = probabilities * len(sample)
    # Join what is expected less than five times with its neighbour.
    joined: list[list[float]] = []
    for seen, wanted in zip(counts, expected, strict=True):
        if joined and (joined[-1][1] < 5 or wanted < 5):
            joined[-1][0] += seen
            joined[-1][1] += wanted
        else:
            joined.append([float(seen), float(wanted)])
    if len(joined) < 2:
        return float(abs(joined[0][0] - joined[0][1]) < 1e-6)
    seen_counts, wanted_counts = np.transpose(joined)
    wanted_counts *= seen_counts.sum() / wanted_counts.sum()
    return float(stats.chisquare(seen_counts, wanted_counts).pvalue)


def moments_agree(sample: Any, distribution: Any, deviations: float = 5.0) -> None:
    """Mean and variance lie within so many standard errors."""
    sample = np.asarray(sample, float)
    mean, variance, _, kurtosis = (float(v) for v in distribution.stats("mvsk"))
    count = len(sample)
    assert abs(sample.mean() - mean) <= deviations * np.sqrt(variance / count) + 1e-12
    if np.isfinite(kurtosis):
        spread = variance * np.sqrt((kurtosis + 2.0) / count)
        # Where the kurtosis is least (two equally likely outcomes), the next order counts.
        assert abs(sample.var() - variance) <= deviations * (spread + 5 * variance / count)


def correlation(one: Any, other: Any) -> float:
    """The correlation, in standard errors of one that is zero."""
    return float(np.corrcoef(one, other)[0, 1] * np.sqrt(len(one)))
