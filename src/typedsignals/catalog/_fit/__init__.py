"""Whether the values of one type serve where another is expected."""
