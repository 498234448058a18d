"""What mypy knows: its inner state, expressions, sources, and what is checked again when something changes."""
