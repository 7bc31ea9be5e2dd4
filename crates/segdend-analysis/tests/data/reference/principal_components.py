"""Principal components by scikit-learn, the sign of each such that its loading of largest magnitude is positive."""

import numpy
import sklearn
from sklearn.decomposition import PCA
from common import write

generator = numpy.random.default_rng(50)
cases = []
for name, samples, dimensions, count in (("tall", 40, 5, 5), ("wide", 8, 12, 4), ("shifted", 30, 3, 2)):
    rows = (generator.normal(0, 1, (samples, dimensions)) * numpy.arange(1, dimensions + 1)
            + (1000 if name == "shifted" else 0)).round(3)
    pca = PCA(n_components=count, svd_solver="full").fit(rows)
    signs = numpy.array([numpy.sign(v[numpy.argmax(abs(v))]) for v in pca.components_])
    cases.append({
        "name": name, "rows": rows.tolist(), "count": count, "scores": (pca.transform(rows) * signs).tolist(),
        "variances": pca.explained_variance_.tolist(),
        "total_variance": float(rows.var(axis=0, ddof=1).sum()),
    })

write("principal_components", __doc__, [numpy, sklearn], {"cases": cases})
