"""From events and responses to numbers: what is asked of a sample, of a method, and of methods among each other."""
