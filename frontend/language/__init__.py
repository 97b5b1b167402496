"""The equation language: texts of neurons and synapses become typed models.

A mistake becomes an error that points at it.

The stages, one file each::

    source, literals    where a text stands in the user's file
    lexer, parser       text -> syntax tree (syntax.py)
    flags, parameters   declarations
    check, conversions  names and types; functions.py is the table of functions
    statements, ode     equations -> typed statements
    neuron, synapse     the whole -> model.py, which emission consumes
"""

from .declarations import Creating, Parameter, Pruning, Variable
from .model import NeuronModel, SynapseModel
from .neuron import analyse_neuron
from .synapse import analyse_synapse

__all__ = [
    "Creating",
    "NeuronModel",
    "Parameter",
    "Pruning",
    "SynapseModel",
    "Variable",
    "analyse_neuron",
    "analyse_synapse",
]
