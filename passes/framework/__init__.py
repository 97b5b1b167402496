"""The framework of passes: what a pass is, pipelines, the pass manager, reports, options."""
