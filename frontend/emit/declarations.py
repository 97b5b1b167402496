"""Regions, declarations and refusals that populations and projections have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ...ir.attrs_classes import frozen as frozen_class
from ...ir.builder import Builder
from ...ir.core import Region
from ...ir.diagnostics import ModelError, error
from ...ir.dialects import eq
from ...ir.types import FloatType, Type, f32, f64
from ..language.model import NeuronModel, ParameterDecl, SynapseModel, VariableDecl
from .expressions import Expressions


def region(part: Region, **context: Any) -> Expressions:
    """Emitter into a region; ``context`` is described in :class:`Expressions`."""
    return Expressions(Builder(part.block), **context)


def number_type(dtype: str) -> Type:
    """The IR type of a dtype of the options."""
    return {"float32": f32, "float64": f64}[dtype]


def declared(model: NeuronModel | SynapseModel) -> list[ParameterDecl | VariableDecl]:
    """All parameters and variables of a model."""
    return [*model.parameters, *model.variables]


@frozen_class
class Traces:
    """Effects of events on variables of synapses.

    ``clocks`` are those of event-driven variables; ``differing`` are the variables that start with
    values of their own.
    """

    clocks: Mapping[str, str]
    differing: Collection[str]


NO_TRACES = Traces({}, ())
"""No traces: those of a population, whose variables no event changes."""


def declare(
    emit: Expressions,
    declarations: Iterable[ParameterDecl | VariableDecl],
    role: str,
    frozen: set[str],
    *,
    stored: Type | None = None,
    traces: Traces = NO_TRACES,
) -> None:
    """Declare parameters and variables, an ``eq.variable`` each.

    ``stored`` is the type in memory of values of each synapse.
    """
    for d in declarations:
        loc = d.span.loc if d.span is not None else getattr(d, "loc", None)
        type_ = emit.types[d.type]
        own = stored if isinstance(type_, FloatType) and d.locality == "local" else None
        with emit.build.at(loc or emit.build.loc):
            emit.build(
                eq.Variable(
                    sym_name=d.name,
                    type=type_,
                    role=role,
                    locality=d.locality,
                    frozen=d.name in frozen,
                    stored=own,
                    clock=traces.clocks.get(d.name),
                    differs=d.name in traces.differing or None,
                )
            )


def unsupported(what: str, where: Any) -> ModelError:
    """The error for a feature that cannot be lowered yet."""
    loc = getattr(where, "loc", None) or where.span.loc
    span = getattr(where, "span", None)
    line = span.source.line_text(span.start) if span is not None else None
    return ModelError(error(f"{what} is not supported yet", loc, line))
