"""Patterns for training figures: smooth random fields over places and years, and how they take a given total or mean.

Everything that leaves this module has been rounded, so that a last binary digit that differs between two machines does
not make two sets of figures.
"""

from __future__ import annotations

import zlib

import numpy as np

from indicators.training_ground import Floats

WAVES = 48
REACH_KM, REACH_YEARS = 9.0, 12.0
"""Distances over which a field changes: neighbours are alike, and so are years that follow each other."""
CORE_KM = 14.0
LIMIT = 40.0
"""Log-odds beyond which a share is 0 or 1 to the last digit of a float."""


def draw(seed: int, name: str) -> np.random.Generator:
    """A generator for one name, so that figures of one indicator do not change when another is added."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def smooth_field(rng: np.random.Generator, x_km: Floats, y_km: Floats, years: Floats) -> Floats:
    """A random field with mean 0 and variance 1 whose correlation falls off as a Gaussian: (places, years).

    A sum of cosine waves of random direction and phase.
    Source: Shinozuka and Jan, "Digital simulation of random processes", Journal of Sound and Vibration 25 (1972).
    """
    east, north, later = rng.standard_normal((3, WAVES)) / np.array([[REACH_KM], [REACH_KM], [REACH_YEARS]])
    at_place = x_km[:, None] * east + y_km[:, None] * north + rng.uniform(0, 2 * np.pi, WAVES)
    angles = at_place[:, None, :] + (years - years[0])[:, None] * later
    return np.asarray(np.round(np.cos(angles).sum(axis=2) * np.sqrt(2 / WAVES), 6))


def centrality(x_km: Floats, y_km: Floats) -> Floats:
    """How central a place is, falling off with the distance to the centre, scaled to mean 0 and deviation 1."""
    nearness = np.exp(-np.hypot(x_km, y_km) / CORE_KM)
    return np.asarray(np.round((nearness - nearness.mean()) / nearness.std(), 6))


def shares_with_mean(mean: Floats, score: Floats, weights: Floats) -> Floats:
    """Percentages that rise with `score` and whose weighted mean in each year is `mean`; 0 and 100 are kept exactly.

    Shape: `mean` (years), `score` and `weights` (places, years). The logistic curve keeps all of them within 0 to 100;
    its shift is found by halving.
    """
    low, high = np.full(len(mean), -LIMIT), np.full(len(mean), LIMIT)
    for _ in range(60):
        middle = (low + high) / 2
        short = (weights * _logistic(score + middle)).sum(axis=0) / weights.sum(axis=0) < mean / 100
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.round(100 * _logistic(score + high), 4)


def _logistic(score: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-score)))


def levels_with_mean(mean: Floats, score: Floats, weights: Floats) -> Floats:
    """Positive quantities that rise with the exponential of `score`, the weighted mean in each year being `mean`."""
    multiples = np.exp(score)
    scale = mean * weights.sum(axis=0) / (weights * multiples).sum(axis=0)
    return np.asarray(np.round(scale * multiples, 4))


def whole_parts(total: Floats, weights: Floats, start: Floats) -> Floats:
    """Whole numbers in proportion to `weights`, each within 1 of its quota, that sum to the whole number `total`.

    `start`, from 0 to 1 for each year, decides who gets the fractions.
    Source: Madow, "On the theory of systematic sampling, II", Annals of Mathematical Statistics 20 (1949).
    """
    running = np.cumsum(weights, axis=0)
    # a millionth is far more than rounding error, and the last sum is exactly the total
    reached = np.floor(np.round(total * (running / running[-1]), 6) + start)
    return np.diff(reached, axis=0, prepend=np.floor(start)[None, :])
