"""Compare two catalogs: what changed, and whom that breaks."""
