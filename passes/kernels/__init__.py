"""Kernels of populations, projections and monitors, which ``map-to-threads`` builds."""
