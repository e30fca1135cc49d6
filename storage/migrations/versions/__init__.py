"""One file for each step of the schema, run in the order of their numbers."""
