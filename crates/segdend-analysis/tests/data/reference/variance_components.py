"""Components of variance: F and P by SciPy, and where the design is balanced REML by statsmodels, which is the ANOVA estimate if that is positive."""

import warnings

import numpy
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import stats
from common import write

warnings.simplefilter("ignore")
generator = numpy.random.default_rng(20161000)


def design(sizes, between, within):
    return [(4.0 + generator.normal(0, between) + generator.normal(0, within, n)).round(4) for n in sizes]


designs = {
    "ten networks, twenty tests": design([20] * 10, 0.12, 0.03),
    "five networks, five tests": design([5] * 5, 0.05, 0.05),
    "unbalanced": design([20, 3, 11, 1, 7], 0.1, 0.05),
    "no effect, below zero": [numpy.array(g) for g in ([1.0, 5.0, 3.1], [2.0, 4.0, 3.0], [1.5, 4.4, 3.2])],
    "two groups": design([4, 6], 0.2, 0.1),
}
cases = []
for name, groups in designs.items():
    f, p = stats.f_oneway(*groups)
    sizes = numpy.array([len(g) for g in groups])
    total, k = sizes.sum(), len(groups)
    grand = numpy.concatenate(groups).mean()
    between = sum(len(g) * (g.mean() - grand) ** 2 for g in groups) / (k - 1)
    within = sum(((g - g.mean()) ** 2).sum() for g in groups) / (total - k)
    n0 = (total - (sizes ** 2).sum() / total) / (k - 1)
    case = {
        "name": name, "groups": [list(g) for g in groups], "f": float(f), "p": float(p), "grand_mean": float(grand),
        "mean_square_between": float(between), "mean_square_within": float(within), "group_size": float(n0),
        "between_variance_untruncated": float((between - within) / n0),
    }
    if len(set(sizes)) == 1 and between > within:
        labels = numpy.repeat(numpy.arange(k), sizes)
        fit = sm.MixedLM(numpy.concatenate(groups), numpy.ones((total, 1)), groups=labels).fit(
            reml=True, method=["lbfgs", "powell"], gtol=1e-14)
        case["reml_between"], case["reml_within"] = float(fit.cov_re[0, 0]), float(fit.scale)
    cases.append(case)

write("variance_components", __doc__, [numpy, scipy, statsmodels], {"cases": cases})
