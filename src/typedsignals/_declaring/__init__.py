"""Declare a signal: what it is declared with, and what is made from that."""
