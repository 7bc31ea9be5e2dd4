"""Effect sizes, bootstrap intervals and permutation tests by SciPy, on the resamples our streams of random numbers draw."""

import itertools
import math

import numpy
import scipy
from scipy import special, stats
from scipy.stats._resampling import BootstrapResult
from common import write

MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15
PERMUTATION = 0
BOOTSTRAP = 0xD1B54A32D192ED03


def split_mix(state):
    """The numbers of SplitMix64 from a state on."""
    while True:
        state = (state + STEP) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def stream(purpose, seed, index):
    """xoshiro256++ (Blackman & Vigna 2019) seeded with the index-th number of SplitMix64."""
    numbers = split_mix(next(split_mix(((seed ^ purpose) + index * STEP) & MASK)))
    s = [next(numbers) for _ in range(4)]
    while True:
        yield (rotate((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)


def draw(numbers, count):
    return (next(numbers) * count) >> 64


def mean_difference(a, b, axis=-1):
    return numpy.mean(a, axis=axis) - numpy.mean(b, axis=axis)


def cohens_d(a, b, axis=-1):
    n, m = a.shape[axis], b.shape[axis]
    squares = n * numpy.var(a, axis=axis) + m * numpy.var(b, axis=axis)
    return mean_difference(a, b, axis) / numpy.sqrt(squares / (n + m - 2))


def bootstrap(a, b, statistic, resamples, seed, confidence):
    replicates, undefined = [], 0
    for index in range(resamples):
        numbers = stream(BOOTSTRAP, seed, index)
        x = numpy.array([a[draw(numbers, len(a))] for _ in a])
        y = numpy.array([b[draw(numbers, len(b))] for _ in b])
        if statistic is cohens_d and numpy.ptp(x) == 0 and numpy.ptp(y) == 0:
            undefined += 1
        else:
            replicates.append(statistic(x, y))
    replicates, estimate = numpy.array(replicates), statistic(numpy.array(a), numpy.array(b))
    # The same values summed in another order are a tie, which SciPy would take for a difference.
    replicates[abs(replicates - estimate) < 1e-9 * replicates.std(ddof=1)] = estimate
    found = BootstrapResult(confidence_interval=None, bootstrap_distribution=replicates, standard_error=None)
    intervals = [
        list(stats.bootstrap((a, b), statistic, n_resamples=0, bootstrap_result=found, vectorized=True,
                             confidence_level=confidence, method=method).confidence_interval)
        for method in ("percentile", "BCa")
    ]
    return replicates.std(ddof=1), intervals, undefined


def permutation_exact(a, b):
    # In thousandths, as whole numbers, the order of the means is that of whole numbers: no rounding.
    a, b = (numpy.round(1000 * x) for x in (a, b))
    result = stats.permutation_test(
        (a, b), lambda x, y, axis: numpy.abs(len(b) * x.sum(axis=axis) - len(a) * y.sum(axis=axis)),
        vectorized=True, n_resamples=numpy.inf, alternative="greater")
    ways = math.comb(len(a) + len(b), len(a))
    return {"p": float(result.pvalue), "deals": ways, "at_least_as_extreme": round(result.pvalue * ways)}


def permutation_drawn(a, b, draws, seed):
    pooled = numpy.concatenate([a, b])
    observed = abs(mean_difference(a, b))
    extreme = 0
    for index in range(draws):
        numbers = stream(PERMUTATION, seed, index)
        shuffled = list(pooled)
        for place in range(len(a)):
            other = place + draw(numbers, len(shuffled) - place)
            shuffled[place], shuffled[other] = shuffled[other], shuffled[place]
        dealt = abs(mean_difference(numpy.array(shuffled[:len(a)]), numpy.array(shuffled[len(a):])))
        extreme += bool(dealt >= observed - 1e-12)
    return {"p": (extreme + 1) / (draws + 1), "deals": draws, "at_least_as_extreme": extreme}


def effect(a, b):
    d = float(cohens_d(a, b))
    df = len(a) + len(b) - 2
    j = math.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / math.sqrt(df / 2)
    return {"cohens_d": d, "hedges_g": j * d}


generator = numpy.random.default_rng(22901)
samples = {
    "networks apart": (generator.normal(4.1, 0.1, 8).round(3), generator.normal(3.7, 0.15, 8).round(3)),
    "networks alike": (generator.normal(4.1, 0.1, 8).round(3), generator.normal(4.08, 0.15, 6).round(3)),
    "skewed": (generator.exponential(1.0, 9).round(3), generator.exponential(2.0, 7).round(3)),
    "two values each": (numpy.array([1.0, 2.5]), numpy.array([3.0, 4.5])),
    "ties": (numpy.array([1.0, 2.0, 2.0, 3.0, 3.0]), numpy.array([2.0, 3.0, 3.0, 4.0])),
    "repeated tests": (generator.normal(3.7, 0.03, 20).round(2), generator.normal(3.72, 0.03, 20).round(2)),
}
cases = []
for name, (a, b) in samples.items():
    case = {"name": name, "first": list(a), "second": list(b), **effect(a, b), "bootstraps": []}
    for statistic, confidence, seed in itertools.product((mean_difference, cohens_d), (0.9, 0.95), (0, 7)):
        if name == "two values each" and statistic is cohens_d:
            continue  # SciPy has no BCa interval where a jackknife estimate is not finite.
        error, intervals, undefined = bootstrap(a, b, statistic, 2000, seed, confidence)
        case["bootstraps"].append({
            "statistic": statistic.__name__.replace("_", "-"), "confidence": confidence, "seed": seed,
            "resamples": 2000, "standard_error": float(error), "undefined": undefined,
            "percentile": [float(x) for x in intervals[0]], "bias_corrected": [float(x) for x in intervals[1]],
        })
    if len(a) + len(b) < 20:
        case["exact"] = permutation_exact(a, b)
    case["drawn"] = {"seed": 3, **permutation_drawn(a, b, 3000, 3)}
    cases.append(case)

write("two_samples", __doc__, [numpy, scipy], {"cases": cases})
