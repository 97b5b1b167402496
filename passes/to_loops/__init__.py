"""What ``lower-equations`` builds: tasks of populations and projections in the level of loops."""
