"""``typedsignals relay``: run workers, and look after what they have to do."""
