"""Constants of a builder are made once; -0.0 differs from 0.0."""

from __future__ import annotations

from ranvier.ir.core import Block
from ranvier.ir.location import UNKNOWN
from ranvier.ir.types import f32, f64
from ranvier.passes.framework.code_builder import CodeBuilder


def test_zeros_of_both_signs() -> None:
    build = CodeBuilder(Block(), UNKNOWN)
    zero, minus = build.constant(0.0, f64), build.constant(-0.0, f64)
    assert [str(v.op.literal) for v in (zero, minus)] == ["0.0", "-0.0"]  # type: ignore[union-attr]
    assert build.constant(0.0, f64) is zero
    assert build.constant(-0.0, f64) is minus
    assert build.constant(0.0, f32) is not zero
    assert build.constant(0, f64) is zero
