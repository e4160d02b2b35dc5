"""Records quantiles, intervals of counts and clustered variances of areas from SciPy and published formulas in NumPy.

    python tools/golden/record-intervals.py packages/pf1-metric/test/fixtures/intervals.json
"""

import json
import sys

import numpy as np
import scipy
from scipy.stats import binomtest, beta, norm, t


def counts(successes, trials, confidence):
    result = binomtest(successes, trials)
    exact = result.proportion_ci(confidence, "exact")
    score = result.proportion_ci(confidence, "wilson")
    return {
        "successes": successes,
        "trials": trials,
        "confidence": confidence,
        "clopperPearson": [float(exact.low), float(exact.high)],
        "wilson": [float(score.low), float(score.high)],
    }


def obuchowski(y, p, patients):
    """AUC and its clustered variance: Obuchowski, "Nonparametric analysis of clustered ROC curve data", Biometrics 53, 1997."""
    psi = (p[y == 1][:, None] > p[y == 0][None, :]) + 0.5 * (p[y == 1][:, None] == p[y == 0][None, :])
    auc = psi.mean()
    x, z = np.zeros(len(y)), np.zeros(len(y))
    x[y == 1] = psi.mean(axis=1) - auc
    z[y == 0] = psi.mean(axis=0) - auc
    ids = np.unique(patients)
    x = np.array([x[patients == i].sum() for i in ids])
    z = np.array([z[patients == i].sum() for i in ids])
    has = [np.array([(y[patients == i] == target).any() for i in ids]).sum() for target in (1, 0)]
    m, n = (y == 1).sum(), (y == 0).sum()
    s10 = has[0] / ((has[0] - 1) * m) * (x**2).sum()
    s01 = has[1] / ((has[1] - 1) * n) * (z**2).sum()
    s11 = len(ids) / (len(ids) - 1) * (x * z).sum()
    return float(auc), float(s10 / m + s01 / n + 2 * s11 / (m * n))


def jackknife(metric, y, p, patients, eps=1e-6):
    """Sum over patients of the squared derivative by their weight, by central differences, times m / (m - 1)."""
    ids = np.unique(patients)
    total = 0.0
    for i in ids:
        w = (patients == i).astype(float)
        total += ((metric(y, p, 1 + eps * w) - metric(y, p, 1 - eps * w)) / (2 * eps)) ** 2
    return float(total * len(ids) / (len(ids) - 1))


def pf1(y, p, w):
    return 2 * (w * y * p).sum() / ((w * y).sum() + (w * p).sum())


def brier(y, p, w):
    return (w * (y - p) ** 2).sum() / w.sum()


def average_precision(y, p, w):
    from sklearn.metrics import average_precision_score

    return average_precision_score(y, p, sample_weight=w)


def areas(rng, n, prevalence, decimals):
    patients = np.arange(n) // 2
    y = (rng.random(n) < prevalence).astype(int)
    y[:3] = (0, 1, 1)
    p = np.round(1 / (1 + np.exp(-(rng.normal(size=n) + rng.normal(size=n // 2)[patients] + 1.5 * y - 1))), decimals)
    auc, variance = obuchowski(y, p, patients)
    return {
        "targets": y.tolist(),
        "probabilities": p.tolist(),
        "patients": [str(i) for i in patients],
        "rocAuc": {"value": auc, "variance": variance},
        "averagePrecision": {"variance": jackknife(average_precision, y, p, patients)},
        "pf1": {"variance": jackknife(pf1, y, p, patients)},
        "brier": {"variance": jackknife(brier, y, p, patients)},
    }


def main(path):
    rng = np.random.default_rng(13)
    pairs = [(0, 1), (1, 1), (0, 40), (40, 40), (39, 40), (1, 3), (17, 40), (200, 23_826), (23_000, 23_826), (500_000, 1_000_000)]
    confidences = (0.5, 0.9, 0.95, 0.999)
    ab = [(1, 41), (0.5, 0.5), (7.3, 2.9), (400.5, 23_000.25), (0.3, 3)]
    fixture = {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
        "counts": [counts(k, n, c) for k, n in pairs for c in confidences],
        "beta": [
            {"probability": q, "a": a, "b": b, "value": float(beta.ppf(q, a, b))} for a, b in ab for q in (0.025, 0.5, 0.9)
        ],
        "normal": [{"confidence": c, "value": float(norm.ppf((1 + c) / 2))} for c in (1e-3, *confidences, 0.9999999)],
        "t": [
            {"confidence": c, "degrees": d, "value": float(t.ppf((1 + c) / 2, d))}
            for c in confidences
            for d in (1, 2.5, 14, 199, 23_825)
        ],
        "areas": [areas(rng, n, q, d) for n, q, d in ((60, 0.4, 16), (120, 0.2, 1), (400, 0.05, 3))],
    }
    with open(path, "w") as file:
        json.dump(fixture, file)
        file.write("\n")


main(sys.argv[1])
