"""Sending: checking the arguments, the generated code, and the loops that call the receivers."""
