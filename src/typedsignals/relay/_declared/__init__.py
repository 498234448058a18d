"""What is declared of a relay: the signals that it carries, and their receivers."""
