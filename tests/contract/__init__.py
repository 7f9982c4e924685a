"""Against strict fakes and real databases."""
