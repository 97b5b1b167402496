"""Rules of ``canonicalize``, by theme. ``RULES.md`` says what a rule must keep to."""
