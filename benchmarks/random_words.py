"""Random numbers as endless arrays of bytes, for :mod:`.battery`.

``words``    the words of Philox 4x32-10 as the formulas of ``expand-rng``, compiled, compute them:
             the four words of a neuron, of the next neuron, ..., of the next step
``upper``    the highest 32 bits of ``Uniform(0, 1)``, of the neurons of a network in their order,
             step by step
``lower``    the lowest 32 of its 53 bits
``single``   the 24 bits of ``Uniform(0, 1)`` in a network of ``float32``
``normal``   32 bits of the distribution function of ``Normal(0, 1)``, where a network drew it
``rounds``   words after 4 of the 10 rounds: a generator that a battery should reject
``numpy``    the words of NumPy's own Philox (4x64-10)
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import ranvier as rv
from ranvier.codegen_llvm.jit import NativeModule, compile_module
from ranvier.ir.builder import Builder
from ranvier.ir.dialects import func, scf, vector
from ranvier.ir.dialects.arith import constant
from ranvier.ir.dialects.builtin import Module
from ranvier.ir.types import i64, index, with_lanes
from ranvier.ir.types import memref as buffer
from ranvier.ir.verifier import verify
from ranvier.passes.framework.manager import PassManager
from ranvier.passes.functions.number import DOUBLE, Code, Number
from ranvier.passes.functions.philox import ROUNDS, Philox

NEURONS, STEPS, LANES = 4000, 64, 8
STREAM = 0x5EED
FEW_ROUNDS = 4


def words_module(rounds: int) -> Module:
    """A module whose ``step_range`` writes four words for each neuron.

    Its buffers are the seed, the step, the id, and the words.
    """
    module = Module()
    arguments = (*[index] * 4, *[buffer(i64)] * 7)
    function = Builder(module.body.block)(func.definition("step_range", arguments))
    b = Builder(function.body.block)
    _, count, _, _, *arrays = function.body.block.args
    loop = scf.For(b(constant(0, index)), count, b(constant(LANES, index)))
    i = loop.body.block.add_arg(index, "i")
    b(loop)
    with b.inside(loop.body.block):
        type_ = with_lanes(i64, LANES)
        code = Code(b, DOUBLE, LANES)
        seed, step, id_ = (
            Number(code, b(vector.Load(array, i, result_type=type_))) for array in arrays[:3]
        )
        found = Philox(code, seed, step, id_, STREAM).words(0, rounds)
        for word, array in zip(found, arrays[3:], strict=True):
            b(vector.Store(word.value, array, i))
        b(scf.Yield())
    b(func.Return())
    verify(module)
    return module


def compiled_words(rounds: int = ROUNDS) -> NativeModule:
    """The module through the passes that follow ``expand-rng``."""
    module = words_module(rounds)
    PassManager("canonicalize,cse,licm,dce").run(module)
    return compile_module(module, flush=False)


def words_of(native: NativeModule, seed: Any, step: Any, id_: Any) -> Any:
    """Four words for each neuron of an array. The arrays hold a multiple of eight neurons."""
    given = [np.ascontiguousarray(a, np.int64) for a in np.broadcast_arrays(seed, step, id_)]
    assert len(given[0]) % LANES == 0
    arrays = [*given, *(np.empty_like(given[0]) for _ in range(4))]
    table = (ctypes.c_void_p * len(arrays))(*[a.ctypes.data for a in arrays])
    native.entry(0, len(given[0]), 0, 1, table)
    return np.stack(arrays[3:], axis=1).astype(np.uint32)


def words(seed: int, rounds: int = ROUNDS) -> Iterator[Any]:
    """The words of Philox 4x32, as ``expand-rng`` computes them."""
    native, step = compiled_words(rounds), 0
    ids = np.tile(np.arange(NEURONS), STEPS)
    while True:
        yield words_of(native, seed, np.repeat(np.arange(step, step + STEPS), NEURONS), ids)
        step += STEPS


def drawn(seed: int, call: str, dtype: str = "float64") -> Iterator[Any]:
    """Rows of numbers that a compiled network draws in its equations."""
    net = rv.Network(dt=1.0, seed=seed, dtype=dtype)
    cells = net.create(NEURONS, rv.Neuron(equations=f"r = {call}"))
    monitor = net.monitor(cells, "r")
    net.compile()
    while True:
        net.simulate(float(STEPS))
        yield monitor.get("r")


def upper(seed: int) -> Iterator[Any]:
    """The highest 32 bits of ``Uniform(0, 1)``."""
    for numbers in drawn(seed, "Uniform(0, 1)"):
        yield (numbers * 2.0**32).astype(np.uint32)


def lower(seed: int) -> Iterator[Any]:
    """The lowest 32 of the 53 bits of ``Uniform(0, 1)``."""
    for numbers in drawn(seed, "Uniform(0, 1)"):
        yield (numbers * 2.0**53).astype(np.uint64).astype(np.uint32)


def single(seed: int) -> Iterator[Any]:
    """The 24 bits of ``Uniform(0, 1)`` in ``float32``."""
    for numbers in drawn(seed, "Uniform(0, 1)", "float32"):
        whole = (numbers * np.float32(2.0**24)).astype("<u4")
        yield np.ascontiguousarray(whole.view(np.uint8).reshape(*whole.shape, 4)[..., :3])


def normal(seed: int) -> Iterator[Any]:
    """The distribution function of ``Normal(0, 1)``, 32 bits of it."""
    from scipy.special import ndtr

    for numbers in drawn(seed, "Normal(0, 1)"):
        yield (ndtr(numbers) * 2.0**32).astype(np.uint32)


def numpy_words(seed: int) -> Iterator[Any]:
    """The words of NumPy's own Philox (4x64-10)."""
    generator = np.random.Philox(seed)
    while True:
        yield generator.random_raw(2 * NEURONS * STEPS)


SOURCES: dict[str, Callable[[int], Iterator[Any]]] = {
    "words": words,
    "upper": upper,
    "lower": lower,
    "single": single,
    "normal": normal,
    "rounds": lambda seed: words(seed, rounds=FEW_ROUNDS),
    "numpy": numpy_words,
}
