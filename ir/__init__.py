"""The typed SSA intermediate representation of Ranvier.

It knows nothing of the rest of the package.
"""
