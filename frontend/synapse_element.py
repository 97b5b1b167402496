"""Numbers of the synapses of a projection: precision and draws."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .connectivity import Connectivity
from .distributions import RandomDistribution
from .network_element import NetworkElement
from .options import checked_synapse_dtype
from .random_streams import Stream
from .synapse_draws import SynapseDraws
from .user_errors import reject


class SynapseElement(NetworkElement):
    """Base class of projections: owners of synapses."""

    _synapse_dtype: str | None = None

    @property
    def _structure(self) -> Connectivity:
        raise NotImplementedError

    @property
    def synapse_dtype(self) -> str:
        """The type of numbers in synapses: "float64" or "float32".

        Set it before compile(); sums and equations stay in the network's ``dtype``. As "float32"
        weights take half the memory, with a relative error of at most 2**-24 each.
        """
        options = self._network.options
        return self._synapse_dtype or options.synapse_dtype or options.dtype

    @synapse_dtype.setter
    def synapse_dtype(self, value: object) -> None:
        if self._network.compiled:
            reject(f"'synapse_dtype' of {self._label} must be set before compile()")
        self._synapse_dtype = checked_synapse_dtype(value)

    def _dtype(self, name: str) -> np.dtype[Any]:
        attribute = self._table[name]
        own = attribute.kind == "float" and attribute.locality == "local"
        return np.dtype(self.synapse_dtype) if own else super()._dtype(name)

    def _numbers(self, name: str, given: RandomDistribution, stream: Stream) -> NDArray[Any]:
        """The draws of a distribution for an attribute.

        They are of all synapses or dendrites, or one.
        """
        locality = self._table[name].locality
        if locality == "local":
            return SynapseDraws(given, self._structure.rows, stream, lambda drawn: drawn)()
        if locality == "postsynaptic":
            return stream.values(given, self._structure.n_post, self._structure.dendrites)
        return stream.values(given, 1)
