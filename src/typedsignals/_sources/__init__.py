"""Send our signal whenever a signal that somebody else owns is sent."""
