"""The classifier as it serves: arrays and `rank()`, numpy alone."""
