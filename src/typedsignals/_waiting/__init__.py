"""Wait for a send: for one, or for each in a stream."""
