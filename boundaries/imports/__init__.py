"""Taking in boundaries from outside: limits, reading, checks, repairs when asked for, and an edition of its own."""
