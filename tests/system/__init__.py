"""Whole paths: real brokers, runners, kernels, platforms and servers."""
