"""The catalog: which signals a program declares, what they carry, who listens, and what a change would break."""
