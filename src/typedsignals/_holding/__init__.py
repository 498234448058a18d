"""Holding: keeping what is sent in a block of code, and delivering it at the end of the block."""
