"""Find the signals, receivers and sends of a program."""
