"""``rk4``: the classical method of Runge and Kutta, of order 4."""

from .method import Method
from .stages import staged

METHOD = Method(
    "rk4", staged, family="stages", joint=True, order=4, aliases=("runge-kutta4",)
)
