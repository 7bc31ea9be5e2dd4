"""Eigenvalues of the condition by numpy: of single matrices, and of windows of Jacobians summed anew at every example."""

import numpy
from common import write

generator = numpy.random.default_rng(5)


def eigenvalue(m):
    deviation = numpy.eye(len(m)) - m
    return float(numpy.linalg.eigvalsh(deviation.T @ deviation)[-1])


matrices = []
for size in (1, 2, 3, 7, 10, 10, 10, 25):
    m = generator.normal(0, 0.4, (size, size)).round(3)
    matrices.append({"matrix": m.tolist(), "eigenvalue": eigenvalue(m)})
low_rank = (generator.normal(0, 0.5, (10, 2)) @ generator.normal(0, 0.5, (2, 10))).round(3)
matrices.append({"matrix": low_rank.tolist(), "eigenvalue": eigenvalue(low_rank)})
near_identity = (numpy.eye(10) + generator.normal(0, 1e-5, (10, 10))).round(8)
matrices.append({"matrix": near_identity.tolist(), "eigenvalue": eigenvalue(near_identity)})

windows = []
for outputs, hidden, capacity, examples in ((3, 4, 5, 17), (10, 6, 3, 8), (12, 3, 2, 5), (1, 1, 4, 9)):
    # In sixteenths, so that single precision holds them.
    pairs = [(generator.integers(-12, 13, (outputs, hidden)) / 16, generator.integers(-12, 13, (hidden, outputs)) / 16)
             for _ in range(examples)]
    steps = []
    for t in range(examples):
        last = pairs[max(0, t + 1 - capacity):t + 1]
        steps.append({
            "feedforward": pairs[t][0].tolist(), "feedback": pairs[t][1].tolist(),
            "mean_of_products": eigenvalue(numpy.mean([b @ g for b, g in last], axis=0)),
            "product_of_means": eigenvalue(
                numpy.mean([b for b, _ in last], axis=0) @ numpy.mean([g for _, g in last], axis=0)),
        })
    windows.append({"outputs": outputs, "hidden": hidden, "capacity": capacity, "steps": steps})

write("condition", __doc__, [numpy], {"matrices": matrices, "windows": windows})
