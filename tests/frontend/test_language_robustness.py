"""Any text gives a model or a ModelError.

The error points into the text; nothing else comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ranvier.frontend.language import analyse_neuron, analyse_synapse
from ranvier.frontend.language.model import NeuronModel, OdeStatement
from ranvier.frontend.language.ode import contains_derivative
from ranvier.frontend.language.syntax import Binary, Compare, Expr, IfElse, Logic, Unary, walk
from ranvier.ir.diagnostics import ModelError
from ranvier.ir.location import spot
from references.solved_odes import isolate_derivative

PIECES = [
    *("r", "v", "x", "tau", "dv/dt", "dx/dt", "t", "dt", "w", "pi", "g_exc", "g_target"),
    *("pre.r", "post.v", "sum(exc)", "sum()", "if", "else", ":", ";", "=", "+=", "=="),
    *("<", "<=", "and", "or", "not", "is", "&", "|", "+", "-", "*", "/", "%", "^", "**"),
    *("(", ")", ",", ".", "1", "2.5", "3e1", "True", "exp(", "max(", "clip(", "ite(", "f("),
    *("Uniform(", "init=", "min=0", "population", "int", "bool", "exponential", "unless_post"),
    *("#", "\n", "[", "]", "'", "$", "é", "\\", "1.2.3", "2x"),
]
SOUP = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)
EQUATION = st.builds(
    "{} = {}{}".format,
    st.sampled_from(["r", "v", "dr/dt", "tau*dv/dt + v", "x"]),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map(" ".join),
    st.sampled_from(["", " : init=0.5", " : min=0.0, population"]),
)
TEXT = SOUP | st.lists(EQUATION, min_size=1, max_size=3).map("\n".join) | st.text(max_size=20)


def _numbers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Formulas of numbers, with conditions between them."""
    order = st.sampled_from(["<", "<=", "==", "!=", ">"])
    compared = st.builds("({} {} {})".format, inner, order, inner) | st.just("up")
    joined = st.builds("({} {} {})".format, compared, st.sampled_from(["and", "or"]), compared)
    condition = compared | joined | joined.map("not {}".format)
    return (
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner)
        | st.builds("ite({}, {}, {})".format, condition, inner, inner)
        | inner.map("(-{})".format)
        | inner.map("exp({})".format)
    )


NUMBER = st.recursive(
    st.sampled_from(["r", "v", "x", "t", "n", "2", "0.5"]), _numbers, max_leaves=6
)
TYPED = st.builds(
    "r = {}\n10.0*dv/dt + v = {}\nx = {}\nup = {} > {} : bool\nn = n + 1 : int".format,
    *[NUMBER] * 5,
)
"""Equations that declare every name, with right types."""


def check_places(analyse: Callable[[], Any], texts: list[str]) -> Any:
    """The model, or None after looking at the error's places."""
    try:
        return analyse()
    except ModelError as error:
        lines = max(text.count("\n") + 1 for text in texts)
        for diagnostic in error.diagnostics:
            place = spot(diagnostic.loc) if diagnostic.loc else None
            if place is not None:
                assert 1 <= place.line <= lines and place.col >= 1 and place.end_col > place.col
                assert diagnostic.line_text is not None
                assert "^" in str(diagnostic) or not diagnostic.line_text
        return None


def check_types(node: Expr) -> None:
    """The promises of a checked tree."""
    for part in walk(node):
        match part:
            case Binary(left=left, right=right):
                assert left.type == right.type == part.type != "bool"
            case Compare(left=left, right=right):
                assert left.type == right.type and part.type == "bool"
            case Logic(left=left, right=right):
                assert left.type == right.type == part.type == "bool"
            case IfElse():
                assert part.cond.type == "bool"
                assert part.then.type == part.other.type == part.type
            case Unary():
                assert part.value.type == part.type
                assert (part.type == "bool") == (part.op == "not")


def parts_of(statement: Any) -> Iterator[Expr]:
    """All expressions of a statement."""
    ode = isinstance(statement, OdeStatement)
    for node in (statement.lhs, statement.rhs) if ode else (statement.value,):
        yield from walk(node)


def check_model(model: NeuronModel) -> None:
    """The promises of a neuron."""
    declared = {v.name: v for v in model.variables}
    for statement in model.statements:
        if isinstance(statement, OdeStatement):
            check_types(statement.lhs)
            check_types(statement.rhs)
            solved = isolate_derivative(statement)
            assert not contains_derivative(solved) and solved.type == "float"
            check_types(solved)
        else:
            check_types(statement.value)
            assert statement.value.type == declared[statement.variable].type


@settings(max_examples=600, deadline=None)
@given(TEXT, TEXT)
def test_neurons(equations: str, spike: str) -> None:
    functions = "f(x, y) = if x > y: 2*x else: y"
    for arguments in (
        {"equations": equations},
        {"equations": equations, "spike": spike, "reset": equations},
        {"parameters": spike, "equations": equations},
    ):
        given_arguments: dict[str, Any] = {"functions": functions, **arguments}
        texts = [str(text) for text in given_arguments.values()]
        model = check_places(lambda a=given_arguments: analyse_neuron(**a), texts)  # type: ignore[misc]
        if model is not None:
            check_model(model)


def test_right_equations_keep_the_promises() -> None:
    """Trees of every kind are checked; an error is the exception."""
    kinds, right = set[type](), list[bool]()

    @settings(max_examples=300, deadline=None)
    @given(TYPED)
    def analyse(equations: str) -> None:
        model = check_places(lambda: analyse_neuron(equations=equations), [equations])
        right.append(model is not None)
        if model is not None:
            check_model(model)
            kinds.update(type(part) for each in model.statements for part in parts_of(each))

    analyse()
    assert sum(right) > 0.9 * len(right)
    assert {Binary, Compare, Logic, IfElse, Unary} <= kinds


@settings(max_examples=300, deadline=None)
@given(TEXT, TEXT)
def test_synapses(first: str, second: str) -> None:
    for arguments in (
        {"psp": first, "equations": second},
        {"pre_spike": first, "post_spike": second},
        {"functions": first, "psp": second},
    ):
        chosen: dict[str, Any] = arguments
        check_places(lambda a=chosen: analyse_synapse(**a), [first, second])  # type: ignore[misc]
