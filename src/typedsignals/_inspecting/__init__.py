"""Inspect callables without calling them: what kind they are, where they stand, what they take."""
