"""Logits of a base with an adapter on given tokens, for each adapter folder: `BASE FOLDER…`; prints JSON."""

import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

base, *folders = sys.argv[1:]
tokens = torch.tensor([[3, 5, 7, 4, 6, 8]])
logits = []
for folder in [None, *folders]:
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    model = model if folder is None else PeftModel.from_pretrained(model, folder)
    with torch.no_grad():
        logits.append(model(tokens).logits.flatten().tolist())
print(json.dumps(logits))
