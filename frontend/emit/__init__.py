"""From checked models and user objects to the ``net`` module."""

from .network import REFRACTORY, network_module
from .projection import LAST_EVENT

__all__ = ["LAST_EVENT", "REFRACTORY", "network_module"]
