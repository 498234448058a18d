"""Connecting: whether a receiver fits, and the table of who is called for which sender."""
