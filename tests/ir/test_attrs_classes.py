"""Classes of :mod:`ranvier.ir.attrs_classes` print and compare as those of attrs."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from ranvier.ir import attrs_classes


def texts(maker: Any, base: Any) -> list[str]:
    """Texts of values whose classes a pair of decorators made."""

    @maker
    class Point:
        x: int
        _y: float = 0.5
        hidden: int = attrs.field(default=1, repr=False)

    @maker(kw_only=True)
    class Named(Point):
        name: str

    @maker
    class Spoken(Named):
        def __repr__(self) -> str:
            return "spoken"

    @maker
    class Silent(Spoken):
        z: int = 3

    @maker(repr=False)
    class Inherits(Spoken):
        pass

    @base
    class Ring:
        other: Any = None

    made = SimpleNamespace(**locals())
    ring = made.Ring()
    ring.other = [ring, made.Point(2)]
    named = made.Named(x=1, name="a")
    return [
        repr(value)
        for value in (
            made.Point(1),
            named,
            made.Spoken(x=1, name="a"),
            made.Silent(x=1, name="a"),
            made.Inherits(x=1, name="a"),
            ring,
        )
    ]


@pytest.mark.parametrize("kind", ["frozen", "define"])
def test_texts_are_those_of_attrs(kind: str) -> None:
    ours = texts(getattr(attrs_classes, kind), attrs_classes.define)
    assert ours == texts(getattr(attrs, kind), attrs.define)
    assert ours[0] == "Point(x=1, _y=0.5)"
    assert ours[-1] == "Ring(other=[..., Point(x=2, _y=0.5)])"


def classes(maker: Any) -> SimpleNamespace:
    """Classes that a decorator made."""

    @maker
    class Point:
        x: Any
        y: float = 0.5
        note: str = attrs.field(default="", eq=False)

    @maker
    class Child(Point):
        pass

    @maker
    class One:
        x: Any

    @maker
    class Nothing:
        pass

    @maker(eq=False)
    class Entity:
        x: int

    @maker
    class Keyed:
        name: str = attrs.field(eq=str.lower)

    @maker
    class Partly:
        x: Any
        name: str = attrs.field(eq=str.lower)
        y: list[int] = attrs.field(factory=list, hash=False)

    @maker(unsafe_hash=True)
    class Hashed:
        x: Any

    @maker
    class Own:
        x: int

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 1

    class Plain(One):
        pass

    return SimpleNamespace(**locals())


def comparisons(maker: Any) -> tuple[list[Any], list[bool], list[bool]]:
    """Values, pairs that are equal, and pairs of equal hash."""
    made = classes(maker)
    nan = float("nan")
    point, child, one = made.Point, made.Child, made.One
    values = [
        *(point(1), point(1), point(1, note="other"), point(1, 1.5), point(2), point("1")),
        *(child(1), child(1), point(nan), point(0, nan), point(-0.0), point(0.0)),
        *(one(1), one(1), one(nan), one("x"), made.Plain(1), made.Plain(1)),
        *(made.Nothing(), made.Nothing(), made.Entity(1), made.Entity(1)),
        *(made.Keyed("a"), made.Keyed("A"), made.Keyed("b"), made.Hashed(1), made.Hashed(1)),
        *(made.Partly(1, "a"), made.Partly(1, "A"), made.Partly(1, "A", [1]), made.Partly(2, "a")),
        *(made.Own(1), made.Own(2), 1, (1, 0.5)),
    ]
    pairs = list(itertools.product(values, values))
    frozen = [pair for pair in pairs if all(type(value).__hash__ for value in pair)]
    return (
        values,
        [a == b for a, b in pairs] + [a != b for a, b in pairs],
        [hash(a) == hash(b) for a, b in frozen],
    )


@pytest.mark.parametrize("kind", ["frozen", "define"])
def test_equality_is_that_of_attrs(kind: str) -> None:
    values, equal, hashes = comparisons(getattr(attrs_classes, kind))
    theirs, equal_there, hashes_there = comparisons(getattr(attrs, kind))
    assert equal == equal_there
    assert hashes == hashes_there
    assert [bool(type(v).__hash__) for v in values] == [bool(type(v).__hash__) for v in theirs]


def test_exceptions_have_identity() -> None:
    @attrs_classes.define
    class ProblemError(Exception):
        text: str

    assert ProblemError("a") != ProblemError("a")
    assert isinstance(hash(ProblemError("a")), int)


def test_no_method_is_compiled_twice() -> None:
    @attrs_classes.frozen
    class One:
        x: int

    @attrs_classes.frozen
    class Other:
        y: int

    for name in ("__repr__", "__eq__", "__hash__"):
        assert getattr(One, name).__code__ is getattr(Other, name).__code__
