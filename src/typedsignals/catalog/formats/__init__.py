"""The forms in which a catalog is shown: a module for each, with a function ``render``."""
