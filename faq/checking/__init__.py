"""Whether what the files say is true, consistent and fit to be told."""
