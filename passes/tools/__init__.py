"""Tools for people: listings, explanations, calls in text, the reducer."""
