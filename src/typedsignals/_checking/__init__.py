"""Check receivers when they are connected: whether a signal can call them, and on which terms."""
