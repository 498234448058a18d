"""Receivers: whether they fit a signal, and what else can be wrong with them."""
