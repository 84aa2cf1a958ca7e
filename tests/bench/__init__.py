"""Benchmarks: run by hand, never timed in a test."""
