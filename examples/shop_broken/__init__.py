"""``examples.shop`` with five mistakes that a type checker finds; modules without mistakes are imported from there."""
