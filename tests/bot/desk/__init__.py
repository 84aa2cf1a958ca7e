"""The desk: groups, lines of YAML, commits."""
