"""What in a payload can travel as JSON, and by which keys it is read."""
