"""What a relay asks of a queue, and the queues."""
