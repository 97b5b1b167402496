"""Checks of the arguments of random draws, before a run.

Constants were checked when the model was defined; here parameters have their values. What depends
on variables is known only in the run: there, arguments that make no sense give NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ..ir.diagnostics import ModelError
from .language.draws import refuse_wrong
from .language.evaluate import evaluate
from .language.model import OdeStatement
from .language.problems import noting
from .language.syntax import Expr, Name, Random, walk
from .network_element import NetworkElement


def check_draws(elements: Iterable[NetworkElement]) -> None:
    """Raise a located error for the first draw that is senseless.

    The error names the neuron or synapse.
    """
    for element in elements:
        model: Any = element.model
        if model.draws:
            for node in _draws(model):
                with noting(f"in {element._label}", model.loc):
                    _check(element, node)


def _draws(model: Any) -> Iterator[Random]:
    for statement in model.statements:
        texts = (
            (statement.lhs, statement.rhs)
            if isinstance(statement, OdeStatement)
            else (statement.value,)
        )
        for text in texts:
            yield from (node for node in walk(text) if isinstance(node, Random))


def _check(element: Any, node: Random) -> None:
    """Check both arguments, together where one fits the other.

    That is where they are of the same neurons or synapses.
    """
    values = [_value(element, argument) for argument in node.args]
    if len({v.size for v in values if v is not None} - {1}) < 2:
        _check_values(node, values)
    else:  # one per synapse and one per neuron
        for i in range(len(values)):
            _check_values(node, [v if i == other else None for other, v in enumerate(values)])


def _check_values(node: Random, values: Sequence[Any]) -> None:
    """Check the extremes, and a value that is no whole number."""
    known = [v for v in values if v is not None]
    if not known:
        return
    arrays = np.broadcast_arrays(*known)
    places = {int(f(a)) for a in arrays for f in (np.argmin, np.argmax)}
    places |= {int(np.argmax(a != np.floor(a))) for a in arrays}
    places.add(int(np.argmax(arrays[0] - arrays[-1])))
    for place in sorted(places):
        found = iter(arrays)
        refuse_wrong(node, *(None if v is None else float(next(found)[place]) for v in values))


def _value(element: Any, node: Expr) -> Any:
    """The values of an argument, None if it depends on variables.

    Others depend on constants and parameters only.
    """
    names = [n for n in walk(node) if isinstance(n, Name)]
    scopes = {n.scope for n in names}
    if scopes - {"parameter", "constant"}:
        return None
    found = {n.name: element.initial_value(n.name) for n in names if n.scope == "parameter"}
    if any(np.ndim(v) > 1 for v in found.values()):
        return None
    try:
        return np.atleast_1d(np.asarray(evaluate(node, found), np.float64))
    except ModelError:
        return None  # it reads something else than names
