"""Connectors with listed synapses: matrices, sparse matrices and functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .connection_rules import Group, Listed
from .connectivity import LILConnectivity
from .connectors import Recipe, checked_delays
from .memory import check_room
from .numbers import durations, real_floats
from .population import Population
from .synapse_rows import rows_of_pairs
from .user_errors import WrongValue, caller_location, reject

Floats = NDArray[np.float64]
Ranks = NDArray[np.int64]

_EACH = 48.0
"""Bytes for a listed synapse while it is sorted.

It has ranks, a weight, and its place by either rank.
"""


def from_matrix(pre: Group, post: Group, weights: Any, delays: Any, pre_post: bool) -> Recipe:
    """The recipe of a matrix ``(post, pre)`` or ``(pre, post)``.

    None or NaN stand where there is no synapse.
    """
    names = f"from '{pre.name}' to '{post.name}'"
    matrix = _matrix(weights, "weights", names)
    several = isinstance(delays, (list, tuple)) or getattr(delays, "ndim", 0) > 0
    delay_matrix = _matrix(delays, "delays", names) if several else None
    if pre_post:
        matrix = matrix.T
        delay_matrix = None if delay_matrix is None else delay_matrix.T
    expected = (post.size, pre.size)
    for found in (matrix, matrix if delay_matrix is None else delay_matrix):
        if found.shape != expected:
            order = "(pre, post)" if pre_post else "(post, pre)"
            wanted = expected[::-1] if pre_post else expected
            got = found.shape[::-1] if pre_post else found.shape
            hint = "; give pre_post=True or False" if found.shape == expected[::-1] else ""
            reject(
                f"the matrix must have the shape {order} = {wanted}, not {got}{hint}",
                kind=WrongValue,
            )
    given = ~np.isnan(matrix)
    _check_synapses(pre, post, int(np.count_nonzero(given)))
    rows, columns = np.nonzero(given)
    values = matrix[rows, columns]
    if delay_matrix is None:
        return _listed(pre, post, columns, rows, values, delays=checked_delays(delays))
    return _listed(pre, post, columns, rows, values, delays=delay_matrix[rows, columns])


def from_sparse(pre: Group, post: Group, weights: Any, delays: Any) -> Recipe:
    """The recipe of a SciPy sparse matrix ``(pre, post)``.

    Entries that are stored are synapses, zeros too.
    """
    if not hasattr(weights, "tocoo"):
        reject(
            f"from_sparse() takes a sparse matrix of SciPy, not {type(weights).__name__}; "
            "from_matrix() takes arrays and lists"
        )
    matrix = _entries(weights)
    if matrix.shape != (pre.size, post.size):
        hint = "; transpose it with .T" if matrix.shape == (post.size, pre.size) else ""
        reject(
            f"the sparse matrix must have the shape (pre, post) = {(pre.size, post.size)}, "
            f"not {tuple(matrix.shape)}{hint}",
            kind=WrongValue,
        )
    _check_synapses(pre, post, matrix.nnz)
    values = real_floats(matrix.data, "weights")
    return _listed(pre, post, matrix.row, matrix.col, values, delays=checked_delays(delays))


def _entries(weights: Any) -> Any:
    """Rows, columns and values of a sparse matrix, all inside.

    SciPy trusts the arrays of a matrix, which users may set, and reads and writes where they say.
    """
    try:
        if hasattr(weights, "check_format"):  # compressed formats have indices to check
            weights.check_format(full_check=True)
        found = weights.tocoo()
        pairs = list(zip((found.row, found.col), found.shape, strict=True))
        whole = all(len(places) == len(found.data) for places, _ in pairs)
        inside = all(((places >= 0) & (places < size)).all() for places, size in pairs)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as problem:
        reject(f"the sparse matrix is damaged: {problem}", kind=WrongValue)
    if not (whole and inside):
        reject("the sparse matrix is damaged: it has entries outside of its shape", kind=WrongValue)
    return found


def from_function(
    pre: Group, post: Group, method: Callable[..., LILConnectivity], arguments: dict[str, Any]
) -> Recipe:
    """The recipe of the synapses that a user's function returns.

    ``method(pre, post, **arguments)`` lists them, in ranks of the populations.
    """
    if not callable(method):
        reject(f"'method' must be a function, not {method!r:.60}")
    _check_fits(method, pre, post, arguments)
    found = method(pre, post, **arguments)
    if not isinstance(found, LILConnectivity):
        reject(
            f"'{getattr(method, '__name__', method)}' must return the LILConnectivity (CSR) that "
            f"it filled, not {type(found).__name__}"
        )
    pres, posts, values, delays = found.columns()
    for ranks, group, side in ((pres, pre, "pre"), (posts, post, "post")):
        outside = ranks[~np.isin(ranks, group.ranks)]
        if outside.size:
            reject(
                f"{side}-synaptic rank {outside[0]} is not one of the {group.size} neurons of the "
                "projection (ranks are those of the whole population, also for views)",
                kind=WrongValue,
            )
    return _recipe(pre, post, pres, posts, values, delays=_uniform(delays))


def _check_fits(
    method: Callable[..., Any], pre: Group, post: Group, arguments: dict[str, Any]
) -> None:
    """Refuse arguments that the user's function does not take."""
    try:
        described = signature(method)
    except ValueError:  # some functions of C do not say what they take
        return
    try:
        described.bind(pre, post, **arguments)
    except TypeError as problem:
        name = getattr(method, "__name__", method)
        reject(f"'{name}' cannot be called with pre, post and these arguments: {problem}")


