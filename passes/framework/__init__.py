"""The framework of passes: pipelines, the pass manager, reports, options."""
