"""Builders of ``lower-equations``: tasks of populations and projections.

The tasks are in the level of loops.
"""
