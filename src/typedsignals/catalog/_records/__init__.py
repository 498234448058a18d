"""The records of the catalog, and what can be done with a record alone."""
