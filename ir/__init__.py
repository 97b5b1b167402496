"""The typed SSA intermediate representation; it knows nothing of the rest of Ranvier."""
