"""From YAML files to plain values that know their file and line."""
