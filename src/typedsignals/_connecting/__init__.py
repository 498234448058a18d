"""Connecting: the table of who is called for which sender, and the blocks of code that change it."""
