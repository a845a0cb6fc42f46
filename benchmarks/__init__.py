"""Measurements: ratios beside the naive way, both taken in turn in one run. Never part of the tests."""
