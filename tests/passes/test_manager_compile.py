"""``compile()`` and its options.

Pipelines of the user, levels, the report, and no optimisation as an option.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes.passes import calling, registered
from seeds.networks import coba, rate_coded, spike_list
from seeds.scripts import run_script

import ranvier as rv
from ranvier.passes.framework.pipeline_text import parse_pipeline
from ranvier.passes.pipelines import LOWERING, OPTIMISED
from references.connectivity import coba_network


def small() -> rv.Network:
    """A spiking population with noise that feeds a rate-coded one."""
    net = rv.Network(dt=0.1, seed=4)
    spiking = net.create(
        40,
        rv.Neuron(
            parameters="tau = 10.0 : population\nI = 1.5",
            equations="tau*dv/dt = I - v + Normal(0.0, 0.5)",
            spike="v > 1.0",
            reset="v = 0.0",
            refractory=1.0,
        ),
        name="cells",
    )
    spiking.v = np.linspace(0.0, 1.0, 40)
    rate = net.create(
        7, rv.Neuron(parameters="tau = 5.0", equations="tau*dr/dt = sum(exc) - r"), name="rates"
    )
    rate.r = np.linspace(0.0, 2.0, 7)
    net.connect(rate, rate, "exc", name="loop").all_to_all(weights=0.3)
    return net


# ------------------------------------------------------------------ without optimisation


def test_no_optimisation_only_lowers() -> None:
    net = small()
    compiled = net.compile(opt=0)
    assert compiled.pipeline == parse_pipeline(LOWERING)
    names = {item.name for item in compiled.pipeline.passes}
    assert not names & {"canonicalize", "cse", "dce", "licm", "fuse-loops", "vectorize"}
    assert "vector." not in compiled.ir()


def same_bits(one: Any, other: Any) -> bool:
    """All bits of two results."""
    return np.asarray(one).tobytes() == np.asarray(other).tobytes()


def test_noise_is_the_same_without_optimisation() -> None:
    def run(opt: int) -> list[Any]:
        net = small()
        cells, rates = net.populations
        monitor = net.monitor(cells, ["v", "spike"])
        net.compile(opt=opt)
        net.simulate(30.0)
        assert spike_list(monitor.get("spike"))
        return [monitor.get("v"), cells.v, rates.r]

    assert all(map(same_bits, run(0), run(1)))


def test_coba_is_the_same_without_optimisation() -> None:
    def run(opt: int) -> list[Any]:
        net, cells = coba(data)
        monitor = net.monitor(cells, "spike")
        net.compile(opt=opt)
        net.simulate(50.0)
        return [spike_list(monitor.get("spike")), cells.v, cells.g_exc, cells.g_inh]

    data = coba_network(4000)
    plain, optimised = run(0), run(1)
    assert len(plain[0]) > 1000, "a silent network proves nothing"
    assert all(map(same_bits, plain, optimised))


def test_rate_coded_is_the_same_without_optimisation() -> None:
    rng = np.random.default_rng(3)
    weights, drive, inputs = rng.normal(size=(30, 50)), rng.normal(size=50), rng.normal(size=50)

    def run(opt: int) -> list[Any]:
        net, pre, post = rate_coded(weights, drive, inputs)
        net.compile(opt=opt)
        net.simulate(100.0)
        return [pre.r, post.r]

    plain = run(0)
    assert plain[1].any()
    assert all(map(same_bits, plain, run(1)))


def test_hybrid_is_the_same_without_optimisation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The published script, switched by the environment variable."""
    keep = {"decoded": "data3['r']"}
    results = []
    for opt in ("0", "1"):
        folder = tmp_path / opt
        folder.mkdir()
        monkeypatch.setenv("RANVIER_OPT", opt)
        run_script("hybrid.py", folder, seed=1, keep=keep)
        results.append(np.load(folder / "decoded.npy"))
    assert results[0].any()
    assert same_bits(*results)


# ------------------------------------------------------------------ pipelines of the user


