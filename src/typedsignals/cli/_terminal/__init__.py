"""Writing to a terminal, and ending."""
