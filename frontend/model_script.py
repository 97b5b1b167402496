"""Running a model script up to ``compile()``, without simulating.

For tools that look at models.

The networks of the script are compiled by a :class:`ModelScript`, which gives them a
:class:`NotRunning` in place of a program. Attributes then have their initial values; the first
``simulate()`` ends the script, unless later networks are waited for: then it does nothing.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from attrs import field
from numpy.typing import NDArray

from ..ir.attrs_classes import define
from ..ir.diagnostics import RanvierError, fail
from .execution import Compile, compiler, compiling_with
from .global_network import clear
from .network import Network


class ScriptStopped(BaseException):
    """The end of a script, raised from inside.

    No ``except Exception`` of the script may catch it.
    """


class NotRunning:
    """A placeholder for the program of a network.

    ``finished`` is asked at every ``simulate``: whether the script has nothing more to say.
    """

    def __init__(self, network: Network, finished: Callable[[], bool]) -> None:
        self._network = network
        self._finished = finished
        self.step = 0
        self.running = False

    def __getattr__(self, name: str) -> Any:
        raise ScriptStopped

    def _owner(self, name: str) -> Any:
        owners = (*self._network.populations, *self._network.projections)
        return next(owner for owner in owners if owner.name == name)

    def read(self, owner: str, name: str, dendrite: int | None = None) -> NDArray[Any]:
        """Initial values, zeros where there are none."""
        found = self._owner(owner)
        try:
            return np.atleast_1d(np.asarray(found.initial_value(name)))
        except Exception:
            return np.zeros(getattr(found, "size", 1))

    def write(self, owner: str, name: str, values: Any) -> None:
        """Do nothing: values do not change what is compiled."""

    def start_clocks(self, projection: str) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing: nothing runs."""

    def read_spikes(self, population: str) -> NDArray[Any]:
        """No ranks: no neuron has fired."""
        return np.zeros(0, np.int64)

    def simulate(self, steps: int, progress: bool) -> None:
        """End the script, or do nothing."""
        if self._finished():
            raise ScriptStopped

    def reset(self) -> None:
        """Do nothing."""


@define(eq=False)
class ModelScript:
    """A script that runs, and the networks that it compiles.

    They are in order, each with its options. The first ``simulate`` ends the script, except that it
    goes on until ``wanted`` networks are there, or to its end for ``everything``. To ``simulate``,
    networks are really compiled.
    """

    wanted: int | None = None
    everything: bool = False
    simulate: bool = False
    networks: dict[Network, dict[str, Any]] = field(factory=dict)

    def _compile(self, really: Compile, network: Network, **options: Any) -> Any:
        self.networks[network] = {k: v for k, v in options.items() if k != "previous"}
        return really(network, **options) if self.simulate else NotRunning(network, self._finished)

    def _finished(self) -> bool:
        found = len(self.networks)
        return not self.everything and (self.wanted is None or found >= self.wanted)

    def run(self, path: str | Path, arguments: Sequence[str] = ()) -> None:
        """Run a script as ``python path arguments`` would.

        Its output goes to stderr. Plots are drawn nowhere. Raises ModelError for an error of the
        script, unless it may come from not having simulated: then it says so and returns.
        """
        compiling = compiling_with(partial(self._compile, compiler()))
        with _as_main(Path(path), arguments), contextlib.redirect_stdout(sys.stderr), compiling:
            try:
                runpy.run_path(str(path), run_name="__main__")
            except ScriptStopped:
                pass
            except SystemExit as end:
                if end.code not in (None, 0):
                    print(f"the script ended with exit code {end.code}", file=sys.stderr)
            except RanvierError:
                raise
            except Exception as problem:
                self._failed(problem, str(path))

    def _failed(self, problem: Exception, path: str) -> None:
        frames = traceback.extract_tb(problem.__traceback__)
        own = [frame for frame in frames if frame.filename == path]
        lines = traceback.format_list(own) + traceback.format_exception_only(problem)
        text = "".join(lines).rstrip()
        if not self.networks or self.simulate:
            fail(f"the script failed\n{text}")
        print(f"note: the script ended early, nothing was simulated\n{text}", file=sys.stderr)


@contextlib.contextmanager
def _as_main(path: Path, arguments: Sequence[str]) -> Iterator[None]:
    """Give a script arguments, import path and network of its own. No windows open."""
    argv, paths, backend = sys.argv, list(sys.path), os.environ.get("MPLBACKEND")
    sys.argv = [str(path), *arguments]
    sys.path.insert(0, str(path.resolve().parent))
    os.environ["MPLBACKEND"] = "Agg"
    clear()
    try:
        yield
    finally:
        sys.argv, sys.path[:] = argv, paths
        os.environ.pop("MPLBACKEND")
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
        clear()
