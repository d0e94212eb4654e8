"""What happened, and its way to those who asked to be told: thin signed events, delivered at least once."""
