"""The worker: it calls receivers, and decides what becomes of their messages."""
