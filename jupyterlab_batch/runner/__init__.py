"""Executes the notebook inside the job. Imports nothing, so that it starts fast."""
