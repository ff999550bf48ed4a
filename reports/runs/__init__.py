"""Finished runs: one against an earlier one, one told otherwise, their responses read back."""
