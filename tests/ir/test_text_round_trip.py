"""Printed modules parse back equal and print the same."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples.random_modules import random_attribute, random_module
from samples.random_networks import random_network
from samples.seed_levels import ALL, texts

from ranvier.ir.core import Op
from ranvier.ir.equality import difference, equal
from ranvier.ir.parser import parse
from ranvier.ir.printer import print_op
from ranvier.ir.verifier import verify
from ranvier.passes.framework.core import no_gc

RANDOM_MODULES = 9_500
RANDOM_NETWORKS = 500


def round_trip(module: Op, locations: bool) -> None:
    """Print, parse, compare and print again."""
    text = print_op(module, locations)
    back = parse(text)
    assert difference(module, back, locations=locations) is None
    assert print_op(back, locations) == text


@pytest.mark.parametrize(("name", "level"), ALL)
def test_levels(name: str, level: str) -> None:
    """Every level of the published networks, with and without locations."""
    text = texts(name)[level]
    module = parse(text)
    verify(module)
    assert str(module) == text.rstrip("\n")
    round_trip(module, locations=False)
    round_trip(module, locations=True)


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_random_modules(part: int) -> None:
    """Small modules, so that there are many.

    Every second one holds whatever text can hold.
    """
    for seed in range(part, RANDOM_MODULES, 4):
        with no_gc():
            odd = seed % 8 >= 4
            module = random_module(seed, size=3, functions=1, oddities=odd, branches=seed % 3 == 0)
            round_trip(module, locations=odd)


@pytest.mark.parametrize("level", ["net", "eq"])
def test_random_networks(level: str) -> None:
    for seed in range(RANDOM_NETWORKS // 2):
        round_trip(random_network(seed, derivatives=level == "net"), locations=False)


@given(st.integers(min_value=0))
@settings(max_examples=50, deadline=None)
def test_random_modules_are_well_formed(seed: int) -> None:
    """The promises of the generators to their users."""
    verify(random_module(seed, branches=True))
    verify(random_network(seed))


@given(st.randoms(use_true_random=False))
def test_attributes(rng: random.Random) -> None:
    """An attribute is what its text says.

    Equal attributes have equal hashes.
    """
    value = random_attribute(rng)
    op = parse(f'"func.return"() {{a = {value}}} : () -> ()').ops[0]
    assert op.attributes["a"] == value
    assert hash(op.attributes["a"]) == hash(value)


@given(st.text(), st.text(min_size=1), st.floats())
def test_texts_keys_and_floats(text: str, key: str, number: float) -> None:
    from ranvier.ir.attributes import FloatAttr, StringAttr, SymbolRefAttr

    module = random_module(0, size=1, functions=1)
    items = {"s": StringAttr(text), key + "_": FloatAttr(number), "r": SymbolRefAttr(text)}
    module.ops[0].attributes.update(items)
    round_trip(module, locations=False)


def test_a_difference_is_found() -> None:
    """The judge of this file sees what differs, and nothing else."""
    one, other = (random_module(1) for _ in range(2))
    assert equal(one, other, names=True, locations=True)
    last = list(other.walk())[-2]
    last.attributes["new"] = random_attribute(random.Random(1))
    assert "attributes" in (difference(one, other) or "")
    assert not equal(one, random_module(2))


SCRIPT = """
import hashlib
from samples.seed_levels import NETWORKS, texts
for name in NETWORKS:
    for level, text in texts(name).items():
        print(name, level, hashlib.sha256(text.encode()).hexdigest())
"""


def test_same_bytes_whatever_the_hash_seed() -> None:
    """Two interpreters compile to the same text at every level."""
    answers = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        for seed in ("0", "12345")
    ]
    assert all(answer.returncode == 0 for answer in answers), answers[0].stderr
    assert answers[0].stdout.count("\n") == len(ALL)
    assert answers[0].stdout == answers[1].stdout
