"""Versions on disk: the gate, publishing, undo."""
