"""A real Slurm cluster on this machine, for the tests."""
