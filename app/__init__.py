"""What people and machines start; the only place where the rooms are plugged together."""
