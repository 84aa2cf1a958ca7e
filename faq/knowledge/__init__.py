"""What is known, as types that the YAML files are read into; no I/O."""
