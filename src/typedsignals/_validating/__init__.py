"""Validate the payload, its fields and the sender, and explain what is wrong with them."""
