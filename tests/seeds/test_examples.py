"""The other examples run as a user runs them.

On one thread and on two.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from seeds.scripts import run_script


@pytest.mark.parametrize("option", [(), ("-j2",)], ids=["one thread", "two threads"])
def test_rate_coded(tmp_path: Path, option: tuple[str, ...]) -> None:
    printed = run_script("rate_coded.py", tmp_path, *option, keep={"r": "Output.r"})
    assert re.fullmatch(r"Done in [\d.e-]+\n", printed)
    # Without input the network stays silent: the script measures time only.
    assert not np.load(tmp_path / "r.npy").any()


@pytest.mark.parametrize("option", [(), ("-j2",)], ids=["one thread", "two threads"])
def test_coba(tmp_path: Path, option: tuple[str, ...]) -> None:
    keep = {"v": "P.v", "synapses": "(Ce.nb_synapses, Ci.nb_synapses)"}
    run_script("coba.py", tmp_path, *option, keep=keep)
    assert (tmp_path / "exc.npz").exists()
    assert (tmp_path / "inh.npz").exists()
    v, synapses = np.load(tmp_path / "v.npy"), np.load(tmp_path / "synapses.npy")
    assert v.shape == (4000,)
    assert np.all((v > -80.0) & (v <= -50.0))
    np.testing.assert_allclose(synapses, (256_000, 64_000), rtol=0.02)


def test_demo(tmp_path: Path) -> None:
    printed = run_script("demo.py", tmp_path, "picture.png")
    rate = re.search(r"firing rate +([\d.]+) Hz", printed)
    assert rate is not None
    assert 15.0 < float(rate.group(1)) < 30.0
    assert re.search(r"compile +[\d.]+ s", printed)
    assert (tmp_path / "picture.png").stat().st_size > 10_000
