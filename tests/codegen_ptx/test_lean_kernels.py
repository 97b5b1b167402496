"""Instructions that kernels for GPUs do without."""

from __future__ import annotations

import re

from differential.test_golden_states import brunel
from samples.ptx_code import ptx_of


def function(ptx: str, name: str) -> list[str]:
    """The instructions of a function."""
    body = re.search(rf"^\.func {name}\((.*?)^}}", ptx, re.MULTILINE | re.DOTALL)
    assert body is not None
    return [line.strip() for line in body[1].split("\n") if line.strip().endswith(";")]


def test_random_words_are_products_of_32_bits() -> None:
    """Ten rounds of two products, both halves of each."""
    update = function(ptx_of(brunel()).ptx, "cells_update")
    upper = [line for line in update if line.startswith("mul.hi.u32")]
    lower = [line for line in update if re.match(r"mul\.lo\.s32 .*, -(766435501|845247145);", line)]
    assert len(upper) == len(lower) == 20
    assert not [line for line in update if re.match(r"(mul|mad)\.\w+\.[su]64 .*, \d{9,}", line)]
