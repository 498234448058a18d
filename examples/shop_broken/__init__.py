"""``examples.shop`` with five mistakes that a type checker finds; modules without one are imported from there."""
