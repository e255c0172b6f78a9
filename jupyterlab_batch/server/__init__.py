"""The Jupyter server extension: a thin door between browser and broker.

It reads notebooks through the contents manager, resolves kernelspecs, passes the
broker's routes on, and turns the broker's changes into Jupyter events. It holds
no state of its own: killed at any moment, nothing is lost with it.
"""
