"""What do the platforms look like from the other side? Strict servers on loopback, for tests only."""
