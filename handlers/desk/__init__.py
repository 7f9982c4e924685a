"""The curator's room: what is sent to everybody, and how it went."""
