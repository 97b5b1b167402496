"""Ready populations and projections: Poisson spikes, inputs, decoding.

They are built from equations, so that nothing behind the front end knows of them, except for the
sliding window of a decoding projection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .connection_rules import Group
from .language.declarations import Parameter
from .neuron import Neuron
from .numbers import real_array
from .population import Geometry, Population
from .projection import Projection
from .steps import to_steps
from .user_errors import WrongValue, reject

if TYPE_CHECKING:
    from .network import Network


class PoissonPopulation(Population):
    """Neurons that spike at random, as Poisson processes do.

    In each step the probability is ``rates * dt / 1000``. ``rates`` in Hz is a number, one per
    neuron, or text: an equation for the variable ``rates`` (``"50.0 * (1.0 + sin(t/100.0))"``, with
    ``parameters`` where it names any). With ``target`` the rates are the sums of rate-coded
    projections of that target.
    """

    def __init__(
        self,
        geometry: Geometry,
        name: str | None = None,
        rates: Any = None,
        target: str | None = None,
        parameters: str | Mapping[str, object] | None = None,
        refractory: float | str | None = None,
        *,
        network: Network | None = None,
    ) -> None:
        if (rates is None) == (target is None):
            reject("a PoissonPopulation needs either 'rates' or a 'target', and not both")
        equations = "p = Uniform(0.0, 1.0) * 1000.0 / dt"
        given: str | Mapping[str, object] = parameters if parameters is not None else {}
        if target is not None:
            equations = f"rates = sum({target})\n{equations}"
        elif isinstance(rates, str):
            rates = rates.strip()
            assigned = rates.replace(" ", "").startswith(("rates=", "rates+=", "rates*="))
            equations = f"{rates if assigned else 'rates = ' + rates}\n{equations}"
        elif given:
            reject("'parameters' are for the equation of 'rates', which is a number here")
        else:
            rates = rates if hasattr(rates, "get_values") else _checked_rates(rates)
            flat = rates.reshape(-1) if isinstance(rates, np.ndarray) else rates
            given = {"rates": Parameter(flat, locality="local")}
        neuron = Neuron(
            parameters=given,
            equations=equations,
            spike="p < rates",
            refractory=refractory,
            name="Poisson",
            description="Spiking neuron with spikes emitted according to a Poisson distribution.",
        )
        super().__init__(geometry, neuron, name, network=network)


class InputArray(Population):
    """Rate-coded neurons whose ``r`` the user sets. It is 0 at first; there are no equations."""

    def __init__(
        self,
        geometry: Geometry,
        name: str | None = None,
        *,
        network: Network | None = None,
    ) -> None:
        neuron = Neuron(equations="r = r", name="Input", description="Neuron set by the user.")
        super().__init__(geometry, neuron, name, network=network)


class DecodingProjection(Projection):
    """Spikes decoded to a rate, over a sliding window.

    It is the mean rate of the pre-synaptic neurons: in each step the sum of ``target`` grows by the
    sum of ``w`` over the spikes of the last ``window`` ms, divided by the window and by the number
    of synapses of the dendrite, in Hz. The window is one step by default.
    """

    def __init__(
        self,
        pre: Group | str,
        post: Group | str,
        target: str,
        window: float = 0.0,
        name: str | None = None,
        *,
        network: Network | None = None,
    ) -> None:
        to_steps(window, 1.0, "the window of a DecodingProjection")
        self._window = float(window)
        super().__init__(pre, post, target, name=name, network=network)

    @property
    def kind(self) -> Literal["rate", "spike", "decoding"]:
        """Always ``decoding``."""
        return "decoding"

    @property
    def window(self) -> float:
        """Length of the window in ms."""
        return self.window_steps * self._network.dt

    @property
    def window_steps(self) -> int:
        """Length of the window in steps, at least one."""
        return max(1, to_steps(self._window, self._network.dt, "the window"))


def _checked_rates(rates: Any) -> Any:
    array = real_array(rates, "'rates'")
    if array.dtype.kind == "b" or not (array >= 0).all():
        reject(f"'rates' must be numbers >= 0 in Hz, not {rates!r:.60}", kind=WrongValue)
    return array.astype(np.float64) if array.ndim else float(rates)
