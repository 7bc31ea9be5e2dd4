"""The noncentral t distribution by its integral in mpmath, thirty digits; effect intervals by SciPy's distribution and root finder."""

import itertools

import mpmath
import numpy
import scipy
from mpmath import mp
from scipy import optimize, stats
from common import write

mp.dps = 30


def cdf(t, df, nc):
    """P(T' <= t), integrated over u = sqrt(chi-squared / df)."""
    t, df, nc = map(mp.mpf, (t, df, nc))
    front = 2 * (df / 2) ** (df / 2) / mp.gamma(df / 2)
    at = lambda u: mp.ncdf(t * u - nc) * front * u ** (df - 1) * mp.exp(-df * u * u / 2)
    spread = 1 / mp.sqrt(2 * df)
    places = {mp.mpf(0)} | {mp.mpf(max(0, 1 + k * spread)) for k in range(-12, 17)}
    if t != 0 and nc / t > 0:
        places |= {nc / t + k / abs(t) for k in range(-9, 10) if nc / t + k / abs(t) > 0}
    return mp.quad(at, sorted(places))


def interval(d, counts, confidence):
    h = (1 / counts[0] + 1 / counts[1]) ** 0.5
    df, t = sum(counts) - 2, d / h
    # SciPy has no value where lambda is far from t on the other side of zero.
    below = lambda nc: numpy.nan_to_num(stats.nct.cdf(t, df, nc), nan=float(nc < t))
    end = lambda p: optimize.brentq(lambda nc: below(nc) - p, t - 10 - abs(t), t + 10 + abs(t), xtol=1e-13)
    return [float(end(p) * h) for p in ((1 + confidence) / 2, (1 - confidence) / 2)]


values = [
    {"t": t, "degrees_of_freedom": df, "noncentrality": nc, "below": float(cdf(t, df, nc))}
    for t, df, nc in [
        *itertools.product((-3.0, 0.0, 2.0, 7.5), (1.0, 2.5, 38.0), (-1.0, 0.0, 6.0)),
        (42.99, 38.0, 40.0), (197.11, 38.0, 180.0), (238.26, 38.0, 250.0), (-100.73, 38.0, -95.0), (2.83, 126.0, 0.8337502),
        (2.83, 126.0, 4.815359), (500.0, 4.0, 300.0), (30.0, 1.0, 20.0),
    ]
]
intervals = [
    {"first": list(a), "second": list(b), "confidence": c}
    for a, b, c in [
        ((4.1, 4.2, 4.0, 4.3, 4.15), (3.7, 3.6, 3.9, 3.8, 3.75), 0.95),
        ((4.1, 4.2, 4.0, 4.3, 4.15), (4.05, 4.2, 4.1), 0.95),
        ((1.0, 2.5), (3.0, 4.5), 0.9),
        ((1.0, 2.0, 3.0), (2.0, 3.0, 4.0), 0.95),
        ((8.21, 8.3, 8.35, 8.28, 8.33, 8.31), (4.02, 4.1, 4.15, 4.08), 0.95),
    ]
]
for case in intervals:
    a, b = case["first"], case["second"]
    n, m = len(a), len(b)
    mean = lambda x: sum(x) / len(x)
    squares = lambda x: sum((v - mean(x)) ** 2 for v in x)
    d = (mean(a) - mean(b)) / ((squares(a) + squares(b)) / (n + m - 2)) ** 0.5
    case["lower"], case["upper"] = interval(d, (n, m), case["confidence"])

write("noncentral_t", __doc__, [mpmath, numpy, scipy], {"values": values, "intervals": intervals})
