"""Makes the data for, trains, checks and exports divisi's own four-stem network."""
