"""Decide whether the values of one type fit where another type is expected."""
