"""Search over a real SQLite with real issues."""
