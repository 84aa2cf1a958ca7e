"""The commands of the command line, a module for each kind of user; bot/cli.py puts them together."""
