"""Describe classes and annotations as records."""
