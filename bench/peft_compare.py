"""Checks that PEFT on PyTorch gives the same responses as Pinch: loads a run's adapter and repeats some samples.

    python bench/peft_compare.py --run RUN_FOLDER --model BASE_FOLDER --max-tokens N [--count 20]

RUN_FOLDER contains adapter/ (adapter_config.json, adapter_model.safetensors) and samples.jsonl (language, prompt,
response; greedy). The base model runs in float32. A differing text is traced to its first
differing token, and to the logits of the two candidates there: a gap near 0 is rounding, a large one is a bug.
Exits with 1 if a gap is above --tie, otherwise with 0. Needs torch, transformers, peft.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

# Number of top tokens to search for the one that Pinch chose.
CANDIDATES = 200


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder with adapter/ and samples.jsonl")
    parser.add_argument("--model", type=Path, required=True, help="Hugging Face folder of the base model")
    parser.add_argument("--max-tokens", type=int, required=True, help="maxNewTokens of the run")
    parser.add_argument("--count", type=int, default=20, help="samples to repeat, spread evenly over the file")
    parser.add_argument("--tie", type=float, default=0.01, help="largest logit gap that counts as rounding")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser.parse_args()


def load_model(base: Path, adapter: Path) -> PeftModel:
    """Returns the base with the adapter; exits with an error if a tensor of the adapter was not loaded."""
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model = PeftModel.from_pretrained(model, adapter).eval()
    written = load_file(adapter / "adapter_model.safetensors")
    loaded = get_peft_model_state_dict(model)
    if set(written) != set(loaded):
        missing, unknown = sorted(set(loaded) - set(written)), sorted(set(written) - set(loaded))
        sys.exit(f"adapter and model do not fit: missing {missing[:5]}, unknown {unknown[:5]}")
    changed = [name for name in written if not torch.equal(written[name].float(), loaded[name].float())]
    if changed:
        sys.exit(f"PEFT loaded other values than the file holds: {changed[:5]}")
    if not any(tensor.abs().max() > 0 for name, tensor in written.items() if "lora_B" in name):
        sys.exit("the adapter does nothing: every lora_B is zero")
    print(f"adapter: {len(written)} tensors, {sum(tensor.numel() for tensor in written.values()):,} parameters")
    return model


def choose(samples: list[dict], count: int) -> list[dict]:
    """Chooses samples evenly over the file, so that every language is included."""
    count = min(count, len(samples))
    return [samples[index * len(samples) // count] for index in range(count)]


def settings(model: PeftModel, max_tokens: int) -> GenerationConfig:
    """Decodes greedily; of the model's own generation settings, only the end tokens are kept."""
    own = model.generation_config
    pad = own.pad_token_id if own.pad_token_id is not None else 0
    return GenerationConfig(do_sample=False, max_new_tokens=max_tokens, eos_token_id=own.eos_token_id, pad_token_id=pad)


def tokens_of(tokenizer, prompt: str) -> list[int]:
    messages = [{"role": "user", "content": prompt}]
    text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    return tokenizer(text, add_special_tokens=False).input_ids


def text_of(tokenizer, ids: list[int]) -> str:
    return tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def fits(tokenizer, ids: list[int], response: str) -> bool:
    """Tells if `ids` can be the start of `response`. An incomplete character decodes to U+FFFD at the end."""
    return response.startswith(text_of(tokenizer, ids).rstrip("\ufffd").lstrip())


def first_difference(model: PeftModel, tokenizer, prompt: list[int], answer: list[int], response: str) -> str | tuple[int, float, str]:
    """Returns (token position, logit gap, description), or the reason why there is none."""
    ends = tokenizer.all_special_ids
    position = next((index for index in range(len(answer)) if not fits(tokenizer, answer[: index + 1], response)), len(answer) - 1)
    if answer[position] not in ends and fits(tokenizer, answer[: position + 1], response):
        return f"token {len(answer)}: the sample goes on; is --max-tokens that of the run?"
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([prompt + answer[:position]])).logits[0, -1]
    ours = answer[position]
    at_end = text_of(tokenizer, answer[:position]).strip() == response
    for candidate in logits.topk(min(CANDIDATES, logits.shape[0])).indices.tolist():
        ending = candidate in ends
        if candidate == ours or ending != at_end:
            continue
        if ending or fits(tokenizer, [*answer[:position], candidate], response):
            gap = float(logits[ours] - logits[candidate])
            return position, gap, f"PEFT {tokenizer.decode([ours])!r}, Pinch {tokenizer.decode([candidate])!r}"
    return f"token {position}: none of the best {CANDIDATES} tokens leads to the text of the sample"


def main() -> int:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    model = load_model(arguments.model, arguments.run / "adapter")
    generation = settings(model, arguments.max_tokens)
    lines = (arguments.run / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = choose([json.loads(line) for line in lines if line.strip()], arguments.count)
    equal, faults = 0, 0
    for index, sample in enumerate(chosen):
        prompt = tokens_of(tokenizer, sample["prompt"])
        output = model.generate(input_ids=torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt)), generation_config=generation)
        answer = output[0, len(prompt) :].tolist()
        response = sample["response"].strip()
        label = f"{index + 1:3d} {sample['language']:>3}"
        if text_of(tokenizer, answer).strip() == response:
            equal += 1
            print(f"{label} equal, {len(answer)} tokens")
            continue
        difference = first_difference(model, tokenizer, prompt, answer, response)
        if isinstance(difference, str):
            faults += 1
            print(f"{label} DIFFERS, {difference}")
            continue
        position, gap, description = difference
        faults += gap > arguments.tie
        print(f"{label} {'tie' if gap <= arguments.tie else 'DIFFERS'} at token {position}: logit gap {gap:.2e}, {description}")
    print(f"equal: {equal} of {len(chosen)}; ties: {len(chosen) - equal - faults}; faults: {faults}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
