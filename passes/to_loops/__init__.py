"""Builders of ``lower-equations``: tasks in the level of loops.

They are tasks of populations and projections.
"""
