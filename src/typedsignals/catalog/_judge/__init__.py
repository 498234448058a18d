"""Judge signals and changes: which findings there are, how much each matters, and which are waived."""
