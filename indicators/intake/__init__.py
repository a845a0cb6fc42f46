"""Taking in a file of figures: limits, text, numbers, layout, places, plausibility, and one transaction."""
