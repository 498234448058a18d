"""Payload models: what they say of their fields, and the contract of a signal that carries one."""
