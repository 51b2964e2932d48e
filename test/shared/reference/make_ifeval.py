"""Verdicts of an independent implementation of IFEval (lm-evaluation-harness) on example responses.

    pip install langdetect immutabledict nltk packaging && pip install --no-deps lm_eval
    python -c "import nltk; nltk.download('punkt_tab')"
    python make_ifeval.py --data input_data.jsonl --responses example_en_responses.jsonl

`input_data.jsonl` are the 541 published prompts with instruction_id_list and kwargs (google-research,
instruction_following_eval/data). The output holds other people's texts: it stays out of the repository.
"""

import argparse
import json
import pathlib
import random

import langdetect
from lm_eval.tasks.ifeval import utils

here = pathlib.Path(__file__).parent
parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--responses", required=True)
parser.add_argument("--out", default=str(here / "ifeval-en.jsonl"))
options = parser.parse_args()

# The reference draws a letter where the asked one is not a to z; langdetect draws too.
random.seed(7)
langdetect.DetectorFactory.seed = 7


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


responses = {row["prompt"]: row["response"] for row in rows(options.responses)}
with open(options.out, "w", encoding="utf-8") as out:
    for row in rows(options.data):
        response = responses.get(row["prompt"])
        if response is None:
            continue
        fields = {key: row[key] for key in ("key", "prompt", "instruction_id_list", "kwargs")}
        example = utils.InputExample(**fields)
        strict = utils.test_instruction_following_strict(example, response).follow_instruction_list
        loose = utils.test_instruction_following_loose(example, response).follow_instruction_list
        verdict = {**fields, "response": response, "strict": strict, "loose": loose}
        out.write(json.dumps(verdict, ensure_ascii=False) + "\n")
