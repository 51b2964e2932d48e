"""Peer of bench/train.ts: trains LoRA with TRL's SFTTrainer and PEFT as users would; prints one line of JSON.

    python bench/trl_train.py --model BASE_FOLDER --data FILE... --mode default|packed [--row 1024] [--rows 2]

FILE is a JSON array of rows with prompt and response, as written by bench/experiment.ts. Every row becomes a
conversational prompt and completion: TRL applies the model's chat template and computes the loss on the completion
only, its default for such data. The examples are kept in memory, without a prepared copy on disk by the datasets
library, so that every run tokenises, as every run of Pinch does.

Differences from SFTConfig's defaults:
    use_cpu, bf16=False        the comparison is in float32 on the CPU; bf16 is TRL's default
    learning_rate, constant    the same rate on both sides, so that losses are comparable
    logging_steps=1            the loss of each step
    report_to, save_strategy   only training is timed
    disable_tqdm               one line per step instead of a bar
    max_steps                  part of an epoch
`default` keeps the rest: batches of 8 examples, padded to the longest, gradient checkpointing.
`packed` adds packing=True (strategy bfd, TRL's own), max_length = --row, and --rows rows per step. TRL concatenates
these into one row, with a mask that separates examples.
--no-checkpointing turns gradient checkpointing off, which TRL has on by default.

Loss tokens are counted as in TRL: the response, the token that ends the turn, and what the template prints after it
(for ChatML a line break, one token per example more than Pinch, counted in TRL's favour).
Needs torch, transformers, peft, trl, datasets, psutil.
"""

import time

import psutil

STARTED = psutil.Process().create_time()  # seconds since 1970, before the interpreter read a line

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

import peft
import torch
import transformers
import trl
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoTokenizer, PrinterCallback, TrainerCallback
from trl import SFTConfig, SFTTrainer

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
IGNORED = -100


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="Hugging Face folder of the base model")
    parser.add_argument("--data", type=Path, required=True, nargs="+")
    parser.add_argument("--mode", choices=["default", "packed"], default="default")
    parser.add_argument("--no-checkpointing", action="store_true")
    parser.add_argument("--row", type=int, default=1024, help="tokens in a packed row (1024 is TRL's default)")
    parser.add_argument("--rows", type=int, default=2, help="packed rows in a step")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--steps", type=int, default=8, help="measured steps")
    parser.add_argument("--warmup", type=int, default=2, help="steps before measuring")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def read_examples(paths: list[Path]) -> list[dict]:
    """Returns conversational prompts and completions, for which TRL determines the loss tokens by itself."""
    rows = [row for path in paths for row in json.loads(path.read_text(encoding="utf-8"))]
    return [
        {
            "prompt": [{"role": "user", "content": row["prompt"]}],
            "completion": [{"role": "assistant", "content": row["response"]}],
        }
        for row in rows
    ]


class StepClock(TrainerCallback):
    """Records the end times of steps: the time between two of them is the full cost of a step."""

    def __init__(self) -> None:
        self.ends: list[float] = []
        self.losses: list[float] = []

    def on_step_end(self, args, state, control, **kwargs) -> None:
        self.ends.append(time.time())

    def on_log(self, args, state, control, logs=None, **kwargs) -> None:
        if logs and "loss" in logs:
            self.losses.append(float(logs["loss"]))
            seconds = self.ends[-1] - (self.ends[-2] if len(self.ends) > 1 else STARTED)
            print(f"step {len(self.ends)} of {state.max_steps}: {seconds:.2f} s, loss {self.losses[-1]:.4f}", file=sys.stderr, flush=True)


def counting(collate, counts: list[tuple[int, int, int]]):
    """Wraps the trainer's collator and records (loss tokens, tokens, positions computed) of each batch."""

    def count(examples):
        batch = collate(examples)
        positions = batch["input_ids"].numel()
        tokens = int(batch["attention_mask"].sum()) if "attention_mask" in batch else positions
        counts.append((int((batch["labels"][:, 1:] != IGNORED).sum()), tokens, positions))
        return batch

    return count


def peak_memory() -> int:
    """Returns the peak resident memory so far, in bytes."""
    info = psutil.Process().memory_info()
    if hasattr(info, "peak_wset"):  # Windows
        return info.peak_wset
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    packed = arguments.mode == "packed"
    options = {"packing": True, "max_length": arguments.row, "per_device_train_batch_size": arguments.rows}
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    examples = read_examples(arguments.data)
    with tempfile.TemporaryDirectory() as folder:
        config = SFTConfig(
            output_dir=folder,
            use_cpu=True,
            bf16=False,
            learning_rate=arguments.learning_rate,
            lr_scheduler_type="constant",
            logging_steps=1,
            report_to="none",
            save_strategy="no",
            disable_tqdm=True,
            max_steps=arguments.warmup + arguments.steps,
            **(options if packed else {}),
            **({"gradient_checkpointing": False} if arguments.no_checkpointing else {}),
        )
        clock = StepClock()
        trainer = SFTTrainer(
            model=str(arguments.model),
            args=config,
            train_dataset=Dataset.from_list(examples),
            processing_class=tokenizer,
            peft_config=LoraConfig(r=arguments.rank, lora_alpha=2 * arguments.rank, target_modules=TARGETS, lora_dropout=0.0, task_type="CAUSAL_LM"),
            callbacks=[clock],
        )
        counts: list[tuple[int, int, int]] = []
        trainer.data_collator = counting(trainer.data_collator, counts)
        trainer.remove_callback(PrinterCallback)  # standard output is for the result
        loaded = time.time()
        trainer.train()

    seconds = [end - begin for begin, end in zip(clock.ends, clock.ends[1:])][arguments.warmup - 1 :]
    measured = counts[arguments.warmup : arguments.warmup + len(seconds)]
    loss_tokens, tokens, positions = (sum(column) for column in zip(*measured))
    peak = peak_memory()
    labels = [label for row in trainer.train_dataset for label in row["labels"]]
    trained = [parameter for parameter in trainer.model.parameters() if parameter.requires_grad]
    result = {
        "mode": arguments.mode,
        "checkpointing": config.gradient_checkpointing,
        "dtype": str(next(trainer.model.parameters()).dtype).removeprefix("torch."),
        "examples": len(examples),
        "examplesPerStep": config.per_device_train_batch_size if not packed else None,
        "steps": len(seconds),
        "stepSeconds": [round(value, 3) for value in seconds],
        "stepSecondsMedian": round(statistics.median(seconds), 3),
        "lossTokensPerStep": round(loss_tokens / len(seconds), 1),
        "tokensPerStep": round(tokens / len(seconds), 1),
        "positionsPerStep": round(positions / len(seconds), 1),
        "lossTokensPerSecond": round(loss_tokens / sum(seconds), 2),
        "tokensPerSecond": round(tokens / sum(seconds), 2),
        "peakMemoryMiB": round(peak / 2**20),
        "secondsToFirstStep": round(clock.ends[0] - STARTED, 2),
        "secondsToLoaded": round(loaded - STARTED, 2),
        "losses": [round(loss, 4) for loss in clock.losses],
        "threads": torch.get_num_threads(),
        "dataTokens": len(labels),
        "dataLossTokens": sum(label != IGNORED for label in labels),
        "trainedParameters": sum(parameter.numel() for parameter in trained),
        "versions": {package.__name__: package.__version__ for package in (torch, transformers, peft, trl)},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
