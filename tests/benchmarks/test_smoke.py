"""Every benchmark runs at a small size.

The sizes are so small that times say nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ranvier.benchmarks import __main__ as command_line
from ranvier.benchmarks import rivals
from ranvier.benchmarks.contest import Case
from ranvier.benchmarks.kit import SkippedError
from ranvier.benchmarks.race import Contestant, Outcome, Result, Settings, alternate
from ranvier.benchmarks.report import table
from ranvier.benchmarks.rivals import Rivals
from ranvier.benchmarks.workloads import BENCHMARKS, WORKLOADS, coba, many_small

TINY = ["--repeats", "1", "--no-peers", "--no-probe"]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No kit, no peers, few populations.

    The tests depend on nothing around them.
    """
    monkeypatch.setenv("RANVIER_BENCH_KIT", str(tmp_path / "no_kit"))
    monkeypatch.delenv("RANVIER_PEERS", raising=False)
    monkeypatch.setattr(many_small, "COUNTS", (1, 3))
    coba.kit_data.cache_clear()


def test_precisions(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is a contestant of its own, in the same run."""
    sizes = ["--neurons", "96", "--duration", "20", "--threads", "1"]
    command_line.main(["run", "coba", *sizes, *TINY, "--precision", "double,float,stored"])
    lines = [line.split("  ")[1] for line in capsys.readouterr().out.splitlines() if "  " in line]
    assert {"ranvier", "ranvier, float", "ranvier, stored"} <= set(lines)
    with pytest.raises(SystemExit):
        command_line.main(["run", "coba", "--precision", "half"])
    assert "no precision 'half'; double, float, stored" in capsys.readouterr().err


# The large variants are the same code.
@pytest.mark.parametrize("name", [name for name in BENCHMARKS if not name.endswith("-large")])
def test_runs(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = tmp_path / "numbers.json"
    sizes = ["--neurons", "96", "--duration", "20", "--threads", "1,2"]
    command_line.main(["run", name, *sizes, *TINY, "--json", str(numbers)])
    assert f"{name}: " in capsys.readouterr().out
    found = json.loads(numbers.read_text())[name]
    if name in WORKLOADS:
        ours = [each for each in found["times"] if each["kind"] == "ranvier"]
        assert [each["threads"] for each in ours] == [1, 2]
        assert all(each["activity"] >= 0.0 for each in ours)


def test_lists(capsys: pytest.CaptureFixture[str]) -> None:
    command_line.main(["list"])
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == list(BENCHMARKS)


def test_probes_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--neurons", "96", "--duration", "5", "--threads", "1,2", "--repeats", "1"]
    charts = tmp_path / "charts"
    command_line.main(["run", "hodgkin-huxley", *sizes, "--no-peers", "--plot", str(charts)])
    assert "warm" in capsys.readouterr().out
    assert {file.name for file in charts.iterdir()} == {"ratios.png", "scaling.png"}


def test_turns_and_budget() -> None:
    """Every peer runs once a round.

    One that is slow or cannot run leaves.
    """
    order: list[str] = []

    def contestant(name: str) -> Contestant:
        def run() -> Outcome:
            order.append(name)
            if name == "absent":
                raise SkippedError("not here")
            return Outcome(float(len(order)))

        return Contestant(name, "peer", 1, run)

    both = [contestant("a"), contestant("absent"), contestant("b")]
    first, absent, second = alternate(both, repeats=2, budget=60.0)
    assert order == ["a", "absent", "b", "a", "b"]
    assert (first.seconds, second.seconds) == (1.0, 3.0)
    assert absent.reason == "not here" and not absent.outcomes
    results: list[Result] = alternate(both, repeats=3, budget=0.0)
    assert [len(result.outcomes) for result in results] == [0, 0, 0]


def test_rivals_that_are_missing_say_why() -> None:
    them, settings = Rivals(), Settings()
    WORKLOADS["coba"].rivals(them, Case(96, 1.0), settings)
    assert not them.present
    assert {name for name, _ in them.absent} == {"limit_coba", "ANNarchy", "Brian2", "NEST"}
    assert dict(them.absent)["Brian2"].startswith("set RANVIER_PEERS")
    assert "RANVIER_BENCH_KIT" in dict(them.absent)["limit_coba"]


@pytest.mark.parametrize("fails", [False, True])
def test_peers_run_in_their_own_environment(
    fails: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The Python that has a peer's module runs its script.

    The peer here is a stand-in.
    """
    said = "raise SystemExit('broken')" if fails else "print('compile 2 s simulate', *sys.argv[1:])"
    (tmp_path / "script.py").write_text(f"import sys\n{said}\n")
    monkeypatch.setattr(rivals, "OWN_SCRIPTS", tmp_path)
    monkeypatch.setitem(rivals.MODULES, "NEST", "attrs")
    monkeypatch.setenv("RANVIER_PEERS", sys.executable)
    them = Rivals()
    them.peer("NEST", "script.py", Settings(peer_threads=(3,)), "0.5")
    (result,) = alternate(them.present, 1, 60.0)
    if fails:
        assert result.reason == "script.py failed: broken"
    else:
        assert result.outcomes == [Outcome(0.5, 2.0, None)]


def test_table() -> None:
    assert table(("", "s"), [("a", "1.5"), ("long", "10.25")]) == [
        "          s",
        "a       1.5",
        "long  10.25",
    ]
