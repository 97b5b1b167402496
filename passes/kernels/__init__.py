"""Lowering of populations, projections and monitors to kernels; used by ``lower-to-kernels``."""
