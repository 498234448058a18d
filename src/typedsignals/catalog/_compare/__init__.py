"""What changed between two catalogs, and whom that breaks."""
