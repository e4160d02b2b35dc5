"""Records metric fixtures from scikit-learn, SciPy and the competition's pF1.

    python tools/golden/record-metrics.py packages/pf1-metric/test/fixtures/metrics.json
"""

import json
import sys

import numpy as np
import scipy
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy.optimize import minimize_scalar
from sklearn.calibration import _sigmoid_calibration, calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    confusion_matrix,
    fbeta_score,
    log_loss,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)


def pfbeta(labels, predictions, beta):
    """The metric as the competition published it, without its clamp's side effects."""
    y_true_count = 0
    ctp = 0
    cfp = 0
    for idx in range(len(labels)):
        prediction = min(max(predictions[idx], 0), 1)
        if labels[idx]:
            y_true_count += 1
            ctp += prediction
        else:
            cfp += prediction
    beta_squared = beta * beta
    c_precision = ctp / (ctp + cfp)
    c_recall = ctp / y_true_count
    if c_precision > 0 and c_recall > 0:
        return (1 + beta_squared) * (c_precision * c_recall) / (beta_squared * c_precision + c_recall)
    return 0


def expected_calibration_error(y, p, bins):
    edges = np.linspace(0, 1, bins + 1)
    index = np.searchsorted(edges[1:-1], p)
    return float(
        sum((index == b).mean() * abs(y[index == b].mean() - p[index == b].mean()) for b in range(bins) if (index == b).any())
    )


def calibration_errors(y, p):
    return {str(bins): expected_calibration_error(y, p, bins) for bins in (10, 15, 49)}


def temperature(y, logits):
    def loss(log_beta):
        z = logits * np.exp(log_beta)
        return float(np.mean(np.logaddexp(0, z) - y * z))

    return float(np.exp(-minimize_scalar(loss, bounds=(-4, 4), method="bounded", options={"xatol": 1e-12}).x))


def platt(y, logits):
    a, b = _sigmoid_calibration(logits, y)
    return {"slope": float(-a), "intercept": float(-b)}


def calibration_line(y, logits):
    """Slope, and intercept in the large, with their standard errors over pairs of samples."""
    clusters = {"cov_type": "cluster", "cov_kwds": {"groups": np.arange(len(y)) // 2}}
    both = sm.GLM(y, sm.add_constant(logits), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200, **clusters)
    large = sm.GLM(y, np.ones((len(y), 1)), family=sm.families.Binomial(), offset=logits).fit(tol=1e-14, maxiter=200, **clusters)
    return {
        "slope": {"value": float(both.params[1]), "error": float(both.bse[1])},
        "intercept": {"value": float(large.params[0]), "error": float(large.bse[0])},
    }


def ridge(y, p):
    """Columns that a reader makes again: the score, its square, and whether the sample's number is a multiple of three."""
    columns = np.stack([p, p**2, np.arange(len(y)) % 3 == 0], axis=1).astype(float)
    model = LogisticRegression(C=0.5, tol=1e-12, max_iter=100000, solver="newton-cholesky").fit(columns, y)
    return {"weights": model.coef_[0].tolist(), "intercept": float(model.intercept_[0])}


def stratified_auc(y, p):
    strata = np.arange(len(y)) % 3
    pairs = [(y[strata == s].sum() * (1 - y[strata == s]).sum(), s) for s in range(3)]
    areas = [(n, roc_auc_score(y[strata == s], p[strata == s])) for n, s in pairs if n > 0]
    return float(sum(n * a for n, a in areas) / sum(n for n, _ in areas))


def record(name, y, p):
    fpr, tpr, roc_thresholds = roc_curve(y, p, drop_intermediate=False)
    precision, recall, pr_thresholds = precision_recall_curve(y, p)
    logits = 3 * np.log(np.clip(p, 1e-6, 1 - 1e-6) / (1 - np.clip(p, 1e-6, 1 - 1e-6)))
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(p, y)
    queries = np.linspace(-0.05, 1.05, 23)
    prob_true, prob_pred = calibration_curve(y, p, n_bins=10)
    quantile_true, quantile_pred = calibration_curve(y, p, n_bins=5, strategy="quantile")
    tn, fp, fn, tp = confusion_matrix(y, p >= 0.5).ravel()
    at_95 = tpr[fpr <= 0.05].max()
    return {
        "name": name,
        "targets": y.tolist(),
        "probabilities": p.tolist(),
        "pfBeta": {str(beta): float(pfbeta(y, p, beta)) for beta in (0.5, 1, 2)},
        "fBetaAtHalf": {str(beta): float(fbeta_score(y, p >= 0.5, beta=beta, zero_division=0)) for beta in (0.5, 1, 2)},
        "rocAuc": float(roc_auc_score(y, p)),
        "rocCurve": {"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": roc_thresholds[1:].tolist()},
        "averagePrecision": float(average_precision_score(y, p)),
        "precisionRecallCurve": {
            "precision": precision.tolist(),
            "recall": recall.tolist(),
            "thresholds": pr_thresholds.tolist(),
        },
        "sensitivityAtSpecificity95": float(at_95),
        "brier": float(brier_score_loss(y, p)),
        "ece": calibration_errors(y, p),
        "calibration10": {"true": prob_true.tolist(), "pred": prob_pred.tolist()},
        "calibrationQuantile5": {"true": quantile_true.tolist(), "pred": quantile_pred.tolist()},
        "confusionAtHalf": {"tn": int(tn), "fp": int(fp), "fn": int(fn), "tp": int(tp)},
        "logits": logits.tolist(),
        "temperature": temperature(y, logits),
        "logLoss": float(log_loss(y, p)),
        "platt": platt(y, logits),
        "ridge": ridge(y, p),
        "stratifiedRocAuc": stratified_auc(y, p),
        "calibrationLine": calibration_line(y, logits / 3),
        "sensitivityAtSpecificity90": float(tpr[fpr <= 0.1].max()),
        "specificityAtSensitivity90": float(1 - fpr[tpr >= 0.9].min()),
        "isotonic": {"queries": queries.tolist(), "values": isotonic.predict(queries).tolist()},
    }


def main(path):
    rng = np.random.default_rng(13)
    cases = []
    for name, n, prevalence, decimals in (
        ("distinct scores", 200, 0.3, 16),
        ("tied scores", 300, 0.1, 1),
        ("rare positives", 400, 0.02, 3),
        ("few samples", 12, 0.5, 2),
    ):
        y = (rng.random(n) < prevalence).astype(int)
        y[:2] = (0, 1)
        p = np.round(1 / (1 + np.exp(-(rng.normal(size=n) + 1.5 * y - 1))), decimals)
        cases.append(record(name, y, p))
    # Kept apart: scikit-learn's isotonic regression takes scores that differ by one rounding for one.
    edges = [np.concatenate([np.arange(bins + 1) / bins, np.arange(bins) * (1 / bins)]) for bins in (10, 15, 49)]
    p = np.unique(np.concatenate(edges))
    y = rng.integers(0, 2, len(p))
    edge_case = {"targets": y.tolist(), "probabilities": p.tolist(), "ece": calibration_errors(y, p)}
    versions = {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__}
    with open(path, "w") as file:
        json.dump({"versions": versions, "cases": cases, "onBinEdges": edge_case}, file)
        file.write("\n")


main(sys.argv[1])
