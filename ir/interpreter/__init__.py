"""The reference interpreter: the meaning of every operation, in plain Python.

=======================  =======================================================================
type                     value
=======================  =======================================================================
``i1``                   ``bool``
``iN``, ``index``        ``int``, wrapped to its width as a signed number
``f32``, ``f64``         ``numpy.float32``, ``numpy.float64``
``vector<NxT>``          NumPy array of N elements, never changed in place
``memref<...xT>``        NumPy array (C order), changed in place; every access is checked
=======================  =======================================================================

Results that MLIR leaves open are defined here, and native code agrees: a float beyond the range
of an integer saturates, NaN becomes 0. Dividing an integer by zero is an error here, undefined in
native code. ``RULES`` maps operation classes to rules; a new dialect adds its own rows.
"""

from . import arith, control, equations, math, memory, methods, random, steps  # they fill the table
from .core import RULES, Interpreter, InterpreterError, interprets, run

__all__ = [
    "RULES",
    "Interpreter",
    "InterpreterError",
    "arith",
    "control",
    "equations",
    "interprets",
    "math",
    "memory",
    "methods",
    "random",
    "run",
    "steps",
]
