"""Classes of :mod:`ranvier.ir.attrs_classes` print as those of attrs."""

from __future__ import annotations

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

    ring = Ring()
    ring.other = [ring, Point(2)]
    named = Named(x=1, name="a")
    return [
        repr(value)
        for value in (
            Point(1),
            named,
            Spoken(x=1, name="a"),
            Silent(x=1, name="a"),
            Inherits(x=1, name="a"),
            ring,
        )
    ]


@pytest.mark.parametrize("kind", ["frozen", "define"])
def test_texts_are_those_of_attrs(kind: str) -> None:
    ours = texts(getattr(attrs_classes, kind), attrs_classes.define)
    assert ours == texts(getattr(attrs, kind), attrs.define)
    assert ours[0] == "Point(x=1, _y=0.5)"
    assert ours[-1] == "Ring(other=[..., Point(x=2, _y=0.5)])"


def test_text_is_compiled_for_none() -> None:
    made = [attrs_classes.frozen(type(name, (), {})) for name in "AB"]
    assert made[0].__repr__ is made[1].__repr__
