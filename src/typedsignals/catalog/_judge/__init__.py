"""What a check reports, and how much it matters."""
