"""Faults: what readers see while the store, a process or a file fails."""
