"""Brokers: where messages go from the outbox, and groups of receivers in other programs get them from."""
