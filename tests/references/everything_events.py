"""Effects of spikes on the synapses of :mod:`references.everything`.

One after the other.

Event-driven traces follow their equations exactly between events::

    stdp  12*dx/dt = -x, 16*dy/dt = -y   arrives: g += w; x += A_plus; w = clip(w + y, 0, 1)
                                         fires:   y -= A_minus; w = clip(w + x, 0, 1)
    stp   30*dx/dt = 1 - x, 20*du/dt = U - u
                                         arrives: g += w*u*x; x *= 1 - u; u += U*(1 - u)
    fade                                 arrives: g += w; w = w - loss*w
                                         fires:   w = w + gain : max=1

A trace is kept by the events that write it: in between it is what it was at the last one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from references.everything import DT, TAU_FACIL, TAU_MINUS, TAU_PLUS, TAU_REC, State
from references.fused import fused_quickly as fused

Array = NDArray[Any]


class Events:
    """Spikes that meet synapse ``i``.

    Those that arrive add to ``g[post]``; the others are those of its post neuron.
    """

    state: State
    number: Any

    def arrive(self, name: str, i: int, g: Array, post: int) -> None:
        """A spike reaches the synapse."""
        getattr(self, f"_arrive_{name.partition('_')[0]}")(name, i, g, post)

    def fire(self, name: str, i: int) -> None:
        """The post neuron of the synapse fires."""
        getattr(self, f"_fire_{name.partition('_')[0]}")(name, i)

    def _now(self, key: str, i: int, tau: float, rest: Any = 0.0) -> Any:
        """A trace that relaxes to ``rest`` since it was kept."""
        s = self.state
        passed = DT * float(s.ages[key][i])
        value = s.values[key][i]
        return value + self.number(-np.expm1(-passed / tau)) * (self.number(rest) - value)

    def _keep(self, key: str, i: int, value: Any) -> None:
        self.state.values[key][i] = value
        self.state.ages[key][i] = 0

    def _set_weight(self, name: str, i: int, value: Any) -> None:
        if self.state.learning[name].plastic:
            self.state.values[f"{name}.w"][i] = value

    def _arrive_stdp(self, name: str, i: int, g: Array, post: int) -> None:
        v = self.state.values
        w, y = v[f"{name}.w"][i], self._now(f"{name}.y", i, TAU_MINUS)
        g[post] += w
        self._keep(f"{name}.x", i, self._now(f"{name}.x", i, TAU_PLUS) + v[f"{name}.A_plus"][0])
        self._set_weight(name, i, np.clip(w + y, 0.0, 1.0))

    def _fire_stdp(self, name: str, i: int) -> None:
        v = self.state.values
        w, x = v[f"{name}.w"][i], self._now(f"{name}.x", i, TAU_PLUS)
        self._keep(f"{name}.y", i, self._now(f"{name}.y", i, TAU_MINUS) - v[f"{name}.A_minus"][0])
        self._set_weight(name, i, np.clip(w + x, 0.0, 1.0))

    def _arrive_stp(self, name: str, i: int, g: Array, post: int) -> None:
        v = self.state.values
        most = v["stp.U"][i]
        x, u = self._now("stp.x", i, TAU_REC, 1.0), self._now("stp.u", i, TAU_FACIL, most)
        g[post] += v["stp.w"][i] * u * x
        self._keep("stp.x", i, x * (1 - u))
        self._keep("stp.u", i, u + most * (1 - u))

    def _arrive_fade(self, name: str, i: int, g: Array, post: int) -> None:
        """Compute g_target += w; w = w - loss*w."""
        v = self.state.values
        w = v["fade.w"][i : i + 1]
        g[post] += w[0]
        self._set_weight(name, i, fused(-v["fade.loss"], w, w)[0])

    def _fire_fade(self, name: str, i: int) -> None:
        """Compute w = w + gain : max=1."""
        v = self.state.values
        self._set_weight(name, i, min(v["fade.w"][i] + v["fade.gain"][0], self.number(1.0)))
