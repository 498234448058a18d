"""Stay correct when threads, tasks, forks and interrupts get in each other's way."""