def _listed(
    pre: Group, post: Group, columns: Any, rows: Any, values: Floats, delays: Any
) -> Recipe:
    pres, posts = (
        chosen if isinstance(group, Population) else group.ranks[chosen]
        for group, chosen in ((pre, _whole(columns)), (post, _whole(rows)))
    )
    return _recipe(pre, post, pres, posts, values, delays=delays)


def _whole(numbers: Any) -> Ranks:
    return np.asarray(numbers, dtype=np.int64)


def _check_synapses(pre: Group, post: Group, count: int) -> None:
    """Raise NoMemory where lists of so many synapses do not fit."""
    needed = _EACH * float(count) + 32.0 * (pre.population.size + post.population.size)
    what = f"a list of {count:.3g} synapses from '{pre.name}' to '{post.name}'"
    check_room(needed, what, caller_location(), "connect fewer neurons, or make a random connector")


def _recipe(
    pre: Group, post: Group, pres: Ranks, posts: Ranks, weights: Floats, delays: Any
) -> Recipe:
    """A recipe in dendrite order from synapses in any order. Refuses the same synapse twice."""
    rows, order = rows_of_pairs(pres, posts, pre.population.size, post.population.size)
    weights, ranks = weights[order], rows.ranks
    twice = np.flatnonzero(ranks[1:] == ranks[:-1])
    twice = twice[posts[order[twice + 1]] == posts[order[twice]]]
    if twice.size:
        reject(
            f"two synapses connect neuron {ranks[twice[0]]} to neuron {posts[order[twice[0]]]}; "
            "add their weights or use two projections",
            kind=WrongValue,
        )
    if not np.isfinite(weights).all():
        at = int(np.flatnonzero(~np.isfinite(weights))[0])
        reject(
            f"the weight from neuron {ranks[at]} to neuron {posts[order[at]]} is {weights[at]}",
            kind=WrongValue,
        )
    if isinstance(delays, np.ndarray):
        delays = delays[order]
        durations(delays, "delays")
    return Recipe(partial(Listed, pre, post, len(weights), rows), weights, delays)


def _uniform(values: Floats) -> Any:
    """One number if all are equal, else the values."""
    if values.size and (values != values[0]).any():
        return values
    return checked_delays(values[0]) if values.size else 0.0


def _matrix(values: Any, what: str, names: str) -> Floats:
    # A matrix of NumPy is copied, and a mask made of it; lists of Python are larger than that.
    size = 9.0 * getattr(values, "size", 0)
    check_room(size, f"a copy of the {what} {names}", caller_location(), "use from_sparse()")
    matrix = real_floats(values, what, missing=True)
    if matrix.ndim != 2:
        reject(
            f"{what} must be a matrix of two dimensions, not of {matrix.ndim}; "
            "a sparse matrix goes to from_sparse()",
            kind=WrongValue,
        )
    return matrix
