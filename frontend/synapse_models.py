"""Ready synapses: STDP, short-term plasticity, and rate-coded learning.

Each is its equations, with parameters as arguments. References are those of the field: Hebb (1949),
Oja (1982), Intrator and Cooper (1992) for IBCM, Tsodyks and Markram (1997) for short-term
plasticity, Song, Miller and Abbott (2000) for STDP.
"""

from __future__ import annotations

from .language.declarations import Parameter
from .synapse import Synapse
from .user_errors import WrongValue, reject


class Hebb(Synapse):
    """``dw/dt = eta pre.r post.r``, never below 0."""

    def __init__(self, eta: float = 0.01) -> None:
        super().__init__(
            parameters={"eta": eta},
            equations="dw/dt = eta * pre.r * post.r : min=0.0, explicit",
            name="Hebb",
            description="Simple Hebbian learning rule.",
        )


class Oja(Synapse):
    """``dw/dt = eta (pre.r post.r - alpha post.r^2 w)``, never below 0."""

    def __init__(self, eta: float = 0.01, alpha: float = 1.0) -> None:
        super().__init__(
            parameters={"eta": eta, "alpha": alpha},
            equations=("dw/dt = eta * (pre.r * post.r - alpha * post.r^2 * w) : min=0.0, explicit"),
            name="Oja",
            description="Hebbian learning with regularisation of the weights.",
        )


class IBCM(Synapse):
    """Learning with a threshold that slides with the post-synaptic rate.

    It follows the square of that rate.
    """

    def __init__(self, eta: float = 0.01, tau: float = 2000.0) -> None:
        super().__init__(
            parameters={"eta": eta, "tau": tau},
            equations="""
                tau * dtheta/dt + theta = post.r^2 : postsynaptic, exponential
                dw/dt = eta * post.r * (post.r - theta) * pre.r : min=0.0, explicit
            """,
            name="IBCM",
            description="Intrator and Cooper's version of the BCM rule.",
        )


class STP(Synapse):
    """Short-term plasticity: depression and facilitation.

    Resources ``x`` are spent (depression), their use ``u`` grows (facilitation).
    """

    def __init__(self, tau_rec: float = 100.0, tau_facil: float = 0.01, U: float = 0.5) -> None:  # noqa: N803
        if tau_facil <= 0.0:
            reject(f"tau_facil must be positive, not {tau_facil:g}", kind=WrongValue)
        super().__init__(
            parameters={
                "tau_rec": tau_rec,
                "tau_facil": tau_facil,
                "U": Parameter(U, locality="local"),
            },
            equations="""
                dx/dt = (1 - x) / tau_rec : init=1.0, event-driven
                du/dt = (U - u) / tau_facil : init=U, event-driven
            """,
            pre_spike="""
                g_target += w * u * x
                x *= 1 - u
                u += U * (1 - u)
            """,
            name="STP",
            description="Short-term plasticity with depression and facilitation.",
        )


class STDP(Synapse):
    """Spike-timing dependent plasticity with one trace on each side. All spikes count."""

    def __init__(
        self,
        tau_plus: float = 20.0,
        tau_minus: float = 20.0,
        A_plus: float = 0.01,  # noqa: N803
        A_minus: float = 0.01,  # noqa: N803
        w_min: float = 0.0,
        w_max: float = 1.0,
    ) -> None:
        super().__init__(
            parameters={
                "tau_plus": tau_plus,
                "tau_minus": tau_minus,
                "A_plus": A_plus,
                "A_minus": A_minus,
                "w_min": w_min,
                "w_max": w_max,
            },
            equations="""
                tau_plus * dx/dt = -x : event-driven
                tau_minus * dy/dt = -y : event-driven
            """,
            pre_spike="""
                g_target += w
                x += A_plus * w_max
                w = clip(w + y, w_min, w_max)
            """,
            post_spike="""
                y -= A_minus * w_max
                w = clip(w + x, w_min, w_max)
            """,
            name="STDP",
            description="Spike-timing dependent plasticity, additive, all to all.",
        )
