"""Reports with the P and verdicts of statcheck's rules (Nuijten et al. 2016), computed by SciPy from decimal bounds."""

from decimal import Decimal
import random

import scipy
from scipy import stats
from common import write

random.seed(20161000)
ALPHA = Decimal("0.05")


def p_of(kind, tails, df, x):
    x = float(x)
    if kind == "student-t":
        two = 2 * stats.t.sf(abs(x), df[0])
    elif kind == "normal":
        two = 2 * stats.norm.sf(abs(x))
    elif kind == "correlation":
        x = max(-1.0, min(1.0, x))
        t = x * (df[0] / (1 - x * x)) ** 0.5 if abs(x) < 1 else float("inf")
        two = 2 * stats.t.sf(abs(t), df[0])
    elif kind == "fisher-f":
        return stats.f.sf(max(x, 0.0), *df)
    else:
        return stats.chi2.sf(max(x, 0.0), df[0])
    if tails == "two":
        return two
    beyond = two / 2
    return beyond if (x >= 0) == (tails == "upper") else 1 - beyond


def check(kind, tails, df, text, relation, p_text, comparisons):
    value = Decimal(text)
    half = Decimal(1).scaleb(value.as_tuple().exponent) / 2
    inside = [value - half, value + half]
    if inside[0] < 0 < inside[1]:
        inside.append(Decimal(0))
    ps = [min(1.0, comparisons * p_of(kind, tails, df, x)) for x in inside]
    least, most = min(ps), max(ps)
    recomputed = min(1.0, comparisons * p_of(kind, tails, df, value))
    p = Decimal(p_text)
    half_p = Decimal(1).scaleb(p.as_tuple().exponent) / 2
    if relation == "=":
        consistent = least <= float(p + half_p) and float(p - half_p) <= most
        said = p <= ALPHA
    elif relation == "<":
        consistent = least < float(p)
        said = True if p <= ALPHA else None
    else:
        consistent = most > float(p)
        said = False if p >= ALPHA else None
    if consistent:
        verdict = "consistent"
    elif said is not None and said != (recomputed <= float(ALPHA)):
        verdict = "decision-error"
    else:
        verdict = "inconsistent"
    return least, most, recomputed, verdict


cases = []
while len(cases) < 400:
    kind = random.choice(["student-t", "normal", "correlation", "fisher-f", "chi-squared"])
    tails = random.choice(["two", "two", "upper", "lower"])
    df = [random.choice([1, 3, 8, 20, 38, 61, 198]), random.choice([5, 12, 38, 190])]
    places = random.choice([1, 2, 2, 3])
    x = {"student-t": random.gauss(0, 3), "normal": random.gauss(0, 2), "correlation": random.uniform(-0.99, 0.99),
         "fisher-f": abs(random.gauss(1, 3)), "chi-squared": abs(random.gauss(df[0], 2 * df[0] ** 0.5))}[kind]
    text = f"{x:.{places}f}"
    comparisons = random.choice([1, 1, 3, 6])
    true = min(1.0, comparisons * p_of(kind, tails, df, Decimal(text)))
    # Some as they should be, some a little off, some wildly.
    shown = min(1.0, true * random.choice([1, 1, 1, 0.5, 2, 1 / comparisons, 30]))
    relation = random.choice(["=", "=", "<", ">"])
    if relation == "=":
        p_text = random.choice([f"{shown:.3f}", f"{shown:.2f}", f"{shown:.1e}"])
    else:
        p_text = random.choice([".05", ".01", ".001", "0.1", ".06"])
    least, most, recomputed, verdict = check(kind, tails, df, text, relation, p_text, comparisons)
    cases.append({
        "statistic": {
            "kind": kind, "value": text,
            **({"degrees_of_freedom": df[0]} if kind in ("student-t", "correlation", "chi-squared") else {}),
            **({"between": df[0], "within": df[1]} if kind == "fisher-f" else {}),
            **({"tails": tails} if kind in ("student-t", "correlation", "normal") else {}),
        },
        "reported": f"{relation} {p_text}", "comparisons": comparisons,
        "least": least, "most": most, "recomputed": recomputed, "verdict": verdict,
    })

write("reported", __doc__, [scipy], {"cases": cases})
