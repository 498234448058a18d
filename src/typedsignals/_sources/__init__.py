"""Send our signal whenever the signal of another library is sent."""
