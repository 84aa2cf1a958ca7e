"""Tests of how replies look."""
