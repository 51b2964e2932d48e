"""Converts a GGUF file to a float32 Hugging Face folder with transformers, for peers that cannot train from GGUF.

    python bench/from_gguf.py --gguf FILE --out FOLDER

Needs torch, transformers, gguf.
"""

import argparse
import json
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    folder, file = str(arguments.gguf.parent), arguments.gguf.name
    read = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32)
    # A model read from GGUF is marked as quantised and cannot be saved: copy its weights into a new one.
    if hasattr(read.config, "quantization_config"):
        del read.config.quantization_config
    model = type(read)(read.config).to(torch.float32)
    model.load_state_dict(read.state_dict())
    model.tie_weights()
    model.save_pretrained(arguments.out)
    AutoTokenizer.from_pretrained(folder, gguf_file=file).save_pretrained(arguments.out)
    print(json.dumps({"folder": str(arguments.out)}))


if __name__ == "__main__":
    main()
