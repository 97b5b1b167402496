"""What tools for people need beyond passes: listings, explanations, calls in text, the reducer."""
