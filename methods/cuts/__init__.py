"""Rectangular cuts, optimised for each signal efficiency."""
