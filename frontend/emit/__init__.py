"""From checked models and user objects to the ``net`` module."""

from .network import REFRACTORY, network_module

__all__ = ["REFRACTORY", "network_module"]
