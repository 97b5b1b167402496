"""How synapses lie in memory: one file per layout, and what they have in common in ``base``.

=============  ==================================================================
``by_pre``     rows of pre neurons: spikes are delivered along them
``bits``       the same, and a matrix of bits: spikes of one weight are counted
``arrivals``   the same, and for each synapse how much later than others it is reached
``rows``       every pair of two ranges of neurons, in rows of pre neurons
``by_post``    rows of post neurons: sums are taken along them
``slices``     the same rows, those of a block of post neurons side by side
``slices_one`` the same, or one value for all synapses
``dense``      every pair of two ranges of neurons, in blocks of post neurons
``dense_one``  the same, or one value for all pairs
``diagonal``   one synapse per post neuron of a range, with a pre neuron at the same distance
=============  ==================================================================

``choose-storage`` picks the layout of each projection. A new one is a file here that defines a
subclass of :class:`Storage` with its name in ``layout``, and a line below.
"""

from .arrivals import Arrivals
from .base import Storage
from .bits import Bits
from .by_post import ByPost
from .by_pre import ByPre
from .dense import Dense, DenseOne, DenseRows
from .diagonal import Diagonal
from .slices import Slices, SlicesOne

__all__ = [
    "Arrivals",
    "Bits",
    "ByPost",
    "ByPre",
    "Dense",
    "DenseOne",
    "DenseRows",
    "Diagonal",
    "Slices",
    "SlicesOne",
    "Storage",
]
