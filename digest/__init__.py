"""The subject itself: issues, pages, words, audience, delivery rules. Pure: no I/O, nothing that waits."""
