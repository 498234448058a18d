"""Validating: the payload, its fields, the sender, and what to say when they are wrong."""
