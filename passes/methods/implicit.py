"""``implicit``: (x + (dt/A) C) / (1 + (dt/A) B)."""

from __future__ import annotations

from functools import partial

from ...ir.core import Value
from ...ir.diagnostics import ModelError, error
from ..analysis.linear import Decomposer
from .scheme import Ode, Scheme, alone, is_read_of


def implicit(scheme: Scheme, ode: Ode) -> Value:
    """The value after the step.

    (x + (dt/A) C) / (1 + (dt/A) B)
    """
    _refuse_coupled(scheme, ode)
    decay, drive = scheme.linear(ode)
    x, alg, step = scheme.current(ode.variable), scheme.algebra, scheme.step_over(ode.factor)
    top = alg.fma(drive, step, x) or x
    if decay is None:
        return top
    return alg.div(top, alg.fma(decay, step, alg.number(1.0)) or step) or top


def _refuse_coupled(scheme: Scheme, ode: Ode) -> None:
    """Refuse implicit equations that depend on one another.

    They would have to be solved jointly.
    """
    for other in scheme.odes:
        if other is ode or other.method != "implicit":
            continue
        reads_other = partial(is_read_of, variable=other.variable)
        direct = Decomposer(scheme.algebra, reads_other).depends(ode.rate)
        if direct or scheme.dependencies.mutual(ode.variable, other.variable):
            text = f"'{ode.variable}' and '{other.variable}' are implicit and coupled"
            what = error(text + ", which is not supported yet", ode.op.loc)
            raise ModelError(
                what.note("'exact', 'exponential', 'midpoint' or 'rk4' fit coupled equations")
            )


advance = alone(implicit)
