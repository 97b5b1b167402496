"""``midpoint``: the method of Runge and Kutta of order 2."""

from .method import Method
from .stages import staged

METHOD = Method("midpoint", staged, family="stages", joint=True, order=2)
