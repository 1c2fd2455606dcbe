"""Numbers and orders derived from a Roadmap."""
