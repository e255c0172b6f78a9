"""Side by side with papermill, nbclient and jupyter-scheduler: `make bench`."""
