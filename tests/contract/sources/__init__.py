"""Sources against real servers on loopback."""
