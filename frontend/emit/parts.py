"""What populations and projections have in common: regions, declarations, refusals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...ir.builder import Builder
from ...ir.core import Region
from ...ir.diagnostics import ModelError, error
from ...ir.dialects import eq
from ..language.model import NeuronModel, ParameterDecl, SynapseModel, VariableDecl
from .expressions import TYPES, Expressions


def region(part: Region, **context: Any) -> Expressions:
    """What emits into a region; ``context`` is for projections, see :class:`Expressions`."""
    return Expressions(Builder(part.block), **context)


def declared(model: NeuronModel | SynapseModel) -> list[ParameterDecl | VariableDecl]:
    """All parameters and variables of a model."""
    return [*model.parameters, *model.variables]


def declare(
    emit: Expressions,
    declarations: Iterable[ParameterDecl | VariableDecl],
    role: str,
    frozen: set[str],
) -> None:
    """One ``eq.variable`` each."""
    for d in declarations:
        loc = d.span.loc if d.span is not None else getattr(d, "loc", None)
        with emit.build.at(loc or emit.build.loc):
            emit.build(
                eq.Variable(
                    sym_name=d.name,
                    type=TYPES[d.type],
                    role=role,
                    locality=d.locality,
                    frozen=d.name in frozen,
                )
            )


def unsupported(what: str, where: Any) -> ModelError:
    """The error for something that is understood but cannot be lowered yet."""
    loc = getattr(where, "loc", None) or where.span.loc
    span = getattr(where, "span", None)
    line = span.source.line_text(span.start) if span is not None else None
    return ModelError(error(f"{what} is not supported yet", loc, line))
