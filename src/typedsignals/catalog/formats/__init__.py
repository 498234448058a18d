"""The formats of a catalog: one module for each, with a function ``render``."""
