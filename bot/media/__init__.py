"""Pictures: checked, brought into a form every platform takes, and kept by the hash of their bytes."""
