"""Everything that runs, waits or talks to a network."""
