"""The peer to be ahead of: LoRA training speed of plain PyTorch + transformers + PEFT, no Pinch in it.

    python bench/peft_train.py --model BASE_FOLDER --data FILE [--batch packed|padded] [--json]

FILE holds Alpaca rows (a JSON array or JSON Lines with instruction, input, output) or prompt and response.
`packed` fills each batch with up to --tokens tokens in one row, with a mask that keeps examples apart and
positions that restart; `padded` is what a trainer does without packing: examples side by side, padded to
the longest, until the padded batch is full. Loss on response tokens, AdamW, clipping to 1.0, float32.
Tokens/s counts real tokens, not padding; the GEMM rate is measured in the same run. Needs torch, transformers, peft.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
IGNORED = -100
GEMM_SIZE = 2048


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="Hugging Face folder of the base model")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--batch", choices=["packed", "padded"], default="packed")
    parser.add_argument("--tokens", type=int, default=512, help="largest batch in tokens")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--alpha", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--steps", type=int, default=20, help="measured steps")
    parser.add_argument("--warmup", type=int, default=3, help="steps before measuring")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def read_rows(path: Path) -> list[dict]:
    text = path.read_text(encoding="utf-8-sig")
    if text.lstrip().startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def encode(tokenizer, row: dict, longest: int) -> tuple[list[int], int] | None:
    """(token ids, index of the first response token); None if the example is too long."""
    prompt = row["prompt"] if "prompt" in row else "\n".join(filter(None, (row["instruction"], row.get("input"))))
    response = row["response"] if "response" in row else row["output"]
    user = {"role": "user", "content": prompt}
    before = tokenizer.apply_chat_template([user], add_generation_prompt=True, tokenize=False)
    start = tokenizer(before, add_special_tokens=False).input_ids
    end = tokenizer(response, add_special_tokens=False).input_ids
    ids = [*start, *end, tokenizer.eos_token_id]
    return (ids, len(start)) if len(ids) <= longest else None


def group(examples: list[tuple[list[int], int]], tokens: int, padded: bool) -> list[list[tuple[list[int], int]]]:
    """Batches in the order of the data; with padding every example counts as the longest of its batch."""
    batches, current = [], []
    for example in examples:
        lengths = [len(ids) for ids, _ in [*current, example]]
        size = max(lengths) * len(lengths) if padded else sum(lengths)
        if current and size > tokens:
            batches.append(current)
            current = []
        current.append(example)
    return [*batches, current] if current else batches


def packed_inputs(batch: list[tuple[list[int], int]]) -> dict[str, torch.Tensor]:
    ids = [token for example, _ in batch for token in example]
    labels = [label for example, start in batch for label in [IGNORED] * start + example[start:]]
    positions = [position for example, _ in batch for position in range(len(example))]
    segments = torch.tensor([index for index, (example, _) in enumerate(batch) for _ in example])
    visible = (segments[:, None] == segments[None]).tril()
    mask = torch.zeros(visible.shape).masked_fill(~visible, torch.finfo(torch.float32).min)
    return {
        "input_ids": torch.tensor([ids]),
        "labels": torch.tensor([labels]),
        "position_ids": torch.tensor([positions]),
        "attention_mask": mask[None, None],
    }


def padded_inputs(batch: list[tuple[list[int], int]], pad: int) -> dict[str, torch.Tensor]:
    width = max(len(ids) for ids, _ in batch)
    return {
        "input_ids": torch.tensor([ids + [pad] * (width - len(ids)) for ids, _ in batch]),
        "labels": torch.tensor([[IGNORED] * start + ids[start:] + [IGNORED] * (width - len(ids)) for ids, start in batch]),
        "attention_mask": torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in batch]),
    }


def gemm_rate() -> float:
    """Best of eight float32 products of two square matrices, FLOP/s."""
    left, right = torch.randn(GEMM_SIZE, GEMM_SIZE), torch.randn(GEMM_SIZE, GEMM_SIZE)
    best = float("inf")
    for _ in range(8):
        begin = time.perf_counter()
        torch.mm(left, right)
        best = min(best, time.perf_counter() - begin)
    return 2 * GEMM_SIZE**3 / best


def peak_memory() -> int:
    """Bytes; macOS counts in bytes, Linux in KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(7)
    transformers.logging.set_verbosity_error()
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
    encoded = [encode(tokenizer, row, arguments.tokens) for row in read_rows(arguments.data)]
    batches = group([example for example in encoded if example], arguments.tokens, arguments.batch == "padded")
    needed = arguments.warmup + arguments.steps
    if len(batches) < needed:
        sys.exit(f"{arguments.data}: {len(batches)} batches, {needed} needed; lower --steps")

    base = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32)
    lora = LoraConfig(r=arguments.rank, lora_alpha=arguments.alpha, target_modules=TARGETS, lora_dropout=0.0, task_type="CAUSAL_LM")
    model = get_peft_model(base, lora).train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=arguments.learning_rate, betas=(0.9, 0.95), weight_decay=0.0)

    losses, seconds, tokens = [], [], []
    for batch in batches[:needed]:
        begin = time.perf_counter()
        inputs = packed_inputs(batch) if arguments.batch == "packed" else padded_inputs(batch, pad)
        loss = model(**inputs, use_cache=False).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
        seconds.append(time.perf_counter() - begin)
        tokens.append(sum(len(ids) for ids, _ in batch))

    seconds, tokens = seconds[arguments.warmup :], tokens[arguments.warmup :]
    result = {
        "batch": arguments.batch,
        "steps": arguments.steps,
        "tokensPerStep": round(statistics.mean(tokens), 1),
        "secondsPerStep": round(statistics.median(seconds), 4),
        "tokensPerSecond": round(sum(tokens) / sum(seconds), 1),
        "firstLoss": round(losses[0], 4),
        "lastLoss": round(losses[-1], 4),
        "gemmGflops": round(gemm_rate() / 1e9, 1),
        "peakMemoryMiB": round(peak_memory() / 2**20),
        "threads": arguments.threads,
        "trainedParameters": sum(parameter.numel() for parameter in trained),
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
    }
    if arguments.json:
        print(json.dumps(result))
        return
    for key, value in result.items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
