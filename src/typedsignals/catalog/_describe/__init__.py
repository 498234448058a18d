"""Describing classes and annotations as records."""
