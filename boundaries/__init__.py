"""Places: boundary editions, administrative units, and the layers that hold their shapes."""
