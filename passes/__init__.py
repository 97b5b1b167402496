"""Passes, one transformation of the IR per file. ``pipelines.py`` lists them in order."""
