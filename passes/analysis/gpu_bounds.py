"""Calculated times of a step, from bytes and launches.

A step takes no less than its bytes at the bandwidth of the memory, with the time of its launches.
Bytes of a neuron are its state, read and written. Of a spike that arrives: the synapse's row (rank
and weight), one store into a bucket of the post neuron and its load. Packed, all of them fill what
memory moves at once (32 bytes); scattered, each moves 32 bytes of its own, and so does its place in
the bucket, which is counted. A gather reads the ranks of all synapses, and weights of those whose
neuron spiked.
"""

from __future__ import annotations

from ...ir.attrs_classes import frozen

SECTOR = 32
"""Bytes that memory moves at once."""

ENTRY = 16
"""Bytes of an arrival in a bucket: synapse and value."""

COUNTS = 8
"""Bytes of a neuron's count of arrivals, read and cleared."""

LAUNCH = 2e-6
"""Seconds of a launch in a graph, as calculated."""

H200 = 4.8e12
"""Bytes that an H200's memory moves in a second (NVIDIA's figure)."""

BANDWIDTHS = {"H200": H200, "H100": 3.35e12, "A100": 1.55e12, "B200": 8.0e12, "RTX 4090": 1.01e12}
"""Bytes that memories move in a second, as NVIDIA says."""

CORE, CORE_BEYOND, CORE_CACHE = 100e9, 15e9, 2 << 20
"""Bytes that a core of a CPU moves in a second.

Those from its cache, those from memory; the bytes of the cache. A recent server is taken.
"""


def bandwidth_of(name: str) -> float:
    """Bytes that the memory of a device moves in a second. Unknown ones count as an H200."""
    return next((each for word, each in BANDWIDTHS.items() if word in name), H200)


def core_seconds(moved: float) -> float:
    """The time of a CPU's core for so many bytes."""
    return moved / (CORE if moved <= CORE_CACHE else CORE_BEYOND)


@frozen
class SparseStep:
    """A network of spikes.

    It has ``neurons`` with so many ``synapses`` each, a ``rate`` in Hz, and steps of ``dt`` ms.

    ``state`` are bytes of a neuron that a step reads and writes, ``launches`` those of a step.
    ``weight`` are the bytes of a synapse's weight.
    """

    neurons: int
    synapses: float
    rate: float
    dt: float = 0.1
    state: int = 56
    launches: int = 2
    weight: int = 8

    @property
    def arrivals(self) -> float:
        """Spikes that arrive in a step, at all neurons."""
        return self.neurons * self.rate * self.dt * 1e-3 * self.synapses

    @property
    def state_bytes(self) -> float:
        """Bytes of the neurons' state."""
        return float(self.state * self.neurons)

    @property
    def packed(self) -> float:
        """Bytes of delivery by buckets whose entries lie side by side."""
        return self.arrivals * (4 + self.weight + 2 * ENTRY) + COUNTS * self.neurons

    @property
    def scattered(self) -> float:
        """Bytes of delivery by buckets whose entries lie alone."""
        return self.arrivals * (4 + self.weight + 5 * SECTOR) + COUNTS * self.neurons

    @property
    def gathered(self) -> float:
        """Bytes of delivery along the rows of post neurons."""
        rank = 2 if self.neurons <= 1 << 16 else 4
        return float(rank * self.neurons * self.synapses) + SECTOR * self.arrivals

    def seconds(self, bandwidth: float, launch: float = LAUNCH) -> tuple[float, float]:
        """The least time of a step, packed and scattered. Bandwidth is bytes per second."""
        start = self.launches * launch
        return (
            start + (self.state_bytes + self.packed) / bandwidth,
            start + (self.state_bytes + self.scattered) / bandwidth,
        )


@frozen
class DenseStep:
    """Dense sums of rates.

    ``weight`` are the bytes of a weight; a pass over all of them is for ``together`` steps.

    ``state`` are bytes of a neuron that a step reads and writes.
    """

    sources: int
    neurons: int
    weight: int = 8
    together: int = 1
    state: int = 24
    launches: int = 2
    dt: float = 1.0

    @property
    def weights(self) -> float:
        """Bytes of a pass over all weights."""
        return float(self.sources * self.neurons * self.weight)

    def seconds(self, bandwidth: float, launch: float = 0.0) -> tuple[float, float]:
        """The least time of a step, twice the same."""
        moved = self.weights / self.together + self.state * self.neurons
        found = moved / bandwidth + self.launches * launch / self.together
        return found, found


MULTIPROCESSORS = {75: (1024, 16), 80: (2048, 32), 86: (1536, 16), 87: (1536, 16), 89: (1536, 24),
                   90: (2048, 32), 100: (2048, 32), 103: (2048, 32), 110: (1536, 24),
                   120: (1536, 24), 121: (1536, 24)}  # fmt: skip
"""Threads and blocks of a multiprocessor at most (NVIDIA's tables)."""

REGISTERS, WARP, UNIT = 1 << 16, 32, 256
"""Registers of a multiprocessor, threads of a warp, registers at once."""


def occupancy(capability: tuple[int, int], threads: int, registers: int) -> float:
    """The share of a multiprocessor's threads that a kernel fills."""
    number = 10 * capability[0] + capability[1]
    most, blocks = MULTIPROCESSORS.get(number, (1536, 16))
    warps = -(-threads // WARP)
    each = -(-max(1, registers) * WARP // UNIT) * UNIT
    by_registers = REGISTERS // each // warps
    return min(by_registers, most // (warps * WARP), blocks) * warps * WARP / most
