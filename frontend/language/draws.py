"""Calls of distributions in models: named arguments, bounds, senseless values.

Bounds become minimum and maximum:

Normal(0, sigma, max=1.0)    ->    min(Normal(0, sigma), 1.0)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...ir.diagnostics import ModelError
from .conversions import to_float
from .evaluate import evaluate
from .functions import DISTRIBUTIONS
from .lexer import Token
from .source import Span
from .suggest import did_you_mean
from .syntax import Call, Expr, NumberLiteral, Random

BOUNDS = ("min", "max")


def arranged(
    name: str, positional: Sequence[Expr], named: Sequence[tuple[Token, Expr]], span: Span
) -> Random:
    """The call with its arguments in order.

    Where too many or too few are given, it is as written.
    """
    distribution = DISTRIBUTIONS[name]
    slots = (*distribution.arguments, *(BOUNDS if distribution.bounded else ()))
    if len(positional) > len(slots):
        return Random(name, tuple(positional), span=span)
    given = dict(zip(slots, positional, strict=False))
    for token, value in named:
        if token.text not in slots:
            hint = did_you_mean(token.text, slots)
            raise token.span.fail(f"'{name}' has no argument '{token.text}'{hint}")
        if token.text in given:
            raise token.span.fail(f"'{token.text}' is given twice")
        given[token.text] = value
    for argument, default in distribution.defaults.items():
        given.setdefault(argument, NumberLiteral(default, span=span, type="float"))
    args = tuple(given[slot] for slot in distribution.arguments if slot in given)
    if not distribution.bounded:
        return Random(name, args, span=span)
    return Random(name, args, low=given.get("min"), high=given.get("max"), span=span)


def bounded(node: Random, low: Expr | None, high: Expr | None) -> Expr:
    """The checked draw inside its checked bounds."""
    found: Expr = node
    for bound, function in ((low, "max"), (high, "min")):
        if bound is not None:
            args = (found, to_float(bound))
            found = Call(function, args, span=node.span, name_span=node.span, type="float")
    return found


def check_values(
    node: Random, args: Sequence[Expr], bounds: Sequence[Expr | None]
) -> list[float | None]:
    """Constant values of arguments and bounds, None for others.

    Raises a ModelError for wrong ones.
    """
    values = [None if a is None else _value(a) for a in (*args, *bounds)]
    *given, low, high = values
    refuse_wrong(node, *given)
    text = _range(low, high)
    if text:
        raise node.span.fail(f"{node.distribution}: {text}")
    return values


def refuse_wrong(node: Random, *values: float | None) -> None:
    """Refuse a draw whose known arguments make no sense."""
    text = _WRONG[node.distribution](*values)
    if text:
        raise node.span.fail(f"{node.distribution}: {text}")


def _value(node: Expr) -> float | None:
    try:
        return float(evaluate(node, {}))
    except ModelError:
        return None  # it depends on values of the run


def _spread(_: float | None, sigma: float | None) -> str | None:
    bad = sigma is not None and not sigma >= 0
    return f"sigma must not be negative, but is {sigma:g}" if bad else None


def _rate(rate: float | None) -> str | None:
    bad = rate is not None and not rate > 0
    return f"Lambda must be positive, but is {rate:g}" if bad else None


def _positive(alpha: float | None, beta: float | None) -> str | None:
    for name, value in (("alpha", alpha), ("beta", beta)):
        if value is not None and not value > 0:
            return f"{name} must be positive, but is {value:g}"
    return None


def _trials(n: float | None, p: float | None) -> str | None:
    if n is not None and not (n >= 0 and n == int(n)):
        return f"n must be a whole number >= 0, but is {n:g}"
    if p is not None and not 0 <= p <= 1:
        return f"p must be a probability from 0 to 1, but is {p:g}"
    return None


def _range(low: float | None, high: float | None) -> str | None:
    if low is not None and high is not None and low > high:
        return f"min = {low:g} is larger than max = {high:g}"
    return None


def _whole_range(low: float | None, high: float | None) -> str | None:
    if any(v is not None and v != int(v) for v in (low, high)):
        return "both bounds must be whole numbers"
    return _range(low, high)


_WRONG: dict[str, Callable[..., str | None]] = {
    "Uniform": _range,
    "DiscreteUniform": _whole_range,
    "Normal": _spread,
    "LogNormal": _spread,
    "Exponential": _rate,
    "Gamma": _positive,
    "Binomial": _trials,
}
"""Functions that find the fault of known arguments."""
