"""The commands of the command line, a module for each kind of user; bot/cli/main.py puts them together."""
