"""Connectivity of the COBA benchmark, as sparse matrices in two files.

The generator of the published script; ``exc.npz`` and ``inh.npz`` in the current folder hold SciPy
sparse matrices, [pre, post], of ones.
"""

import os
from random import sample

import numpy as np
from scipy.sparse import csr_matrix, lil_matrix, load_npz, save_npz

# Parameters
NE = 3200
NI = 800
sparseness = 0.02


def generate(size: int) -> csr_matrix:
    """Connect each neuron to a binomial number of distinct random targets."""
    matrix = lil_matrix((size, NE + NI))
    for i in range(size):
        k = np.random.binomial(NE + NI, sparseness, 1)[0]
        matrix.rows[i] = sorted(sample(range(NE + NI), k))
        matrix.data[i] = [1.0] * k
    return matrix.tocsr()


def write_connectivity() -> None:
    """Write both files."""
    save_npz("exc.npz", generate(NE))
    save_npz("inh.npz", generate(NI))


def load_connectivity(filename: str) -> csr_matrix:
    """Read a matrix. Both files are made first where it is missing."""
    if not os.path.exists(filename):
        write_connectivity()
    return load_npz(filename)


if __name__ == "__main__":
    write_connectivity()
