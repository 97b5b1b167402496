"""Passes: each file is one transformation of the IR; ``pipelines.py`` lists them in order."""
