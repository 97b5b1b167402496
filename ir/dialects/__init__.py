"""The dialects: groups of operations, one file or folder each."""
