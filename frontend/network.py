"""Networks: populations, projections and monitors, compiled and simulated together."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .annarchy_arguments import without_foreign
from .clock import Timed
from .connection_rules import Group
from .copying import reduced, restore
from .draws import check_draws
from .execution import Execution, compiler
from .monitor import Monitor
from .neuron import Neuron
from .options import NetworkOptions, has_no_effect, warn_no_effect
from .population import Geometry, Population
from .projection import Projection
from .steps import to_steps
from .synapse import Synapse
from .user_errors import reject
from .views import PopulationView


class _NetworkType(type):
    """Lets subclasses of :class:`Network` create parts without ``super().__init__``.

    ``dt``, ``seed`` and ``dtype`` are keywords of every network, whatever its ``__init__`` takes.
    """

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        kind: Any = cls
        network = kind.__new__(kind)
        network._prepare()
        if kind.__init__ is not Network.__init__:
            own = ("dt", "seed", "dtype")
            network.config(**{key: kwargs.pop(key) for key in own if key in kwargs})
        network.__init__(*args, **kwargs)
        return network


class Network(Timed, metaclass=_NetworkType):
    """``Network(dt=1.0, seed=None, dtype="float64")``: create, connect, compile, simulate.

    Settings that are left out are those of ``setup()``. Without a seed one is drawn and kept in
    ``seed``, so that every run can be repeated. With the ``dtype`` "float32" all numbers and
    equations are in single precision.
    """

    _options: NetworkOptions

    def __init__(
        self, dt: float | None = None, seed: int | None = None, dtype: object = None
    ) -> None:
        given = {"dt": dt, "seed": seed, "dtype": dtype}
        self.config(**{key: value for key, value in given.items() if value is not None})

    def _prepare(self) -> None:
        from .global_network import inherited_options

        self._options = inherited_options()
        self._populations, self._projections, self._monitors = [], [], []
        self._execution = Execution(self)
        self._rng: tuple[int, np.random.Generator] | None = None

    if not TYPE_CHECKING:  # type checkers are to see which attributes exist

        def __setattr__(self, name: str, value: object) -> None:
            # Networks of users have attributes of their own; this is dt or time in capitals.
            if not name.islower() and isinstance(getattr(type(self), name.lower(), None), property):
                reject(f"a Network has no '{name}'; did you mean '{name.lower()}'?")
            object.__setattr__(self, name, value)

    # ------------------------------------------------------------------ settings

    def config(self, **settings: object) -> None:
        """Change settings before compile.

        dt (ms), seed, num_threads, method, dtype (``"float64"`` or ``"float32"``) and
        synapse_dtype, the type in which synapses are stored. ``num_threads`` is the most threads
        there are (None: as many as cores); fewer run where that is faster. ``paradigm="cuda"`` runs
        on a GPU, whose number is ``device`` (None: 0).
        """
        if settings and self._execution.compiled:
            reject("settings are fixed by compile(); make a new network to change them")
        self._options.update(settings, "config")

    @property
    def options(self) -> NetworkOptions:
        """The settings; change them with ``config``."""
        return self._options

    @property
    def dt(self) -> float:
        """Time step in ms."""
        return self._options.dt

    @dt.setter
    def dt(self, value: float) -> None:
        self.config(dt=value)

    @property
    def seed(self) -> int:
        """Seed of all random numbers, drawn once if none was given."""
        if self._options.seed is None:
            self._options.seed = _entropy()
        return self._options.seed

    @seed.setter
    def seed(self, value: int | None) -> None:
        self.config(seed=value)

    @property
    def default_rng(self) -> np.random.Generator:
        """A NumPy generator seeded with ``seed``. For the user's own random numbers."""
        if self._rng is None or self._rng[0] != self.seed:
            self._rng = self.seed, np.random.default_rng(self.seed)
        return self._rng[1]

    @property
    def compiled(self) -> bool:
        """Whether ``compile`` was called."""
        return self._execution.compiled

    # ------------------------------------------------------------------ building

    def create(
        self,
        geometry: Geometry | Population | None = None,
        neuron: Neuron | type[Neuron] | None = None,
        stop_condition: str | None = None,
        name: str | None = None,
        population: Population | None = None,
        storage_order: str = "post_to_pre",
    ) -> Population:
        """A new population. ``create(PoissonPopulation(100))`` takes over a ready one."""
        if isinstance(geometry, Population):
            geometry, population = None, geometry
        if population is not None:
            return self._adopt(population)
        if geometry is None or neuron is None:
            reject("create() needs a geometry and a neuron")
        return Population(
            geometry, neuron, name, stop_condition, storage_order=storage_order, network=self
        )

    def _adopt(self, population: Population) -> Population:
        """Move a population that was created outside of any network here."""
        from .global_network import is_default

        home = population.network
        if home is self:
            return population
        used = any(population in (p.pre_population, p.post_population) for p in home._projections)
        if not is_default(home) or home.compiled or self.compiled or used:
            reject(f"{population._label} already belongs to another network")
        home._populations.remove(population)
        automatic = population._name.removeprefix("pop").isdigit()
        population._name = self._new_name("population", None if automatic else population._name)
        population._network = self
        self._add_population(population)
        return population

    def connect(
        self,
        pre: Group | str | Projection | None = None,
        post: Group | str | None = None,
        target: str = "",
        synapse: Synapse | type[Synapse] | None = None,
        name: str | None = None,
        projection: Projection | None = None,
    ) -> Projection:
        """A new projection.

        Call one of its connectors next. ``connect(projection=...)`` takes over a ready one.
        """
        if isinstance(pre, Projection):
            pre, projection = None, pre
        if projection is not None:
            if projection.network is not self:
                reject(f"{projection._label} belongs to another network")
            return projection
        if pre is None or post is None:
            reject("connect() needs a pre- and a post-synaptic population")
        return Projection(pre, post, target, synapse, name, network=self)

    def monitor(
        self,
        obj: Population | PopulationView,
        variables: str | Sequence[str],
        period: float | None = None,
        period_offset: float | None = None,
        start: bool = True,
        name: str | None = None,
    ) -> Monitor:
        """A new monitor, also after compile."""
        return Monitor(
            obj,
            variables,
            period=period,
            period_offset=period_offset,
            start=start,
            name=name,
            network=self,
        )

    # ------------------------------------------------------------------ running

    def compile(self, *, num_threads: int | None = None, **options: Any) -> Any:
        """Compile to machine code and return the compiled network.

        ``num_threads`` overrides the setting. Further options go to ``ranvier.compiler.compile``.
        """
        self._execution.check_idle()
        if not self._populations:
            reject("the network has no populations")
        for projection in self._projections:
            if not projection.is_connected:
                reject(
                    f"{projection._label} is not connected; call one of its connectors, e.g. "
                    "all_to_all()"
                )
        for key in [key for key in options if has_no_effect(key)]:
            if not self._options.takes(key, options[key]):
                warn_no_effect(key, "compile")
            del options[key]
        if self._options.target is not None:
            options.setdefault("target", self._options.target)
        options = without_foreign("compile", compiler(), options)
        if "previous" in options:
            reject(
                "compile() goes on with the state of the network by itself; leave 'previous' out"
            )
        if num_threads is not None:
            self._options.update({"num_threads": num_threads}, "compile")
        check_draws((*self._populations, *self._projections))
        before = self.current_step
        for monitor in self._monitors if before else ():
            monitor._jumped(before, 0)
        return self._execution.compile(options)

    def explain(self, name: str | None = None) -> Any:
        """Optimisations of ``compile``, made and refused, with reasons.

        Print it, or look in a notebook. ``name`` of a population, projection, kernel, pass or
        variable: only what concerns it; ``"cuda"``: launches of a step on a GPU, with calculated
        bytes and times.
        """
        return self._execution.ready().explain(name)

    def simulate(self, duration: float, measure_time: bool = False, progress: bool = False) -> None:
        """Run for ``duration`` ms, or until ``stop()`` is called.

        The duration is rounded to whole steps. Signals are answered between two steps, every 50 ms
        or so: Python's handler of Ctrl-C raises KeyboardInterrupt there, other handlers are called,
        and the run can go on. Raises ModelError where the network runs already, and NoMemory (a
        ModelError and a MemoryError) where there is no room for recordings; they are complete up to
        the step where it stands.
        """
        program = self._execution.ready()
        steps = to_steps(duration, self.dt, "the duration of a simulation")
        start = perf_counter()
        self._check_end(steps)
        program.simulate(steps, progress)
        if measure_time:
            taken = perf_counter() - start
            print(f"Simulating {steps * self.dt / 1000:g} s of the network took {taken:.3f} s.")

    def stop(self) -> None:
        """End the run of ``simulate()`` after a whole step.

        It returns as if it were over. For handlers of signals and for other threads than the one
        that simulates. Without a run nothing happens.
        """
        self._execution.stop()

    def step(self) -> None:
        """Run one step."""
        program = self._execution.ready()
        self._check_end(1)
        program.simulate(1, False)

    # ------------------------------------------------------------------ copies

    def copy(self) -> Network:
        """An independent network in the same state: parts, values, recordings, clock.

        Its parts are found by name (``copy.get_population("pop0")``). Without a seed, one is drawn
        before, so that both go on alike; neurons, synapses and their equations are shared.
        """
        return deepcopy(self)

    def __copy__(self) -> Network:
        return self.copy()

    def __reduce__(self) -> Any:
        return reduced(self)

    def __setstate__(self, content: dict[str, Any]) -> None:
        restore(self, content)

    def __repr__(self) -> str:
        return (
            f"<Network of {len(self._populations)} populations and "
            f"{len(self._projections)} projections>"
        )


def _entropy() -> int:
    """128 random bits of the operating system."""
    found = np.random.SeedSequence().entropy
    assert isinstance(found, int)
    return found


def current_network(network: Network | None) -> Network:
    """``network``, or the default network of the functions ``compile``, ``simulate``, ..."""
    if network is None:
        from .global_network import default_network

        return default_network()
    if not isinstance(network, Network):
        reject(f"'network' must be a Network, not {network!r:.60}")
    return network
