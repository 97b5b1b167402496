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
native code. ``interprets`` enters the rule of a class of operations.
"""

from .core import Interpreter, InterpreterError, all_rules, interprets, rule_of, run

__all__ = ["Interpreter", "InterpreterError", "all_rules", "interprets", "rule_of", "run"]
