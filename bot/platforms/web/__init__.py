"""The third full platform: a chat and preview page on loopback; nothing is imported here."""
