"""Silhouettes by scikit-learn, and votes among the neighbours that scikit-learn finds: most votes, then the nearest voter."""

import numpy
import sklearn
from sklearn.metrics import silhouette_samples
from sklearn.neighbors import NearestNeighbors
from common import write

generator = numpy.random.default_rng(6)


def blobs(sizes, dimensions, spread):
    centres = generator.normal(0, 2, (len(sizes), dimensions))
    labels = numpy.repeat(numpy.arange(len(sizes)) * 3 + 1, sizes)
    order = generator.permutation(len(labels))
    rows = centres[labels // 3] + generator.normal(0, spread, (len(labels), dimensions))
    return rows[order].round(3), labels[order]


def votes(rows, labels, k):
    found = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(rows).kneighbors(rows)[1]
    correct = 0
    for sample, near in enumerate(found):
        voters = [labels[other] for other in near if other != sample][:k]
        most = max(voters.count(label) for label in voters)
        correct += next(v for v in voters if voters.count(v) == most) == labels[sample]
    return int(correct)


cases = []
for name, sizes, dimensions, spread in [
    ("apart", [20, 30, 15], 7, 0.8),
    ("mixed", [25, 25, 25, 25], 3, 2.5),
    ("a class of one", [30, 1, 12], 2, 1.0),
    ("more dimensions than samples", [12, 12], 40, 3.0),
]:
    rows, labels = blobs(sizes, dimensions, spread)
    s = silhouette_samples(rows, labels)
    cases.append({
        "name": name, "rows": rows.tolist(), "labels": labels.tolist(), "silhouettes": s.tolist(),
        "class_means": [float(s[labels == label].mean()) for label in numpy.unique(labels)],
        "correct": {str(k): votes(rows, labels, k) for k in (1, 2, 5, 10)},
    })

write("separation", __doc__, [numpy, sklearn], {"cases": cases})
