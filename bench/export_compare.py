"""Checks that transformers with an exported model gives the same greedy responses as Pinch did in the run.

    pinch export RUN_FOLDER --out EXPORT [--format merged] [--dtype float32]
    python bench/export_compare.py --export EXPORT --run RUN_FOLDER [--model BASE_FOLDER] [--count 20]

EXPORT is a merged model, or an adapter, which PEFT combines with the base named by --model. Tokenizer, chat template
and end tokens are those of EXPORT. Merged weights are loaded as stored and computed in --compute (float32): weights
rounded to 16 bits may give other responses where two tokens were close. A differing text is traced to its first
differing token and to the logits of the two candidates; a gap of up to --tie counts as rounding.
Exits with 1 if a gap is larger, otherwise with 0. Needs torch, transformers, peft.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from peft_compare import choose, first_difference, load_model, text_of, tokens_of
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--export", type=Path, required=True, help="folder that `pinch export` wrote")
    parser.add_argument("--run", type=Path, required=True, help="run folder with run.json and samples.jsonl")
    parser.add_argument("--model", type=Path, help="Hugging Face folder of the base, for an adapter")
    parser.add_argument("--count", type=int, default=20, help="samples to repeat, spread evenly over the file")
    parser.add_argument("--tie", type=float, default=0.01, help="largest logit gap that counts as rounding")
    parser.add_argument("--compute", choices=["float32", "bfloat16", "float16"], default="float32")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser.parse_args()


def load(arguments: argparse.Namespace):
    """Returns the model, ready to compute in --compute, and its stored data type."""
    if (arguments.export / "adapter_config.json").exists():
        if arguments.model is None:
            sys.exit("an adapter needs its base: --model BASE_FOLDER")
        return load_model(arguments.model, arguments.export), "float32 adapter"
    model, info = AutoModelForCausalLM.from_pretrained(arguments.export, dtype="auto", output_loading_info=True)
    wrong = {key: sorted(info[key]) for key in ("missing_keys", "unexpected_keys", "mismatched_keys") if info[key]}
    if wrong:
        sys.exit(f"transformers did not find the weights that it wants: {wrong}")
    stored = str(model.dtype).removeprefix("torch.")
    return model.to(getattr(torch, arguments.compute)).eval(), stored


def main() -> int:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    tokenizer = AutoTokenizer.from_pretrained(arguments.export)
    model, stored = load(arguments)
    record = json.loads((arguments.run / "run.json").read_text(encoding="utf-8"))
    own = model.generation_config
    generation = GenerationConfig(
        do_sample=False,
        max_new_tokens=record["configuration"]["evaluate"]["maxNewTokens"],
        eos_token_id=own.eos_token_id,
        pad_token_id=own.pad_token_id if own.pad_token_id is not None else 0,
    )
    lines = (arguments.run / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = choose([json.loads(line) for line in lines if line.strip()], arguments.count)
    equal, ties, faults = 0, 0, 0
    for index, sample in enumerate(chosen):
        prompt = tokens_of(tokenizer, sample["prompt"])
        output = model.generate(
            input_ids=torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt)), generation_config=generation
        )
        answer = output[0, len(prompt) :].tolist()
        response = sample["response"].strip()
        if text_of(tokenizer, answer).strip() == response:
            equal += 1
            continue
        difference = first_difference(model, tokenizer, prompt, answer, response)
        label = f"{index + 1:3d} {sample['language']:>3}"
        if isinstance(difference, str):
            faults += 1
            print(f"{label} DIFFERS, {difference}")
            continue
        position, gap, description = difference
        tie = gap <= arguments.tie
        ties, faults = ties + tie, faults + (not tie)
        print(f"{label} {'tie' if tie else 'DIFFERS'} at token {position}: logit gap {gap:.2e}, {description}")
    print(f"{arguments.export.name} ({stored}, computed in {arguments.compute}): equal {equal} of {len(chosen)}, ties {ties}, faults {faults}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
