"""From checked models and user objects to the ``net`` module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .network import REFRACTORY, network_module

__all__ = ["REFRACTORY", "network_module"]


def __getattr__(name: str) -> Any:
    """Load the emission with its first name. A network that was compiled before needs none."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import network

    return getattr(network, name)
