"""Declarations: the network that a module of kernels was made of.

With the descriptors on the arguments of ``@step_range`` (``buffers.py``) they are all that the run
time must know of kernels. They stand on the module, as the attribute ``ranvier.declarations``:

    {populations = [{name = "pop0", size = 100, of = 0}],
     projections = [{name = "proj0", pre = "pop0", post = "pop0", kind = "spike",
                     layout = "by_pre", of = 1}],
     monitors = [{name = "mon0", source = "pop0"}],
     variables = [[{name = "v", type = f64, locality = "local", role = "variable"}], []]}

``of`` is the number of the list of variables that an object declares; objects of equal structure
share one list. ``stored_locality`` is that in kernels, where passes changed it;
``tile`` is the number of steps whose sums are taken at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import fields

from .attributes import ArrayAttr, Attribute, DictAttr, IntegerAttr, attribute
from .attrs_classes import frozen
from .layouts import LAYOUTS

if TYPE_CHECKING:
    from .dialects.builtin import Module
    from .types import Type

MOST = 1 << 31
"""Beyond the largest population: ranks have 32 bits."""

DECLARATIONS = "ranvier.declarations"
"""The attribute of a module of kernels."""


@frozen
class DeclaredVariable:
    """A parameter or variable of a model, or a clock.

    A variable of the role ``clock`` is Ranvier's own: no user reads or sets it.
    """

    name: str
    type: Type
    locality: str
    role: str
    stored_locality: str = ""


@frozen
class DeclaredPopulation:
    """A population, and the number of the list of its variables."""

    name: str
    size: int
    of: int


@frozen
class DeclaredProjection:
    """A projection, and the number of the list of its variables."""

    name: str
    pre: str
    post: str
    kind: str
    layout: str
    of: int
    tile: int = 0


@frozen
class DeclaredMonitor:
    """A monitor and the population that it records."""

    name: str
    source: str


@frozen
class Declarations:
    """All declarations of a module, with its lists of variables."""

    populations: tuple[DeclaredPopulation, ...] = ()
    projections: tuple[DeclaredProjection, ...] = ()
    monitors: tuple[DeclaredMonitor, ...] = ()
    variables: tuple[tuple[DeclaredVariable, ...], ...] = ()


# ---------------------------------------------------------------------- as an attribute


def written(declarations: Declarations) -> DictAttr:
    """The attribute of a module that holds declarations."""
    said = {
        "populations": _rows(declarations.populations),
        "projections": _rows(declarations.projections),
        "monitors": _rows(declarations.monitors),
        "variables": [_rows(each) for each in declarations.variables],
    }
    return DictAttr(tuple((name, attribute(rows)) for name, rows in said.items()))


def _rows(records: Iterable[Any]) -> list[dict[str, Any]]:
    """The fields of records that differ from their defaults."""
    return [
        {
            name: value
            for name, usual in _defaults(each.__class__)
            if (value := getattr(each, name)) != usual
        }
        for each in records
    ]


@cache
def _defaults(cls: Any) -> list[tuple[str, Any]]:
    return [(each.name, each.default) for each in fields(cls)]


def read(module: Module) -> Declarations | None:
    """The declarations of a module; None where it has none.

    Raises ValueError, with the fault, for an attribute that ``written`` does not make.
    """
    said = module.attributes.get(DECLARATIONS)
    if said is None:
        return None
    lists = dict(said.value) if isinstance(said, DictAttr) else {}
    if not lists or any(not isinstance(each, ArrayAttr) for each in lists.values()):
        raise ValueError(f"{DECLARATIONS} is a dictionary of lists")
    rows: dict[str, Any] = {name: each.value for name, each in lists.items()}  # type: ignore[attr-defined]
    variables = tuple([_read(DeclaredVariable, each.value) for each in rows.get("variables", ())])
    found = Declarations(
        _read(DeclaredPopulation, rows.get("populations", ())),
        _read(DeclaredProjection, rows.get("projections", ())),
        _read(DeclaredMonitor, rows.get("monitors", ())),
        variables,
    )
    for problem in _problems(found):
        raise ValueError(f"{DECLARATIONS}: {problem}")
    return found


def _problems(found: Declarations) -> Iterator[str]:
    """Contradictions between declarations."""
    populations = {each.name for each in found.populations}
    objects: list[Any] = [*found.populations, *found.projections]
    names = {each.name for each in objects}
    monitors = [each.name for each in found.monitors]
    named = [(each.pre, each.name) for each in found.projections]
    named += [(each.post, each.name) for each in found.projections]
    named += [(each.source, each.name) for each in found.monitors]
    yield from (
        f"'{name}' needs the population '{of}'" for of, name in named if of not in populations
    )
    if len(names) < len(objects) or len({*monitors}) < len(monitors):
        yield "two objects have one name"
    for each in objects:
        if not 0 <= each.of < len(found.variables):
            yield f"'{each.name}' declares list {each.of} of variables, of {len(found.variables)}"
    for projection in found.projections:
        if projection.layout not in LAYOUTS:
            yield f"'{projection.name}' has the unknown layout '{projection.layout}'"
    for population in found.populations:
        if not 0 < population.size < MOST:
            yield f"'{population.name}' has the size {population.size}"


RecordT = TypeVar("RecordT")


def _read(cls: type[RecordT], rows: Iterable[Attribute]) -> tuple[RecordT, ...]:
    """Records of a class from dictionaries with their fields."""
    record: Any = cls
    kinds = {each.name: each.type for each in fields(record)}
    found = []
    for row in rows:
        if not isinstance(row, DictAttr):
            raise ValueError(f"a row of {DECLARATIONS} is a dictionary")
        said: dict[str, Any] = {name: getattr(each, "value", None) for name, each in row.value}
        for name, each in row.value:
            whole = kinds.get(name) == "int"
            if name not in kinds or whole != isinstance(each, IntegerAttr):
                raise ValueError(f"there is no '{name} = {each}' in {DECLARATIONS}")
        try:
            found.append(cls(**said))
        except TypeError as problem:
            raise ValueError(f"{DECLARATIONS}: {problem}") from None
    return tuple(found)
