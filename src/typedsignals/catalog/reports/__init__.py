"""The forms in which the findings of a check are reported: a module for each, with a function ``render``."""
