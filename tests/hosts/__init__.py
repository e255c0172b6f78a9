"""The same button in other hosts than the one that is developed with."""
