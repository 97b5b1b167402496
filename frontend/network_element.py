"""Elements of a network: named objects with declared attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..ir.location import Loc
from ..ir.precision import narrowed
from .attributes import Attributed, name_list
from .copying import NetworkPart
from .language.model import NeuronModel, SynapseModel
from .random_streams import Stream
from .user_errors import WrongValue, reject
from .values import DTYPES, AttributeValues, Declaration

if TYPE_CHECKING:
    from .network import Network


class NetworkElement(NetworkPart, Attributed):
    """A named part of a network with values of its own."""

    _name: str
    _network: Network
    _loc: Loc
    _table: dict[str, AttributeValues]
    _draws: dict[str, int]

    def _declare(self, model: NeuronModel | SynapseModel, what: str) -> None:
        """Make the attributes that ``model`` (a ``what``) declares."""
        named = f"{what} '{model.name}'" if model.name else f"the {what}"
        declarations: list[Declaration] = [*model.parameters, *model.variables]
        self._parameters = [declaration.name for declaration in model.parameters]
        self._variables = [declaration.name for declaration in model.variables]
        self._draws = {}
        self._table = {
            declaration.name: AttributeValues(declaration, f"'{declaration.name}' of {self._label}")
            for declaration in declarations
        }
        self._check_clashes(self._table, named)

    def _declares(self, name: str) -> bool:
        return name in vars(self).get("_table", ())

    def _check_attribute(self, name: str) -> None:
        if name not in self._table:
            super()._check_attribute(name)

    @property
    def name(self) -> str:
        """Its name, unique among populations and projections of its network."""
        return self._name

    @property
    def network(self) -> Network:
        """The network it belongs to."""
        return self._network

    @property
    def loc(self) -> Loc:
        """The line where the user created it."""
        return self._loc

    @property
    def attributes(self) -> list[str]:
        """Names of parameters and variables."""
        return list(self._table)

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters."""
        return list(self._parameters)

    @property
    def variables(self) -> list[str]:
        """Names of the variables."""
        return list(self._variables)

    def _names(self, attributes: object) -> list[str]:
        """Names of some attributes. All for None (and for -1, ANNarchy's word for it)."""
        if attributes is None or (isinstance(attributes, int) and attributes == -1):
            return self.attributes
        names = name_list(attributes, "attributes")
        for name in names:
            self._check_attribute(name)
        return names

    def _limit(self, name: str, limits: str) -> None:
        """Require values of an attribute to be "finite", or a "duration"."""
        self._table[name].limits = limits

    def _dtype(self, name: str) -> np.dtype[Any]:
        """The type of the values of an attribute."""
        kind = self._table[name].kind
        return np.dtype(self._network.options.dtype if kind == "float" else DTYPES[kind])

    def _stored(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        """Values of an attribute in its type.

        Raises WrongValue where single precision is too narrow.
        """
        dtype = self._dtype(name)
        if dtype != np.float32:
            return values.astype(dtype, copy=False)
        found = narrowed(values)
        if found is None:
            reject(
                f"a value of '{name}' of {self._label} is beyond single precision, whose largest "
                "number is 3.4e38; compute with dtype='float64'",
                kind=WrongValue,
            )
        return found

    def _stream(self, name: str) -> Stream:
        """The stream of the initial values of an attribute."""
        return Stream.of(self._network.seed, "values", self._name, name)

    def _next_stream(self, name: str) -> Stream:
        """The stream of the next assignment to an attribute.

        Each assignment of a distribution after compile draws other numbers.
        """
        self._draws[name] = self._draws.get(name, 0) + 1
        return Stream.of(self._network.seed, "values", self._name, name, self._draws[name])
