"""The formats of a report: one module for each, with a function ``render``."""
