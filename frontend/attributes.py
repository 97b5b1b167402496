"""Objects whose model attributes (``population.v``) read and write like Python attributes.

Setting a name that the model does not declare is an error, never a new Python attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import Any

import numpy as np

from .annarchy_names import attribute_error
from .language.names import canonical, named
from .user_errors import UnknownAttribute, WrongValue, reject

_INNER = re.compile(r"(?<!^)[.-]")
"""Characters in names of objects that identifiers lack."""


class Attributed:
    """Base class of populations, views, neurons, projections and dendrites.

    A subclass gives ``attributes`` (the declared names), ``_label`` (how messages call it),
    ``_read`` and ``_write``.
    """

    _not_yet: Mapping[str, str] = {}
    """Names of ANNarchy's interface that are missing, with substitutes."""

    @property
    def attributes(self) -> list[str]:
        """Names of all parameters and variables."""
        raise NotImplementedError

    @property
    def _label(self) -> str:
        raise NotImplementedError

    def _read(self, name: str) -> Any:
        raise NotImplementedError

    def _write(self, name: str, value: object) -> None:
        raise NotImplementedError

    def get(self, name: str) -> Any:
        """The value of the attribute ``name``."""
        name = canonical(name)
        self._check_attribute(name)
        return self._read(name)

    def set(self, values: Mapping[str, object]) -> None:
        """Set several attributes at once: ``population.set({"tau": 20.0, "v": -60.0})``."""
        name_list(list(values), "values")
        found = named(values)
        for name in found:
            self._check_attribute(name)
        for name, value in found.items():
            self._write(name, value)

    def __getattr__(self, name: str) -> Any:
        # Python's own look-ups (copy, pickle, notebooks) probe for private names.
        if name.startswith("_") and not self._declares(name):
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        name = canonical(name)
        self._check_attribute(name)
        return self._read(name)

    def __setattr__(self, name: str, value: object) -> None:
        name = canonical(name)
        own = getattr(type(self), name, None)
        if isinstance(own, FunctionType) or (isinstance(own, property) and own.fset is None):
            reject(f"'{name}' of {self._label} cannot be set", kind=UnknownAttribute)
        private = name.startswith("_") and not self._declares(name)
        if private or hasattr(type(self), name):
            object.__setattr__(self, name, value)
        else:
            self._check_attribute(name)
            self._write(name, value)

    def _declares(self, name: str) -> bool:
        """Whether the model declares a name that is private in Python."""
        return False

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self.attributes]

    def _check_attribute(self, name: str) -> None:
        if name in self.attributes:
            return
        attribute_error(self, name)

    def _check_clashes(self, names: Iterable[str], what: str) -> None:
        """Refuse declared names that the object itself uses.

        Such an attribute could not be reached.
        """
        for name in names:
            if hasattr(type(self), name) or name in vars(self):
                reject(
                    f"{what} declares '{name}', which every {type(self).__name__} already has as "
                    "its own attribute; rename it in the equations"
                )


def check_name(name: object, what: str) -> str:
    """``name``, normalised, if it can name an object of a network."""
    found = canonical(name)
    if not isinstance(found, str) or not _INNER.sub("_", found).isidentifier():
        reject(
            f"the name of a {what} must be text that starts with a letter or '_' and contains "
            f"letters, digits, '_', '-' and '.' only, not {name!r:.80}"
        )
    return found


def name_list(names: object, what: str) -> list[str]:
    """One name or several, as a list; ``what`` is the argument."""
    listed = [names] if isinstance(names, str) else names
    if isinstance(listed, np.ndarray) and listed.ndim == 1:
        listed = listed.tolist()
    if not isinstance(listed, Iterable) or isinstance(listed, (bytes, Mapping, np.ndarray)):
        reject(f"'{what}' must be a name or a list of names, not {names!r:.60}", kind=WrongValue)
    found = list(listed)
    if not all(isinstance(name, str) for name in found):
        reject(f"'{what}' must be a name or a list of names, not {names!r:.60}", kind=WrongValue)
    return [canonical(name) for name in found]
