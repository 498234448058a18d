"""From classes and annotations to records."""
