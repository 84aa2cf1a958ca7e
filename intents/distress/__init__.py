"""Danger, heard before anything else."""
