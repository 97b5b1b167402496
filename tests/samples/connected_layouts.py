"""Projections whose connections suit a layout of synapses."""

from __future__ import annotations

from typing import Any

import ranvier as rv

SPREAD = rv.Uniform(0.0, 1.0)

CONNECTED: dict[str, Any] = {
    "by_pre": lambda p: p.fixed_probability(0.3, weights=SPREAD),
    "bit_matrix": lambda p: p.fixed_probability(0.3, weights=0.5),
    "delay_queues": lambda p: p.fixed_probability(0.3, weights=SPREAD, delays=rv.Uniform(0.1, 2.0)),
    "by_delay": lambda p: p.fixed_probability(0.3, weights=SPREAD, delays=rv.Uniform(0.1, 2.0)),
    "dense_rows": lambda p: p.all_to_all(weights=SPREAD),
    "by_post": lambda p: p.fixed_probability(0.1, weights=SPREAD),
    "slices": lambda p: p.fixed_number_pre(7, weights=SPREAD, delays=rv.Uniform(0.1, 2.0)),
    "slices_one": lambda p: p.fixed_number_pre(7, weights=0.5),
    "dense": lambda p: p.all_to_all(weights=SPREAD, delays=rv.Uniform(0.1, 2.0)),
    "dense_one": lambda p: p.all_to_all(weights=0.5),
    "diagonal": lambda p: p.one_to_one(weights=SPREAD),
}
"""A projection for each layout.

It is connected so that the layout is chosen.
"""

PREFERRED = {"by_delay": "@equations,choose-layout{prefer=by_delay},@kernels,@cpu"}
"""Pipelines for layouts that are not chosen by themselves."""
