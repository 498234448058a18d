"""Waiting for a send: once, or in a stream."""
