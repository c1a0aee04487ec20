"""Documents in: reading, cutting, linking to repeats, looking for noise; their sources."""
