"""Builders of ``lower-equations``: tasks of populations and projections in the level of loops."""
