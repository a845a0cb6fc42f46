"""Numbers: catalogue, targets, sources, observations, and the one table that everything shown is read from."""
