"""Function discriminant analysis: a formula of the user's own, whose parameters are fitted to the events."""
