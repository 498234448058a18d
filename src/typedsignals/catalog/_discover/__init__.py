"""Finding a program's signals, receivers and sends."""
