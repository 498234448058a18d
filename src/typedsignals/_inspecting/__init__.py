"""Reading what a callable takes and is, without calling it."""
