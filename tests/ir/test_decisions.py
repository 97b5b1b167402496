"""Decisions: declared beside properties, kept in one, written by the rewriter."""

from __future__ import annotations

from typing import Any

import pytest

from ranvier.ir.attributes import Attribute, DictAttr, IntegerAttr, StringAttr, attribute
from ranvier.ir.core import DECISIONS
from ranvier.ir.dialects import net
from ranvier.ir.dialects.eq import Yield
from ranvier.ir.fast_verify import fast_check
from ranvier.ir.parser import parse
from ranvier.ir.printer import print_op
from ranvier.ir.rewriter import Rewriter


def projection() -> net.Projection:
    made = net.Projection(
        sym_name="all", pre="a", post="b", targets=["exc"], kind="rate", pattern="sparse"
    )
    for region in made.regions:
        region.block.append(Yield())
    return made


def complaints(decisions: Attribute) -> list[str]:
    """Complaints of the verifier.

    The quick check must agree.
    """
    made = projection()
    made.props[DECISIONS] = decisions
    found = list(made.verify())
    assert fast_check(net.Projection)(made) == (not found)
    return found


def test_nothing_is_written_until_a_pass_decides() -> None:
    made = projection()
    assert DECISIONS not in made.props and DECISIONS not in str(made)
    found: list[object] = [made.layout, made.tile, made.rank_bits, made.lazy_post_spikes]
    assert found == [None, 0, 32, False]
    assert list(made.verify()) == []


def test_decisions_are_one_record_in_the_order_of_declaration() -> None:
    made, rw = projection(), Rewriter()
    rw.decide(made, tile=12)
    assert rw.changed
    rw.decide(made, lazy_post_spikes=True, layout="dense")
    rw.decide(made, tile=24)
    assert (made.layout, made.tile, made.lazy_post_spikes) == ("dense", 24, True)
    record = 'decisions = {layout = "dense", tile = 24 : i64, lazy_post_spikes = true}'
    assert record in print_op(made)
    assert list(made.verify()) == []
    (again,) = parse(print_op(made)).ops
    assert again.props == made.props


def test_each_decision_is_read_where_it_was_written() -> None:
    for kind in (net.Projection, net.Population):
        for name, declared in kind.defn.decisions:
            value = {StringAttr: "x", IntegerAttr: 7}[declared.kind]
            made = object.__new__(kind)
            made._setup([], (), {}, ())
            assert getattr(made, name) == declared.default
            Rewriter().decide(made, **{name: value})
            assert getattr(made, name) == value


def test_only_decisions_are_written_and_only_of_their_kind() -> None:
    made = projection()
    with pytest.raises(KeyError, match="synapses"):
        Rewriter().decide(made, synapses=3)
    with pytest.raises(TypeError, match="the decision 'tile' is a IntegerAttr"):
        Rewriter().decide(made, tile="many")
    assert DECISIONS not in made.props


def test_the_verifier_knows_them() -> None:
    assert complaints(attribute({"tile": 3})) == []
    (wrong,) = complaints(attribute({"tile": "many"}))
    assert wrong == """decision 'tile' expects a IntegerAttr, got "many\""""
    (unknown,) = complaints(attribute({"titel": 3}))
    assert unknown.startswith("there is no decision 'titel'; there are layout, ")
    (other,) = complaints(attribute(["tile"]))
    assert other == "property 'decisions' expects a DictAttr, got [\"tile\"]"
    assert complaints(DictAttr(())) == []


def test_everything_about_networks_is_documented() -> None:
    for kind in (net.Population, net.Projection, net.Monitor):
        defn = kind.defn
        declared: list[Any] = [*defn.props, *defn.decisions]
        said = {n: d.doc for n, d in declared if n != DECISIONS}
        said |= dict(zip(defn.regions, defn.region_docs, strict=True))
        assert [name for name, doc in said.items() if not doc] == []
