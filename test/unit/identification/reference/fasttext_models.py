"""Trains the tiny fastText models in test/fixtures/fastText and writes what fastText itself predicts with them.

pip install fasttext-wheel, then: python fasttext_models.py OUT_FOLDER
The text is made up here: syllables that differ by language, with letters of one to four bytes.
"""
import json
import os
import random
import sys
import tempfile

import fasttext

out = sys.argv[1]
os.makedirs(out, exist_ok=True)
syllables = {
    "fi": ["ka", "la", "ää", "ni", "tu", "yö", "sää"],
    "ru": ["ка", "ни", "ста", "ел", "мы", "ож"],
    "zh": ["中", "国", "人", "大", "学", "的"],
    "sw": ["ka", "ni", "mba", "wa", "ku", "ya", "zi"],
    "en": ["the", "ing", "sh", "ow", "ea", "nd", "😀x"],
}
# Languages differ in how often they occur: the tree of hierarchical softmax is not balanced.
amounts = {"fi": 90, "ru": 40, "zh": 25, "sw": 60, "en": 200}


def line(rng, language):
    def word():
        return "".join(rng.choice(syllables[language]) for _ in range(rng.randint(1, 4)))

    return " ".join(word() for _ in range(rng.randint(2, 9)))


rng = random.Random(7)
rows = [(language, line(rng, language)) for language in syllables for _ in range(amounts[language])]
rng.shuffle(rows)
with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False, encoding="utf-8") as file:
    for language, text in rows:
        file.write(f"__label__{language} {text}\n")
common = dict(input=file.name, epoch=60, lr=0.5, dim=6, thread=1, seed=3, verbose=0, minCount=3)
models = {
    "softmax": dict(loss="softmax", minn=2, maxn=4, bucket=300),
    "hs": dict(loss="hs", minn=1, maxn=3, bucket=600, wordNgrams=2),
    "ova": dict(loss="ova", minn=0, maxn=0, wordNgrams=3, bucket=150),
    "words": dict(loss="softmax", minn=0, maxn=0, wordNgrams=1),
}
quantised = {
    "softmax": dict(cutoff=0, qnorm=False, dsub=2),
    "hs": dict(cutoff=300, qnorm=True, dsub=4, retrain=False),
}
tests = [text for _, text in rows[:40]]
tests += [line(rng, language) for language in syllables for _ in range(4)]
tests += ["", " ", "\t", "unseen", "ä", "a\u0000b kani", "__label__fi kala", "__label__xx", "</s> kala", "😀", "  中国  人 "]
tests += ["kala " * 50, "ни\u00a0ста", "x" * 300, "ka\rla\u000bni\u000cwa"]


def predictions(model):
    found = []
    for text in tests:
        # What predict() calls, without its use of NumPy's older interface.
        best = model.f.predict(text + "\n", 1, 0.0, "strict")
        label = best[0][1].removeprefix("__label__") if best else None
        found.append({"label": label, "probability": best[0][0] if best else None})
    return found


expected = {"texts": tests, "models": {}}


def keep(model, name):
    path = os.path.join(out, name)
    model.save_model(path)
    expected["models"][name] = predictions(fasttext.load_model(path))


for name, options in models.items():
    model = fasttext.train_supervised(**common, **options)
    keep(model, f"{name}.bin")
    if name in quantised:
        model.quantize(input=file.name, **quantised[name])
        keep(model, f"{name}.ftz")
# With a quantised output there must be at least 256 labels: k-means wants one row for each centroid.
with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False, encoding="utf-8") as many:
    for label in range(260):
        for _ in range(3):
            many.write(f"__label__l{label} w{label} {line(rng, 'sw')}\n")
model = fasttext.train_supervised(**{**common, "input": many.name, "minCount": 1, "dim": 4, "epoch": 80}, loss="softmax")
model.quantize(input=many.name, qout=True, qnorm=True, cutoff=300, dsub=2, retrain=False)
keep(model, "qout.ftz")
with open(os.path.join(out, "expected.json"), "w", encoding="utf-8") as target:
    json.dump(expected, target, ensure_ascii=True, indent=1)
    target.write("\n")
