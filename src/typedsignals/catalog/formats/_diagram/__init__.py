"""The graph of a catalog, and where its nodes go."""
