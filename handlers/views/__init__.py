"""The few page shapes shared by commands and pushes."""
