"""Values of attributes at one moment, protected against changes.

``population.v[0] = 1.0`` would change an array that nothing refers to. So readings cannot be
changed in place: setting an element is an error that says how to set the attribute. Everything else
is as in NumPy. What is computed from a reading is a plain array, and so is ``x`` after ``x =
population.v`` and ``x += 1``, as with numbers; ``x = population.v.copy()`` can be changed at will.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from .user_errors import WrongValue, reject

Array = NDArray[Any]


class ReadOnlyArray(np.ndarray):
    """An array that cannot be changed. ``hint`` says how to set the attribute instead."""

    hint: str = ""

    def __array_finalize__(self, made_from: object) -> None:
        self.hint = getattr(made_from, "hint", "")

    def __array_wrap__(self, array: Array, context: Any = None, return_scalar: bool = False) -> Any:
        plain = np.asarray(array)
        return plain[()] if return_scalar or plain.ndim == 0 else plain

    def __setitem__(self, key: Any, value: Any) -> None:
        if self.flags.writeable:
            super().__setitem__(key, value)
        else:
            refuse_change(self.hint)

    def copy(self, order: Any = "C") -> Array:  # type: ignore[override]
        """A plain array, which can be changed."""
        return np.array(self, order=order)

    def astype(self, *args: Any, **kwargs: Any) -> Array:
        """A plain array of another type."""
        return np.asarray(self).astype(*args, **{"copy": True, **kwargs})

    def __copy__(self) -> Array:  # type: ignore[override]
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Array:  # type: ignore[override]
        return self.copy()

    def __reduce__(self) -> Any:
        return self.copy().__reduce__()

    def __repr__(self) -> str:
        return repr(np.asarray(self))


def _new_instead(name: str) -> Callable[[Array, Any], Any]:
    operation, plain = getattr(operator, name), getattr(np.ndarray, f"__i{name.rstrip('_')}__")

    def in_place(self: Array, other: Any) -> Any:
        # Arrays that NumPy makes like a reading (zeros_like, chosen elements) may change.
        changed = plain(self, other) if self.flags.writeable else operation(np.asarray(self), other)
        return changed

    return in_place


for _name in (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor",
    "lshift", "rshift",
):  # fmt: skip
    setattr(ReadOnlyArray, f"__i{_name.rstrip('_')}__", _new_instead(_name))


def _refused(name: str) -> Callable[..., Any]:
    plain = getattr(np.ndarray, name)

    def change(self: ReadOnlyArray, *args: Any, **kwargs: Any) -> Any:
        return plain(self, *args, **kwargs) if self.flags.writeable else refuse_change(self.hint)

    return change


for _name in ("fill", "sort", "partition", "put", "setfield"):
    setattr(ReadOnlyArray, _name, _refused(_name))


class ReadRows(list[Array]):
    """Arrays of dendrites, in a list that cannot be changed."""

    def __init__(self, rows: list[Array], hint: str) -> None:
        super().__init__(rows)
        self.hint = hint

    def copy(self) -> list[Array]:
        """A plain list of plain arrays, which can be changed."""
        return [np.array(row) for row in self]

    def __copy__(self) -> list[Array]:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> list[Array]:
        return self.copy()

    def __reduce__(self) -> Any:
        return list, (self.copy(),)

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse_change(self.hint)

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = extend = insert = pop = remove = clear = sort = reverse = _refuse


def refuse_change(hint: str) -> NoReturn:
    """Refuse to change a reading; ``hint`` is the way out."""
    reject(f"a value that was read cannot be changed in place; {hint}", kind=WrongValue)


def reading(values: Array, hint: str) -> Array:
    """A read-only view of values at one moment. The values become read-only, too."""
    values.flags.writeable = False
    found = values.view(ReadOnlyArray)
    found.hint = hint
    return found
