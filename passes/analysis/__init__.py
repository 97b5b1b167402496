"""Analyses: what passes ask of the IR, and change nothing."""
