"""``jupyter batch``: everything from a terminal, without a Jupyter server."""