def test_pipelines_as_text_list_and_pipeline() -> None:
    expected = parse_pipeline(OPTIMISED)
    for given in (None, OPTIMISED, OPTIMISED.split(","), expected, [*expected.items]):
        assert small().compile(pipeline=given).pipeline == expected


def test_a_mistake_in_a_pipeline() -> None:
    with pytest.raises(rv.ModelError, match="did you mean 'canonicalize'"):
        small().compile(pipeline="canonicalise")


@pytest.mark.parametrize(
    ("pipeline", "said"),
    [
        ("@equations", "does not belong to the level 'native'"),
        ("@equations,@sparsity,@kernels,lower-syn", "'expand-rng' should have removed it"),
        ("", "does not belong to the level 'native'"),
    ],
)
def test_pipelines_that_stop_early(pipeline: str, said: str) -> None:
    with pytest.raises(rv.ModelError) as caught:
        small().compile(pipeline=pipeline)
    assert said in str(caught.value)
    assert f"the pipeline of compile() is '{parse_pipeline(pipeline)}'" in str(caught.value)
    assert f"every pipeline has to do is '{parse_pipeline(LOWERING)}'" in str(caught.value)


def test_an_optimisation_level_that_does_not_exist() -> None:
    with pytest.raises(rv.ModelError, match=re.escape("'opt' expects 0 or 1, got '3'")):
        small().compile(opt=3)


def test_levels() -> None:
    """Each on demand, of the pipeline that ran."""
    for opt in (0, 1):
        compiled = small().compile(opt=opt)
        net, eq, kernels = (compiled.ir(level) for level in ("net", "eq", "kernels"))
        assert "eq.ddt" in net
        assert "eq.ddt" not in eq and "net.population" in eq
        assert "func.func" in kernels and "net.population" not in kernels


# ------------------------------------------------------------------ the report


def test_the_report_speaks_of_each_part_of_the_network() -> None:
    report = small().compile().report
    subjects = {"cells", "rates", "loop", "cells_update", "loop_transmit"}
    assert subjects <= {remark.subject for remark in report.remarks}
    said = {(r.pass_name, r.subject): r for r in report.remarks}
    assert said["discretize", "cells"].text == "v: explicit"
    assert said["choose-layout", "loop"].text.startswith("dense, every pair of two ranges")
    assert re.fullmatch(r"the loop over %i: \d+ lanes", said["vectorize", "rates_update"].text)
    about = {"cells", "cells_update"}
    found = {remark.pass_name for remark in report.remarks if remark.subject in about}
    assert {"discretize", "vectorize", "expand-rng"} <= found


def test_refusals_have_reasons_and_places() -> None:
    def refuses(op: Any, ctx: Any) -> bool:
        ctx.report.refused("refuses", op, "everything", "it does not feel like it", op.loc)
        return False

    with registered(calling("refuses", refuses)):
        compiled = small().compile(pipeline="refuses," + OPTIMISED)
    found = [r for r in compiled.report.remarks if not r.applied]
    mine = next(r for r in found if r.pass_name == "refuses")
    assert (mine.subject, mine.text) == ("cells", "everything")
    assert str(mine) == "refuses: cells: everything left as it is: it does not feel like it"
    assert mine.loc is not None
    assert str(mine) in str(compiled.report)


def test_stages_are_timed() -> None:
    seconds = small().compile().seconds
    assert list(seconds) == ["cache", "emit", "passes", "llvm", "buffers", "compile"]
    assert all(value > 0 for value in seconds.values())


@pytest.mark.parametrize("method", ["exponential", "exact"])
def test_mistakes_of_the_user_say_what_was_done(method: str) -> None:
    """In words of the model; the pass behind them, in brackets."""
    net = rv.Network()
    neuron = rv.Neuron(parameters="tau = 10.0", equations=f"tau*dr/dt = r*r - 1.0 : {method}")
    net.create(2, neuron)
    with pytest.raises(rv.ModelError) as caught:
        net.compile()
    said = "note: found while applying the numerical method (pass 'discretize')"
    assert said in str(caught.value).splitlines()
