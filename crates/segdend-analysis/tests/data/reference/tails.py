"""P of F, chi-squared, z and r, to fifty digits, with the doubles nearest to what is written."""

import mpmath
from mpmath import mp, mpf
from common import write

mp.dps = 50


def entry(p, **statistic):
    return {**statistic, "p": float(p) if p > mpf("1e-307") else 0.0, "ln_p": float(mpmath.log(p))}


def tail_of_gamma(a, x):
    if a < 2000:
        return mpmath.gammainc(a, x, mp.inf, regularized=True)
    # One minus the series 8.11.4 of DLMF: fifty digits leave thirty where P is 1e-20.
    total, term, step = mpf(1), mpf(1), 0
    while term > mpf("1e-55") * total:
        step += 1
        term *= x / (a + step)
        total += term
    return 1 - mpmath.exp(a * mpmath.log(x) - x - mpmath.loggamma(a + 1)) * total


def tail_of_beta(a, b, r):
    """I_x(a, b) for x = 1 / (1 + r); by the series 8.17.8 of DLMF where F is above 1, and its terms fall."""
    x, y = 1 / (1 + r), r / (1 + r)
    if x * (a + b) >= a:
        return mpmath.betainc(a, b, 0, x, regularized=True)
    total, term, step = mpf(1), mpf(1), 0
    while term > mpf("1e-45") * total:
        term *= x * (a + b + step) / (a + 1 + step)
        total += term
        step += 1
    return mpmath.exp(a * mpmath.log(x) + b * mpmath.log(y)) / (a * mpmath.beta(a, b)) * total


fisher = [
    entry(tail_of_beta(mpf(d2) / 2, mpf(d1) / 2, mpf(f) * mpf(d1) / mpf(d2)), f=f, between=d1, within=d2)
    for f, d1, d2 in [
        (1e-6, 1.0, 38.0), (0.1, 1.0, 1.0), (0.5, 2.0, 7.0), (1.0, 3.0, 3.0), (1.0, 9.0, 190.0),
        (1.001, 40.0, 900.0), (2.5, 4.0, 20.0), (4.3, 1.5, 8.25), (16.0, 1.0, 38.0), (12.0, 9.0, 190.0),
        (56767.8, 2.0, 57.0), (1e4, 9.0, 190.0), (1e8, 2.0, 300.0), (1e6, 1.0, 1.0), (30.0, 0.7, 0.9),
        (1e12, 19.0, 76.0), (1e40, 5.0, 38.0), (0.9, 200.0, 150.0), (3.0, 500.0, 800.0),
        (1.2, 4000.0, 6000.0), (5.0, 3.0, 9997.0), (1.02, 1e5, 1e5), (60.0, 4.0, 1e5), (1.004, 1e6, 1e6),
    ]
]
chi_squared = [
    entry(tail_of_gamma(mpf(d) / 2, mpf(c) / 2), chi_squared=c, degrees_of_freedom=d)
    for c, d in [
        (1e-8, 1.0), (0.5, 1.0), (2.9, 1.0), (3.1, 1.0), (3.841458820694124, 1.0), (1400.0, 1.0), (2.0, 2.0),
        (7.5, 3.5), (9.0, 10.0), (10.0, 10.0), (12.0, 10.0), (80.0, 10.0), (99.5, 100.0), (101.0, 100.0),
        (150.0, 100.0), (1000.0, 1000.0), (1002.0, 1000.0), (1500.0, 1000.0), (1e4, 38.0), (1e5, 7.0),
        (10050.0, 10000.0), (11000.0, 10000.0), (1.01e5, 1e5), (1.003e6, 1e6),
    ]
]
normal = [
    entry(mpmath.erfc(mpf(z) / mpmath.sqrt(2)), z=z)
    for z in [1e-9, 0.01, 0.5, 1.0, 1.7, 1.74, 1.9599639845400545, 3.0, 5.0, 8.5, 20.0, 37.0, 38.6, 100.0, 1e5]
]
correlation = [
    entry(
        mpmath.betainc(mpf(d) / 2, mpf(1) / 2, 0, 1 - mpf(r) ** 2, regularized=True),
        r=r, degrees_of_freedom=d,
    )
    for r, d in [
        (0.001, 10.0), (0.1, 98.0), (-0.25, 30.0), (0.61, 98.0), (-0.61, 9998.0), (0.9, 5.0), (0.99, 100.0),
        (-0.9999, 38.0), (0.999, 998.0),
    ]
]

write("tails", __doc__, [mpmath], {
    "fisher": fisher, "chi_squared": chi_squared, "normal": normal, "correlation": correlation,
})
