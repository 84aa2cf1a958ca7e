"""Whether each figure told stands in a fact of a cited source."""
