"""Being fed by a signal of another library."""
