"""Messages: their content, and their form on the way."""
