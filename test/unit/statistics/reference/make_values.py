"""Values of SciPy, statsmodels and scikit-learn that src/core/statistics is held to; writes ../fixtures/reference.json."""

import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

RESAMPLES = 100_000
generator = np.random.default_rng(20260901)


def quantiles():
    normal = [1e-6, 0.025, 0.2, 0.5, 0.8, 0.975, 0.999999]
    student = [(p, df) for p in (0.0001, 0.025, 0.3, 0.975, 0.9999) for df in (1, 2, 3, 10, 59, 1000)]
    beta = [(p, a, b) for p in (0.025, 0.5, 0.975) for a, b in ((1, 3), (2, 2), (30, 600), (0.5, 7), (12000, 13000))]
    return {
        "normal": [{"p": p, "value": float(stats.norm.ppf(p))} for p in normal],
        "student": [{"p": p, "degrees": df, "value": float(stats.t.ppf(p, df))} for p, df in student],
        "beta": [{"p": p, "a": a, "b": b, "value": float(stats.beta.ppf(p, a, b))} for p, a, b in beta],
    }


def mcnemars():
    cases = [(0, 0), (0, 1), (3, 0), (0, 6), (2, 9), (9, 2), (10, 10), (41, 66), (130, 250), (12000, 12400)]
    return [
        {"onlyA": a, "onlyB": b, "p": float(mcnemar([[50, a], [b, 7]], exact=True).pvalue)} for a, b in cases
    ]


def holms():
    tables = [[0.01], [0.04, 0.01, 0.03], [0.5, 0.5, 0.9], [0.001, 0.001, 0.02, 0.6, 0.049], []]
    tables.append([round(float(p), 6) for p in generator.beta(0.4, 3, 40)])
    return [{"p": p, "adjusted": multipletests(p, method="holm")[1].tolist() if p else []} for p in tables]


def kappas():
    labels = np.array(["win", "tie", "loss"])
    rows = []
    for n, agreement in ((5, 0.9), (50, 0.7), (50, 0.0), (600, 0.4)):
        first = labels[generator.integers(0, 3, n)]
        second = np.where(generator.random(n) < agreement, first, labels[generator.integers(0, 3, n)])
        rows.append({"pairs": list(zip(first.tolist(), second.tolist())), "kappa": float(cohen_kappa_score(first, second))})
    return rows


def percentile(draws):
    low, high = np.quantile(draws, [0.025, 0.975])
    return {"low": float(low), "high": float(high), "deviation": float(np.std(draws))}


def resample(columns, weights):
    """Clusters drawn with replacement; each column (clusters,) gives sum(value * weight) / sum(weight); mean of them."""
    clusters = columns.shape[1]
    draws = np.empty(RESAMPLES)
    for start in range(0, RESAMPLES, 5000):
        times = generator.multinomial(clusters, np.full(clusters, 1 / clusters), 5000)
        ratios = (times @ (columns * weights).T) / (times @ weights.T)
        draws[start : start + 5000] = ratios.mean(axis=1)
    return draws


def bootstraps():
    clusters, strata = 60, 6
    ease = generator.normal(size=clusters)
    noise = lambda: generator.normal(size=(strata, clusters))
    lean = np.linspace(-1.5, 1.5, strata)[:, None]
    passes = (0.8 * ease + 0.6 * noise() + lean > 0).astype(float)
    others = (0.8 * ease + 0.6 * noise() + lean + 0.3 > 0).astype(float)
    tokens = generator.integers(2, 40, size=(strata, clusters)).astype(float)
    nll = np.exp(0.3 * ease + 0.3 * noise())
    ones = np.ones_like(passes)
    one = passes[2]
    alone = stats.bootstrap((one,), np.mean, method="percentile", n_resamples=RESAMPLES, rng=generator)
    paired = stats.bootstrap(
        (passes[2], others[2]), lambda a, b, axis=-1: a.mean(axis=axis) - b.mean(axis=axis),
        paired=True, method="percentile", n_resamples=RESAMPLES, rng=generator,
    )
    as_row = lambda result: {
        "low": float(result.confidence_interval.low),
        "high": float(result.confidence_interval.high),
        "deviation": float(result.standard_error),
    }
    apart = np.mean([resample(row[None], ones[:1]) for row in passes], axis=0)
    return {
        "passes": passes.astype(int).tolist(),
        "others": others.astype(int).tolist(),
        "tokens": tokens.astype(int).tolist(),
        "nll": np.round(nll, 6).tolist(),
        "oneLanguage": as_row(alone),
        "oneDifference": as_row(paired),
        "mean": percentile(resample(passes, ones)),
        "meanOfStrangers": percentile(apart),
        "meanNll": percentile(resample(np.round(nll, 6), tokens)),
        "difference": percentile(resample(passes - others, ones)),
    }


values = {
    "versions": {module.__name__: module.__version__ for module in (np, scipy, statsmodels, sklearn)},
    "resamples": RESAMPLES,
    "quantiles": quantiles(),
    "mcnemar": mcnemars(),
    "holm": holms(),
    "kappa": kappas(),
    "bootstrap": bootstraps(),
}
path = Path(__file__).parent.parent / "fixtures" / "reference.json"
path.write_text(json.dumps(values, separators=(",", ":")) + "\n")
