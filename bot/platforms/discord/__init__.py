"""Discord: its dress, its limits and its door; nothing is imported here."""
