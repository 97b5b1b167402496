"""Models that must be refused: each with its message, and a caret under the right text.

The wrong text of each model stands between « and »; the marks are removed before the model is
run from a file of its own. A message must be at exactly that line and column of that file, and
the carets of the printed error must be under exactly that text.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from ranvier.frontend.language import (
    Creating,
    Parameter,
    Pruning,
    Variable,
    analyse_neuron,
    analyse_synapse,
)
from ranvier.ir.diagnostics import Diagnostic, ModelError
from ranvier.ir.location import spot

# (model, message)
NEURONS: dict[str, tuple[str, str]] = {
    "unknown name": (
        '''Neuron(
    parameters="tau = 10.0",
    equations="""
        dv/dt = -v/«ta»
        r = v
    """,
)''',
        "unknown name 'ta'; did you mean 'tau'?",
    ),
    "unknown name, nothing close": (
        "Neuron(equations='r = «voltage»')",
        "unknown name 'voltage'",
    ),
    "unknown name in capitals": (
        "Neuron(parameters='Vt = 1.0', equations='r = «vt»')",
        "unknown name 'vt'; did you mean 'Vt'?",
    ),
    "unknown function": (
        "Neuron(equations='r = «epx»(1.0)')",
        "unknown function 'epx'; did you mean 'exp'?",
    ),
    "variable called": (
        "Neuron(equations='v = 1.0; r = «v»(2.0)')",
        "'v' is not a function; write 'v*(...)'",
    ),
    "function without call": (
        "Neuron(equations='r = «exp» + 1')",
        "'exp' is a function: write 'exp(...)'",
    ),
    "too many arguments": (
        "Neuron(equations='r = 1 + «exp(1.0, 2.0)»')",
        "'exp' takes 1 argument, 2 given",
    ),
    "too few arguments": (
        "Neuron(equations='r = «clip(1.0, 2.0)»')",
        "'clip' takes 3 arguments, 2 given",
    ),
    "arity of a user function": (
        "Neuron(functions='f(x, y) = x + y', equations='r = «f(1.0)»')",
        "'f' takes 2 arguments, 1 given",
    ),
    "arity of a distribution": (
        "Neuron(equations='r = «Uniform(1.0)»')",
        "'Uniform(min, max)' takes 2 arguments, 1 given",
    ),
    "distribution not there yet": (
        "Neuron(equations='r = «Gamma(1.0, 2.0)»')",
        "the distribution 'Gamma' is not supported yet; use Uniform, Normal, LogNormal,"
        " Exponential or DiscreteUniform",
    ),
    "mean of a population": (
        "Neuron(equations='v = 1.0; r = «mean(v)»')",
        "'mean(...)' over a whole population is not supported yet; project the population onto"
        " itself with connect_all_to_all and read 'sum(target)'",
    ),
    "maximum of a population": (
        "Neuron(equations='v = 1.0; r = «max(v)»')",
        "'max(...)' over a whole population is not supported yet; project the population onto"
        " itself with connect_all_to_all and read 'sum(target)'",
    ),
    "bool in arithmetic": (
        "Neuron(equations='v = 1.0; r = 2.0 * «(v > 0.5)»')",
        "a number is expected here, this is a condition; write 'float(...)'",
    ),
    "number as a condition": (
        "Neuron(equations='v = 1.0; r = if «v»: 1.0 else: 2.0')",
        "a condition is expected here, this is a number; write 'v > 0' or 'v != 0'",
    ),
    "and of numbers": (
        "Neuron(equations='v = 1.0; r = if «v» and v > 0: 1.0 else: 2.0')",
        "a condition is expected here, this is a number; write 'v > 0' or 'v != 0'",
    ),
    "number as spike": (
        "Neuron(equations='v = 1.0', spike='«v + 1»')",
        "a condition is expected here, this is a number; write 'x > 0' or 'x != 0'",
    ),
    "branches of two kinds": (
        "Neuron(equations='r = if True: 1.0 else: «False»')",
        "a number is expected here, this is a condition; write 'float(...)'",
    ),
    "float to int": (
        "Neuron(equations='r = 1.0; n = «r / 2» : int')",
        "'n' is an int, this is a float; use floor(...) or round(...)",
    ),
    "condition to float": (
        "Neuron(equations='v = 1.0; r = «v > 2»')",
        "'r' is a float, this is a condition; write 'float(...)' or declare 'r' with ': bool'",
    ),
    "number to bool": (
        "Neuron(equations='r = 1.0; f = «r» : bool')",
        "'f' is a bool, this is a number; write 'x != 0'",
    ),
    "int divided": (
        "Neuron(equations='r = 1.0; n «/=» 2 : int')",
        "'n' is an int, '/=' would give a float",
    ),
    "bool incremented": (
        "Neuron(equations='r = 1.0; f «+=» True : bool')",
        "'f' is a bool, it takes '=' only",
    ),
    "bounds of a bool": (
        "Neuron(equations='r = 1.0; f = r > 0 : bool, min=«0»')",
        "'f' is a bool, it has no 'min' or 'max'",
    ),
    "differential equation of an int": (
        "Neuron(equations='r = 1.0; «dn/dt» = 1 : int')",
        "'n' has a differential equation, it cannot be of type int",
    ),
    "open parenthesis": (
        '''Neuron(
    equations="""
        v = 2.0*«(»1.0 + 3.0
        r = v
    """,
)''',
        "this '(' is never closed",
    ),
    "too many parentheses": (
        "Neuron(equations='r = (1.0 + 2.0)«)»')",
        "this ')' closes nothing",
    ),
    "missing operator": (
        "Neuron(equations='v = 1.0; r = 2.0 «v»')",
        "expected an operator before 'v'",
    ),
    "number with a name": (
        "Neuron(equations='v = 1.0; r = «2v»')",
        "'2v' is not a number; write '2*v' for a product",
    ),
    "number with two points": (
        "Neuron(equations='r = «1.2.3»')",
        "'1.2.3' is not a number",
    ),
    "missing operand": (
        "Neuron(equations='r = 1.0 «+»')",
        "expected an expression after '+'",
    ),
    "missing operand inside": (
        "Neuron(equations='r = 1.0 + «*» 2.0')",
        "expected an expression before '*'",
    ),
    "strange character": (
        "Neuron(equations='r = 1.0 «$» 2.0')",
        "unexpected character '$'",
    ),
    "not of C": (
        "Neuron(equations='v = 1.0', spike='v > 1 «&&» v < 3')",
        "'&&' is not part of the language; write 'and'",
    ),
    "index": (
        "Neuron(equations='v = 1.0; r = v«[»0]')",
        "'[' is not part of the language; indices do not exist: an equation holds for every"
        " neuron or synapse",
    ),
    "no equation": (
        "Neuron(equations='r = 1.0; «r + 2»')",
        "expected an equation 'name = expression', found no '='",
    ),
    "comparison for assignment": (
        "Neuron(equations='r «==» 1.0')",
        "'==' compares; to assign, write '='",
    ),
    "assignment for comparison": (
        "Neuron(equations='v = 1.0', spike='v «=» 3.0')",
        "'=' assigns; to compare, write '=='",
    ),
    "two assignments": (
        "Neuron(equations='r = 1.0 «=» 2.0')",
        "a second '=' in one equation; to compare, write '=='",
    ),
    "assignment in a condition": (
        "Neuron(equations='v = 1; r = (v «=» 1)')",
        "'=' cannot stand inside an expression; to compare, write '=='",
    ),
    "if without else": (
        "Neuron(equations='v = 1.0; r = if v > 1: 1.0«»')",
        "expected 'else:' here, every 'if' needs one",
    ),
    "if without colon": (
        "Neuron(equations='v = 1.0; r = if v > 1 «1.0» else: 2.0')",
        "expected ':' after the condition of 'if'",
    ),
    "else without colon": (
        "Neuron(equations='v = 1.0; r = if v > 1: 1.0 else «2.0»')",
        "expected ':' after 'else'",
    ),
    "if as in Python": (
        "Neuron(equations='v = 1.0; r = 1.0 «if» v > 1 else 2.0')",
        "write 'if condition: a else: b', the condition first",
    ),
    "left side is no name": (
        "Neuron(equations='v = 1.0; «v + 1» = 2.0; r = v')",
        "the left side must be the name of a variable, or the equation must hold a derivative"
        " 'dx/dt'",
    ),
    "sum assigned": (
        "Neuron(equations='«sum(exc)» = 2.0; r = 1')",
        "'sum(exc)' cannot be assigned",
    ),
    "two expressions": (
        "Neuron(equations='v = 1.0', spike='v > 1; «v» < 3')",
        "'spike' takes a single expression",
    ),
    "unknown flag": (
        "Neuron(equations='dr/dt = -r : «exponental»')",
        "unknown flag 'exponental'; did you mean 'exponential'?",
    ),
    "flag twice": (
        "Neuron(equations='r = 1 : min=0.0, «min»=1.0')",
        "the flag 'min' is given twice",
    ),
    "two methods": (
        "Neuron(equations='dr/dt = 1 : explicit, «rk4»')",
        "the flags 'explicit' and 'rk4' exclude each other",
    ),
    "flag without value": (
        "Neuron(equations='r = 1 : «init»')",
        "the flag 'init' needs a value: 'init=0.0'",
    ),
    "flag with value": (
        "Neuron(equations='r = 1 : «population» = 3')",
        "the flag 'population' takes no value",
    ),
    "no flag at all": (
        "Neuron(equations='r = 1 : «3»')",
        "expected a flag such as 'init=0.0' or 'population'",
    ),
    "bad bound": (
        "Neuron(equations='r = 1 : min=«True»')",
        "'r' is a float, this is a condition; write 'float(...)' or declare 'r' with ': bool'",
    ),
    "bad initial value": (
        "Neuron(parameters='c = 1.0', equations='r = 1 : init=«d»')",
        "unknown name 'd'",
    ),
    "initial value of a bool": (
        "Neuron(equations='r = 1; f = True : bool, init=«0.5»')",
        "'f' is a bool, this is a number; write 'x != 0'",
    ),
    "initial value from a variable": (
        "Neuron(equations='u = 1; r = 1 : init=«u»')",
        "'u' is a variable; an initial value can only use parameters",
    ),
    "random initial value in an expression": (
        "Neuron(equations='r = 1 : init=1 + «Uniform(0, 1)»')",
        "a random value is one distribution alone, as in 'x = Uniform(0, 1)'",
    ),
    "method without derivative": (
        "Neuron(equations='r = 1 : «exponential»')",
        "'exponential' is a numerical method, but this equation has no derivative 'dx/dt'",
    ),
    "event-driven neuron": (
        "Neuron(equations='dr/dt = -r : «event-driven»')",
        "the flag 'event-driven' belongs to equations of a synapse",
    ),
    "postsynaptic neuron": (
        "Neuron(equations='r = 1 : «postsynaptic»')",
        "the flag 'postsynaptic' belongs to synapses",
    ),
    "projection in a neuron": (
        "Neuron(parameters='a = 1 : «projection»', equations='r = a')",
        "the flag 'projection' belongs to synapses; in a neuron write 'population'",
    ),
    "initial value of a parameter": (
        "Neuron(parameters='a = 1 : «init»=3', equations='r = a')",
        "the flag 'init' belongs to variables",
    ),
    "parameter twice": (
        '''Neuron(
    parameters="""
        tau = 1.0
        «tau» = 2.0
    """,
    equations="r = tau",
)''',
        "'tau' is declared twice",
    ),
    "variable twice": (
        "Neuron(equations='r = 1.0; «r» += 2.0')",
        "'r' already has an equation",
    ),
    "reserved name": (
        "Neuron(parameters='«dt» = 1.0', equations='r = dt')",
        "'dt' is reserved; choose another name",
    ),
    "reserved variable": (
        "Neuron(equations='r = 1; «t» = 2')",
        "'t' is reserved; choose another name",
    ),
    "function name": (
        "Neuron(parameters='«exp» = 1.0', equations='r = 1')",
        "'exp' is a built-in function; choose another name",
    ),
    "r in a spiking neuron": (
        "Neuron(equations='v = 1.0; «r» = v', spike='v > 1')",
        "'r' is the mean firing rate of a spiking neuron; choose another name",
    ),
    "no r": (
        "Neuron(parameters='a = 1', «equations»='v = a')",
        "a rate-coded neuron must define its output 'r', as in 'r = pos(v)'; a spiking one needs"
        " 'spike'",
    ),
    "reset without spike": (
        "Neuron(equations='r = 1.0', «reset»='r = 0.0')",
        "'reset' needs 'spike': a rate-coded neuron emits no spikes",
    ),
    "refractory without spike": (
        "Neuron(equations='r = 1.0', «refractory»=2.0)",
        "'refractory' needs 'spike': a rate-coded neuron emits no spikes",
    ),
    "refractory names nothing": (
        "Neuron(parameters='tau_ref = 1', equations='v = 1', spike='v > 1', refractory='«tau_rf»')",
        "'refractory' names nothing: 'tau_rf' is unknown; did you mean 'tau_ref'?",
    ),
    "negative refractory": (
        "Neuron(equations='v = 1', spike='v > 1', «refractory»=-2.0)",
        "'refractory' must be a time in ms or a name, not -2.0",
    ),
    "axon_spike": (
        "Neuron(equations='v = 1', spike='v > 1', «axon_spike»='v > 2')",
        "'axon_spike' is not supported yet; use 'spike'",
    ),
    "differential equation of a parameter": (
        "Neuron(parameters='tau = 1.0', equations='«dtau/dt» = 1; r = tau')",
        "'tau' is a parameter, it cannot have a differential equation",
    ),
    "parameter assigned": (
        "Neuron(parameters='tau = 1.0', equations='«tau» = 1; r = tau')",
        "'tau' is a parameter, it cannot be assigned",
    ),
    "parameter reset": (
        "Neuron(parameters='a = 1.0', equations='v = 1', spike='v > a', reset='«a» = 2')",
        "'a' is a parameter, it cannot be assigned",
    ),
    "unknown variable reset": (
        "Neuron(equations='volt = 1', spike='volt > 1', reset='«vol» = 2')",
        "unknown variable 'vol'; did you mean 'volt'?",
    ),
    "derivative in reset": (
        "Neuron(equations='v = 1', spike='v > 1', reset='«dv/dt» = 2')",
        "a derivative cannot stand in 'reset'",
    ),
    "derivative in spike": (
        "Neuron(equations='v = 1', spike='«dv/dt» > 1')",
        "a derivative cannot stand in 'spike'",
    ),
    "squared derivative": (
        "Neuron(equations='«(dr/dt)^2» = 1 - r')",
        "the equation is not linear in the derivative",
    ),
    "function of the derivative": (
        "Neuron(equations='r + «exp(dr/dt)» = 1')",
        "the equation is not linear in the derivative",
    ),
    "inverse of the derivative": (
        "Neuron(equations='2 + «1/(dr/dt)» = r')",
        "the equation is not linear in the derivative",
    ),
    "two derivatives": (
        "Neuron(equations='dr/dt*«dr/dt» = r')",
        "an equation can hold one derivative only",
    ),
    "two unknown derivatives": (
        "Neuron(equations='dr/dt + «du/dt» = r')",
        "an equation can hold one derivative only",
    ),
    "derivative in a condition": (
        "Neuron(equations='r = if «dr/dt» > 1: 1 else: 2')",
        "a derivative cannot stand inside 'if'; write 'dx/dt = if ...: ... else: ...'",
    ),
    "derivative passed to a function": (
        "Neuron(functions='f(x) = x*x', equations='f(«dr/dt») = r')",
        "a derivative cannot be passed to a function",
    ),
    "derivative incremented": (
        "Neuron(equations='dr/dt «+=» 1')",
        "a differential equation needs '=', not '+='",
    ),
    "pre in a neuron": (
        "Neuron(equations='r = «pre.r»')",
        "'pre.r' can only be used in a synapse",
    ),
    "attribute of something else": (
        "Neuron(equations='v = 1; r = «v».r')",
        "only 'pre' and 'post' have attributes ('pre.r')",
    ),
    "sum without target": (
        "Neuron(equations='r = «sum»')",
        "write 'sum(target)', for example 'sum(exc)'",
    ),
    "g_target in a neuron": (
        "Neuron(equations='v = «g_target»', spike='v > 1')",
        "'g_target' belongs to 'pre_spike' of a synapse; write for example 'g_exc'",
    ),
    "conductance in a rate-coded neuron": (
        "Neuron(equations='r = «g_exc»')",
        "unknown name 'g_exc'; a rate-coded neuron reads its inputs as 'sum(exc)'",
    ),
    "time of the last spike": (
        "Neuron(equations='v = t - «t_last»', spike='v > 1')",
        "'t_last' is not supported yet; set a variable of yours in 'reset': 'last = t'",
    ),
    "random threshold": (
        "Neuron(equations='v = 1', spike='v > «Uniform(0, 1)»')",
        "random numbers cannot be drawn in 'spike'; draw into a variable in 'equations' and use"
        " the variable",
    ),
    "global from local": (
        "Neuron(parameters='a = 1.0', equations='r = 1; m = 2*«a» : population')",
        "'m' is global, it cannot depend on the local 'a'",
    ),
    "global in reset": (
        "Neuron(equations='v = 1; m = 2 : population', spike='v > 1', reset='«m» = 2')",
        "'m' is global, it cannot be assigned in 'reset', which runs for each neuron",
    ),
    "recursive function": (
        "Neuron(functions='f(x) = 1 + «f»(x)', equations='r = f(1)')",
        "function 'f' calls itself",
    ),
    "mutually recursive functions": (
        "Neuron(functions='f(x) = g(x); g(x) = «f»(x)', equations='r = f(1)')",
        "function 'f' calls itself",
    ),
    "function with an unknown name": (
        "Neuron(functions='f(value) = 2*«valu»', equations='r = f(1)')",
        "function 'f' only knows its arguments; did you mean 'value'?",
    ),
    "function with a built-in name": (
        "Neuron(functions='«exp»(x) = 2*x', equations='r = exp(1)')",
        "'exp' is a built-in function; choose another name",
    ),
    "condition passed to a function": (
        "Neuron(functions='f(x) = 2*«x»', equations='r = f(1 > 0)')",
        "a number is expected here, this is a condition; write 'float(...)'",
    ),
    "value of a parameter": (
        "Neuron(parameters='tau = «1/0»', equations='r = tau')",
        "division by zero",
    ),
    "parameter from a later one": (
        "Neuron(parameters='a = 2*«b»; b = 1', equations='r = a')",
        "unknown name 'b'",
    ),
    "int parameter": (
        "Neuron(parameters='n = «1.5» : int', equations='r = n')",
        "'n' is an int, this is a float; use floor(...) or round(...)",
    ),
    "parameter without value": (
        "Neuron(parameters='tau «:» population', equations='r = 1')",
        "expected '=' and a value before the flags",
    ),
    "text in a dict": (
        "Neuron(parameters=dict(«tau»='ten'), equations='r = 1')",
        "'tau' must be a number, an array or a distribution, not 'ten'",
    ),
    "reserved in a dict": (
        "Neuron(parameters={'«t»': 1.0}, equations='r = 1')",
        "'t' is reserved; choose another name",
    ),
    "array in a global parameter": (
        "Neuron(parameters=dict(«a»=Parameter([1.0, 2.0])), equations='r = a')",
        "'a' is global and has a single value; write Parameter(..., 'local')",
    ),
    "locality of a parameter": (
        "Neuron(parameters=dict(«a»=Parameter(1.0, 'globl')), equations='r = a')",
        "unknown locality 'globl' of 'a'; did you mean 'global'?",
    ),
    "method of a variable": (
        "Neuron(equations=Variable('«dr/dt = -r»', method='expo'))",
        "unknown method 'expo'",
    ),
    "initial value of a Variable": (
        "Neuron(parameters='tau = 1', equations=Variable('dr/dt = -r', init='2*«ta»'))",
        "unknown name 'ta'; did you mean 'tau'?",
    ),
    "two equations in a Variable": (
        "Neuron(equations=[Variable('r = 1; «u = 3»')])",
        "a 'Variable' holds exactly one equation",
    ),
    "equations of the wrong kind": (
        "Neuron(«equations»=3)",
        "'equations' must be text, a Variable or a list of these, not 3",
    ),
    "quotes": (
        "Neuron(equations='''r = «\"»a\"''')",
        "text in quotes has no place in an equation",
    ),
}

SYNAPSES: dict[str, tuple[str, str]] = {
    "sum": (
        "Synapse(psp='w * «sum(exc)»')",
        "'sum(exc)' can only be used in a neuron; in a synapse write 'post.sum(exc)'",
    ),
    "attribute of no neuron": (
        "Synapse(psp='w * «r»')",
        "unknown name 'r'; an attribute of a neuron is 'pre.r' or 'post.r'",
    ),
    "pre alone": (
        "Synapse(psp='w * «pre»')",
        "write 'pre.x' for an attribute of the pre-synaptic neuron",
    ),
    "g_target outside pre_spike": (
        "Synapse(equations='x = «g_target»', pre_spike='g_target += w')",
        "'g_target' can only be used in 'pre_spike'",
    ),
    "g_target in post_spike": (
        "Synapse(post_spike='«g_target» += w')",
        "'g_target' can only be used in 'pre_spike'",
    ),
    "target by name": (
        "Synapse(pre_spike='«g_exc» += w')",
        "unknown variable 'g_exc'; the target is written 'g_target' in a synapse",
    ),
    "derivative in pre_spike": (
        "Synapse(pre_spike='g_target += w; «dx/dt» = 1')",
        "a derivative cannot stand in 'pre_spike'",
    ),
    "random in psp": (
        "Synapse(psp='w * «Normal(0, 1)»')",
        "random numbers cannot be drawn in 'psp'; draw into a variable in 'equations' and use"
        " the variable",
    ),
    "population flag": (
        "Synapse(parameters='a = 1 : «population»', psp='a*pre.r')",
        "the flag 'population' belongs to neurons; in a synapse write 'projection'",
    ),
    "unless_post elsewhere": (
        "Synapse(post_spike='x = 1 : «unless_post»')",
        "the flag 'unless_post' belongs to 'pre_spike' of a synapse",
    ),
    "event-driven without spikes": (
        "Synapse(equations='dx/dt = -x : «event-driven»')",
        "'event-driven' needs spikes: give 'pre_spike' or 'post_spike'",
    ),
    "postsynaptic from pre": (
        "Synapse(equations='x = post.r + «pre.r» : postsynaptic')",
        "'x' is postsynaptic, it cannot depend on the local 'pre.r'",
    ),
    "operation": (
        "Synapse(psp='w*pre.r', «operation»='maxi')",
        "unknown operation 'maxi'; did you mean 'max'?",
    ),
    "parameter assigned": (
        "Synapse(parameters='a = 1', pre_spike='«a» += w')",
        "'a' is a parameter, it cannot be assigned",
    ),
    "condition as psp": (
        "Synapse(psp='«pre.r > 1»')",
        "a number is expected here, this is a condition; write 'float(...)'",
    ),
    "empty psp": (
        "Synapse(psp='«'»)",
        "'psp' is empty: an expression is expected",
    ),
    "sum of another neuron": (
        "Synapse(psp='w * pre.sum(«1»)')",
        "expected the name of a target, as in 'sum(exc)'",
    ),
    "flag of creating": (
        "Synapse(pruning='w < 0 : «d»=3')",
        "the flag 'd' belongs to 'creating'",
    ),
    "number as pruning": (
        "Synapse(pruning=Pruning('«w»'))",
        "a condition is expected here, this is a number; write 'w > 0' or 'w != 0'",
    ),
    "weight of creating": (
        "Synapse(creating=Creating('pre.r > 1', w='«ww»'))",
        "unknown name 'ww'; did you mean 'w'?",
    ),
    "last pre spike of a rate-coded synapse": (
        "Synapse(psp='«t_pre»')",
        "'t_pre' exists in spiking synapses only",
    ),
}

MODELS = {f"neuron: {name}": case for name, case in NEURONS.items()} | {
    f"synapse: {name}": case for name, case in SYNAPSES.items()
}


def neuron(**arguments: Any) -> None:
    """What the constructor of a neuron does."""
    caller = sys._getframe(1)
    analyse_neuron(**arguments, file=caller.f_code.co_filename, line=caller.f_lineno)


def synapse(**arguments: Any) -> None:
    """What the constructor of a synapse does."""
    caller = sys._getframe(1)
    analyse_synapse(**arguments, file=caller.f_code.co_filename, line=caller.f_lineno)


def run(code: str, file: Path) -> ModelError:
    """Run a user's file that defines a bad model."""
    file.write_text(code)
    names = {
        "Neuron": neuron,
        "Synapse": synapse,
        "Creating": Creating,
        "Parameter": Parameter,
        "Pruning": Pruning,
        "Variable": Variable,
    }
    with pytest.raises(ModelError) as caught:
        exec(compile(code, str(file), "exec"), names)
    return caught.value


@pytest.mark.parametrize("name", MODELS)
def test_message_and_place(name: str, tmp_path: Path) -> None:
    marked, message = MODELS[name]
    marked = f"# A model with a mistake\n\nbad = {marked}\n"
    start, end = marked.index("«"), marked.index("»") - 1
    code = marked.replace("«", "").replace("»", "")
    line, col = code.count("\n", 0, start) + 1, start - code.rfind("\n", 0, start)
    file = tmp_path / "model.py"
    error = run(code, file)
    diagnostic = error.diagnostics[0]
    assert diagnostic.text == message
    place = spot(diagnostic.loc) if diagnostic.loc else None
    assert place is not None
    assert (place.file, place.line, place.col) == (str(file), line, col)
    assert len(error.diagnostics) == 1
    check_caret(diagnostic, code.splitlines()[line - 1], col, max(1, end - start))


def check_caret(diagnostic: Diagnostic, line_text: str, col: int, width: int) -> None:
    """The printed error shows the user's line and carets under the wrong text."""
    printed = str(diagnostic).splitlines()
    assert printed[1] == "  " + line_text
    assert printed[2] == "  " + " " * (col - 1) + "^" * width
    assert "note: in this " in printed[-1]


def test_every_wrong_equation_is_reported(tmp_path: Path) -> None:
    code = """Neuron(
    name="COBA",
    parameters="tau = 10.0",
    equations='''
        tau*dv/dt = -u
        x = 3 : flag
        y = exp()
    ''',
    spike="v > 1",
)
"""
    error = run(code.replace("x = 3 : flag", "x = 3"), tmp_path / "model.py")
    assert [d.text for d in error.diagnostics] == [
        "unknown name 'u'",
        "'exp' takes 1 argument, 0 given",
    ]
    for diagnostic in error.diagnostics:
        assert diagnostic.notes[-1].text == "in neuron 'COBA'"
    assert str(error).splitlines() == [
        f"{tmp_path}/model.py:5:22: error: unknown name 'u'",
        "          tau*dv/dt = -u",
        "                       ^",
        f"note: in neuron 'COBA' ({tmp_path}/model.py:1)",
        f"{tmp_path}/model.py:7:13: error: 'exp' takes 1 argument, 0 given",
        "          y = exp()",
        "              ^^^^^",
        f"note: in neuron 'COBA' ({tmp_path}/model.py:1)",
    ]


def test_an_error_in_a_function_names_the_call(tmp_path: Path) -> None:
    error = run("Neuron(functions='f(x) = 2*x',\n    equations='r = f(1 > 0)')", tmp_path / "m.py")
    note = error.diagnostics[0].notes[0]
    assert note.text == "in the call 'f(1 > 0)'"
    place = spot(note.loc) if note.loc else None
    assert place is not None
    assert (place.line, place.col) == (2, 20)


def test_text_made_at_run_time_shows_its_own_line(tmp_path: Path) -> None:
    error = run("Neuron(equations='r = ' + 'x'*2, name='made')", tmp_path / "m.py")
    assert str(error).splitlines() == [
        "<equations>:1:5: error: unknown name 'xx'",
        "  r = xx",
        "      ^^",
        f"note: in neuron 'made' ({tmp_path}/m.py:1)",
    ]
