"""Good models: what the typed neuron or synapse says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ranvier.frontend.language import Parameter, Variable, analyse_neuron, analyse_synapse
from ranvier.frontend.language.evaluate import evaluate
from ranvier.frontend.language.model import (
    Accumulate,
    Assign,
    DistributionCall,
    InitExpression,
    NeuronModel,
    OdeStatement,
    ParamRef,
    SynapseModel,
)
from ranvier.frontend.language.syntax import (
    Binary,
    Call,
    Cast,
    Compare,
    Expr,
    IfElse,
    Logic,
    Name,
    NeuronAttribute,
    NumberLiteral,
    Random,
    Sum,
    Unary,
    walk,
)
from references.solved_odes import isolate_derivative


def shown(node: Expr | None) -> str:
    """A typed tree as text with every parenthesis and cast."""
    match node:
        case None:
            return "None"
        case NumberLiteral():
            return repr(node.value)
        case Name():
            return node.name
        case NeuronAttribute():
            return f"{node.side}.{node.name}"
        case Sum():
            return f"{node.side + '.' if node.side else ''}sum({node.target or ''})"
        case Unary():
            return f"({node.op} {shown(node.value)})"
        case Binary() | Compare() | Logic():
            return f"({shown(node.left)} {node.op} {shown(node.right)})"
        case IfElse():
            return f"(if {shown(node.cond)}: {shown(node.then)} else: {shown(node.other)})"
        case Call():
            return f"{node.function}({', '.join(map(shown, node.args))})"
        case Random():
            return f"{node.distribution}#{node.draw}({', '.join(map(shown, node.args))})"
        case Cast():
            return f"{node.type}<{shown(node.value)}>"
    return str(node)


def value(model: NeuronModel | SynapseModel, name: str) -> str:
    """The value of an assignment, or dx/dt of an ODE."""
    for statement in model.statements:
        if statement.variable == name:
            solved = isolate_derivative(statement) if isinstance(statement, OdeStatement) else None
            return shown(solved or getattr(statement, "value", None))
    raise KeyError(name)


def rate(equations: Any, **arguments: Any) -> NeuronModel:
    """A neuron of these equations."""
    return analyse_neuron(equations=equations, **arguments)


COBA: dict[str, Any] = dict(
    parameters="""
        El = -60.0       : population
        Vr = -60.0       : population
        Erev_exc = 0.0   : population
        Vt = -50.0       : population
        tau = 20.0       : population
        tau_exc = 5.0    : population
        I = 40.0/2       # local
    """,
    equations="""
        tau*dv/dt = (El - v) + g_exc*(Erev_exc - v)
            + g_inh + I : init=El, unless_refractory
        tau_exc * dg_exc/dt = - g_exc : exponential
    """,
    spike="v > Vt",
    reset="v = Vr; g_inh -= 1",
    refractory=5,
    name="COBA",
)


def test_spiking_neuron() -> None:
    model = analyse_neuron(**COBA)
    assert (model.kind, model.name, model.refractory) == ("spike", "COBA", 5.0)
    assert [(p.name, p.locality, p.value) for p in model.parameters][-2:] == [
        ("tau_exc", "global", 5.0),
        ("I", "local", 20.0),
    ]
    assert [(v.name, v.implicit, v.unless_refractory) for v in model.variables] == [
        ("v", False, True),
        ("g_exc", False, False),
        ("g_inh", True, False),
    ]
    assert model.variables[0].init == ParamRef("El")
    assert model.targets == ("exc", "inh")
    v, g = model.statements
    assert isinstance(v, OdeStatement) and isinstance(g, OdeStatement)
    assert (v.method, g.method) == (None, "exponential")
    assert shown(isolate_derivative(g)) == "((- g_exc) / tau_exc)"
    assert shown(model.events[0].condition) == "(v > Vt)"
    assert [(s.variable, s.op, shown(s.value)) for s in model.events[0].reset] == [
        ("v", "=", "Vr"),
        ("g_inh", "-=", "1.0"),
    ]


def test_rate_coded_neuron() -> None:
    model = rate("tau*dr/dt + r = sum(exc) - sum(inh) : min=0", parameters="tau = 10.0")
    (ode,) = model.statements
    assert isinstance(ode, OdeStatement)
    assert (model.kind, model.targets, model.sums_all) == ("rate", ("exc", "inh"), False)
    assert shown(ode.min) == "0.0"
    assert value(model, "r") == "(((sum(exc) - sum(inh)) - r) / tau)"
    assert rate("r = sum()").sums_all


def test_an_input_neuron_may_have_r_as_parameter() -> None:
    assert analyse_neuron(parameters="r = 0.0").variables == ()


@pytest.mark.parametrize(
    ("equation", "solved"),
    [
        ("dr/dt = a", "a"),
        ("a*dr/dt = b", "(b / a)"),
        ("a*dr/dt + r = b", "((b - r) / a)"),
        ("(b - r)/a = dr/dt", "((b - r) / a)"),
        ("a - b*dr/dt = r", "((a - r) / b)"),
        ("-dr/dt/a = b", "(- (b * a))"),
        ("r = 2*(a + dr / dt)", "((r / 2.0) - a)"),
        ("dr/dt = if r > a: b else: 1", "(if (r > a): b else: 1.0)"),
    ],
)
def test_forms_of_an_ode(equation: str, solved: str) -> None:
    assert value(rate(equation, parameters="a=1; b=2"), "r") == solved


def test_derivatives_are_told_from_divisions() -> None:
    model = rate("r = delay/dt; x = 2^delay/dt", parameters="delay = 1.0")
    assert value(model, "r") == "(delay / dt)"
    assert value(model, "x") == "((2.0 ** delay) / dt)"
    model = rate("dv/dt = dq/dt; r = v", parameters="dq = 1.0")
    assert value(model, "v") == "(dq / dt)"


def test_statements_and_lines() -> None:
    model = rate("""
        # a comment; with a semicolon
        x = 1; y = 2   # another
        z = if x > 1:
                x
            else:
                y : init = 3,
                    max = 2*x
        r
          = (x
             + y)
    """)
    assert [v.name for v in model.variables] == ["x", "y", "z", "r"]
    z = model.statements[2]
    assert isinstance(z, Assign)
    assert (shown(z.value), shown(z.max)) == ("(if (x > 1.0): x else: y)", "(2.0 * x)")
    assert model.variables[2].init == 3.0


def test_casts_are_explicit() -> None:
    model = rate(
        """
        n = floor(r) : int
        m = n*2 + 1 : int
        r = n + m/2
        f = not (n > 1 and r <= 2) == True : bool
        k = 3.0 : int, max=n
        """,
    )
    assert value(model, "n") == "int<floor(r)>"
    assert value(model, "m") == "((n * 2) + 1)"
    assert value(model, "r") == "(float<n> + (float<m> / 2.0))"
    assert value(model, "k") == "3"
    assert [v.init for v in model.variables] == [0, 0, 0.0, False, 0]


def test_functions_are_inlined() -> None:
    model = rate(
        "r = sigmoid(2*x); x = twice(Uniform(0, 1)); y = noisy(1) - noisy(1)",
        functions="""
            sigmoid(x) = 1 / (1 + exp(-x))
            twice(x) = x + x
            noisy(x) = twice(x) * Normal(0, x)
        """,
    )
    assert value(model, "r") == "(1.0 / (1.0 + exp((- (2.0 * x)))))"
    assert value(model, "x") == "(Uniform#0(0.0, 1.0) + Uniform#0(0.0, 1.0))"
    assert value(model, "y") == "((2.0 * Normal#1(0.0, 1.0)) - (2.0 * Normal#2(0.0, 1.0)))"
    assert model.draws == 3


def test_each_textual_draw_is_its_own() -> None:
    model = rate("r = Uniform(0, a) - Uniform(0, a); x = if 0 < Normal(0, 1) < a: 1 else: 0",
                 parameters="a = 1")  # fmt: skip
    assert value(model, "r") == "(Uniform#0(0.0, a) - Uniform#1(0.0, a))"
    draws = [node.draw for s in model.statements if isinstance(s, Assign)
             for node in walk(s.value) if isinstance(node, Random)]  # fmt: skip
    assert draws == [0, 1, 2, 2]
    assert model.draws == 3


def test_aliases_become_canonical() -> None:
    model = rate(
        "r = pos(x) + ln(x) + fabs(x); x = clip(r, 0, 1)^2; y = ite(x > 1, pow(x, 2), pi);"
        "z = modulo(x, 3) : int"
    )
    assert value(model, "r") == "((max(x, 0.0) + log(x)) + abs(x))"
    assert value(model, "x") == "(max(min(r, 1.0), 0.0) ** 2.0)"
    assert value(model, "y") == "(if (x > 1.0): (x ** 2.0) else: pi)"
    assert value(model, "z") == "(int<x> % 3)"


def test_own_names_go_before_constants() -> None:
    model = rate("r = E * pi", parameters="E = 2.0")
    (assign,) = model.statements
    assert isinstance(assign, Assign) and isinstance(assign.value, Binary)
    assert [getattr(n, "scope", None) for n in (assign.value.left, assign.value.right)] == [
        "parameter",
        "constant",
    ]


def test_parameters_of_a_dict() -> None:
    model = analyse_neuron(
        parameters=dict(
            tau=10,
            flag=True,
            B=Parameter(0.0, "local"),
            n=Parameter(3, "global", "int"),
            many=[1, 2, 3],
            scalar=np.float32(0.5),
        ),
        equations="r = tau*B*n*many",
    )
    found = {p.name: (p.type, p.locality) for p in model.parameters}
    assert found == {
        "tau": ("float", "global"),
        "flag": ("bool", "global"),
        "B": ("float", "local"),
        "n": ("int", "global"),
        "many": ("float", "local"),
        "scalar": ("float", "global"),
    }
    values = {p.name: p.value for p in model.parameters}
    assert isinstance(values["tau"], float)
    assert values["scalar"] == 0.5
    many = values["many"]
    assert isinstance(many, np.ndarray) and many.dtype == np.float64


def test_values_of_text_parameters() -> None:
    model = analyse_neuron(
        parameters="""
            a = 1/2.46; b = 2*a + k : population; n = 2^3 : int; f = True
            z = Normal(0, 1)
        """,
        equations="r = a",
        extra_values={"k": 1},
    )
    values = {p.name: (p.type, p.value) for p in model.parameters}
    assert values["a"] == ("float", 1 / 2.46)
    assert values["b"] == ("float", 2 / 2.46 + 1)
    assert values["n"] == ("int", 8)
    assert values["f"] == ("bool", True)
    assert values["z"] == ("float", DistributionCall("Normal", (0.0, 1.0)))


def test_initial_values() -> None:
    model = rate(
        """
        r = 1
        x = 1 : init = -2*pi
        y = 1 : init = c
        z = 1 : init = b*c
        u = 1 : init = Uniform(-1, 1/2)
        n = 1 : int, init = DiscreteUniform(0, 10)
        f = True : bool, init = 1
        g = 1 : init = k, population
        """,
        parameters="b = 2; c = 3",
        extra_values=dict(k=7),
    )
    inits = {v.name: v.init for v in model.variables}
    assert inits["x"] == -2 * np.pi
    assert inits["y"] == ParamRef("c")
    assert inits["u"] == DistributionCall("Uniform", (-1.0, 0.5))
    assert inits["n"] == DistributionCall("DiscreteUniform", (0.0, 10.0))
    assert inits["f"] is True
    assert inits["g"] == 7.0
    z = inits["z"]
    assert isinstance(z, InitExpression) and z.names == ("b", "c")
    assert evaluate(z.value, {"b": 2.0, "c": np.array([1.0, 3.0])}).tolist() == [2.0, 6.0]


def test_equations_as_objects() -> None:
    class Draw:
        """A distribution of the API, as far as the language looks."""

        def get_values(self) -> None: ...

    draw = Draw()
    model = rate(
        [
            Variable("tau*dv/dt = -v", init="2*tau", min=0, method="exponential"),
            "u = v : init=1",
            Variable("n = 1", type="int", locality="global", max="n + 1"),
            Variable("r = v", init=draw),
        ],
        parameters=dict(tau=1.0),
    )
    v, _, n, r = model.variables
    assert (n.type, n.locality) == ("int", "global")
    assert r.init is draw
    assert isinstance(v.init, InitExpression)
    ode = model.statements[0]
    assert isinstance(ode, OdeStatement) and (ode.method, shown(ode.min)) == ("exponential", "0.0")


def test_refractory_may_be_a_name() -> None:
    model = analyse_neuron(
        parameters="tau_ref = 2.0", equations="v = 1", spike="v > 1", refractory="tau_ref"
    )
    assert model.refractory == "tau_ref"


def test_izhikevich() -> None:
    model = analyse_neuron(
        parameters="noise=0; a=.02; b=.2; c=-65; d=8; v_thresh=30; i_offset=0",
        equations="""
            I = g_exc - g_inh + noise * Normal(0.0, 1.0) + i_offset
            dv/dt = 0.04 * v^2 + 5.0 * v + 140.0 - u + I : init = c, midpoint
            du/dt = a * (b*v - u) : init = b*c, midpoint
        """,
        spike="v >= v_thresh",
        reset="v = c; u += d",
    )
    assert value(model, "v").startswith("(((((0.04 * (v ** 2.0)) + (5.0 * v)) + 140.0) - u) + I)")
    assert [v.name for v in model.variables] == ["I", "v", "u", "g_exc", "g_inh"]


def test_default_synapse_suits_both() -> None:
    model = analyse_synapse()
    assert model.kind == "default"
    assert shown(model.psp) == "(w * pre.r)"
    (accumulate,) = model.pre_spike
    assert isinstance(accumulate, Accumulate)
    assert (accumulate.op, shown(accumulate.value)) == ("+=", "w")
    assert [(p.name, p.locality) for p in model.parameters] == [("w", "local")]
    assert model.unsupported == ()


def test_rate_coded_synapse() -> None:
    model = analyse_synapse(
        parameters="alpha = 0.5 : projection",
        psp="w * pos(pre.r - alpha) * post.sum(exc) + post.v",
        operation="max",
    )
    assert (model.kind, model.operation) == ("rate", "max")
    assert (model.pre_attributes, model.post_attributes) == (("r",), ("v",))
    assert (model.pre_sums, model.post_sums) == ((), ("exc",))
    assert model.pre_spike == () and model.unsupported == ()


def test_learning_makes_the_weight_a_variable() -> None:
    model = analyse_synapse(
        parameters=dict(eta=0.1, w=0.3), equations="dw/dt = eta*pre.r*post.r : min=0"
    )
    assert [p.name for p in model.parameters] == ["eta"]
    assert [(v.name, v.init) for v in model.variables] == [("w", 0.3)]
    assert model.unsupported == ()
    assert model.kind == "rate" and shown(model.psp) == "(w * pre.r)"


def test_short_term_plasticity() -> None:
    model = analyse_synapse(
        parameters="tau_rec = 100.0 : projection; tau_facil = .01 : projection; U = 0.5",
        equations="""
            dx/dt = (1 - x)/tau_rec : init=1.0, event-driven
            du/dt = (U - u)/tau_facil : init=U, event-driven
        """,
        pre_spike="g_target += w * u * x; x *= 1 - u; u += U * (1 - u); count += 1 : int",
    )
    assert model.kind == "spike" and model.psp is None
    assert [(v.name, v.type) for v in model.variables] == [
        ("x", "float"),
        ("u", "float"),
        ("count", "int"),
    ]
    assert [type(s).__name__ for s in model.pre_spike] == [
        "Accumulate",
        "Assign",
        "Assign",
        "Assign",
    ]
    assert model.unsupported == ()


def test_spike_timing_dependent_plasticity() -> None:
    model = analyse_synapse(
        parameters=dict(tau_plus=20.0, A_plus=0.01, w_max=1.0),
        equations="tau_plus*dx/dt = -x : event-driven; theta = post.r^2 : postsynaptic",
        pre_spike="g_target += w : unless_post\n w = clip(w + x, 0, w_max)",
        post_spike="w = w + x - (t - t_pre) : max=w_max; g = 2",
        psp="w * (pre.v - post.v)",
        pruning="w < 0 : proba=0.5",
        creating="pre.r > 1 and post.r > 1 : w=0.1, proba=1/2, d=2",
    )
    assert [s.unless_post for s in model.pre_spike] == [True, False]
    assert [v.name for v in model.variables] == ["x", "theta", "w", "g"]
    assert model.pruning is not None and shown(model.pruning.proba) == "0.5"
    assert model.creating is not None and shown(model.creating.delay) == "2.0"
    assert {u.what for u in model.unsupported} == {
        "'t_pre'",
        "'psp' of a spiking synapse",
        "'pruning'",
        "'creating'",
    }
