"""The `otterwatch` command."""
