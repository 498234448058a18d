"""JSON Schemas of the types in a catalog."""
