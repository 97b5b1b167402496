"""The dialects: groups of operations, one file each."""
