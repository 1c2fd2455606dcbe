"""Files in the formats of other programs."""
