"""The queue in a database: its tables, and each statement on them."""
