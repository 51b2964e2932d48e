"""Writes expected.json: what transformers makes of conversations.json under each template of jinja/.

Run with transformers 5.24.0, tokenizers 0.23.3 and jinja2 3.1.6 (no torch):

    python make_reference.py

Templates are written anew in the manner of well-known families; `{% generation %}` marks what each trains on. Two small
tokenizers are trained here on the conversations: one of bytes, as GPT-2 and Qwen have, and one of pieces with a leading
`▁`, as Llama 2 and Mistral have. Each conversation's token ids and assistant mask are kept as a hash, the first of each
template in full.
"""

import hashlib
import json
import random
import re
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

HERE = Path(__file__).parent
COUNT = 50

QUESTIONS = [
    "What is the capital of Finland?",
    "Mikä on Suomen pääkaupunki?",
    "ما هي عاصمة مصر؟",
    "מה צבע השמיים?",
    "भारत की राजधानी क्या है?",
    "中国的首都是哪里？",
    "Nipe majina matatu ya wanyama.",
    "Écris une phrase sur l'été.",
    "Сколько будет 12 + 30?",
    "Write a list:\n- one\n- two",
    "  Where is it?  ",
    "Why\u00a0not?\n",
    "👩‍👩‍👧 who are they?",
    "{{ not a template }} {% if %}",
]
ANSWERS = [
    "Helsinki.",
    "Se on Helsinki, ja se on kaunis.",
    "عاصمة مصر هي القاهرة.",
    "כחול.",
    "नई दिल्ली।",
    "北京。",
    "Simba, tembo na twiga.",
    "L'été, il fait chaud.",
    "Будет 42.",
    "- one\n- two\n- three",
    " It is there. ",
    "\nBecause.\n\n",
    "A family 👨‍👩‍👦.",
    "def f(x):\n    return x",
    "“Yes”, she said.",
    "1",
]
SYSTEMS = ["Answer briefly.", "Vastaa suomeksi.", "أجب بالعربية."]


def conversations():
    rng = random.Random(13)
    made = []
    for place in range(COUNT):
        messages = []
        if place % 4 == 3:
            messages.append({"role": "system", "content": rng.choice(SYSTEMS)})
        for _ in range(1 + place % 5):
            messages.append({"role": "user", "content": rng.choice(QUESTIONS)})
            messages.append({"role": "assistant", "content": rng.choice(ANSWERS)})
        made.append(messages)
    return made


def texts(made):
    return [message["content"] for messages in made for message in messages] * 20


def byte_level(made):
    tokenizer = Tokenizer(models.BPE())
    pattern = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    )
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(texts(made), trainer)
    return tokenizer


def pieces(made):
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        show_progress=False,
        max_token_length=12,
        special_tokens=["<unk>", *[f"<0x{byte:02X}>" for byte in range(256)]],
    )
    tokenizer.train_from_iterator(texts(made), trainer)
    made_of = json.loads(tokenizer.to_str())
    made_of["added_tokens"] = [token for token in made_of["added_tokens"] if token["content"] == "<unk>"]
    return Tokenizer.from_str(json.dumps(made_of))


def special_tokens(template):
    """Everything in a template's own texts that looks like a control token."""
    found = re.findall(r"<[|｜][^<>]*[|｜]>|<\|[a-z]+>|<[a-z]+\|>|<(?:start|end)_of_(?:turn|role|text)>|\[/?INST\]|</?s>|<bos>", template)
    return sorted(set(found))


def main():
    made = conversations()
    (HERE / "conversations.json").write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    tokenizers = {"bytes": byte_level(made), "pieces": pieces(made)}
    for name, tokenizer in tokenizers.items():
        text = json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))
        (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    expected = {}
    for path in sorted((HERE / "jinja").glob("*.jinja")):
        template = path.read_text(encoding="utf-8")
        config = json.loads((HERE / "jinja" / f"{path.stem}.json").read_text())
        refuses_system = config.pop("refusesSystem", False)
        variables = config.pop("template", {})
        expected[path.stem] = {}
        for kind, tokenizer in tokenizers.items():
            own = Tokenizer.from_str(tokenizer.to_str())
            found = special_tokens(template)
            own.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in found])
            fast = PreTrainedTokenizerFast(tokenizer_object=own, **config)
            added = [[number, str(token)] for number, token in sorted(fast.added_tokens_decoder.items()) if token.special]
            fast.chat_template = template
            hashes = []
            first = None
            for messages in made:
                if refuses_system and messages[0]["role"] == "system":
                    system, user, *rest = messages
                    joined = {"role": "user", "content": f"{system['content']}\n\n{user['content']}"}
                    messages = [joined, *rest]
                encoded = fast.apply_chat_template(
                    messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True, **variables
                )
                ids = list(encoded["input_ids"])
                mask = list(encoded["assistant_masks"])
                end = max(place for place, loss in enumerate(mask) if loss) + 1
                kept = {"ids": ids[:end], "mask": mask[:end]}
                first = first or kept
                text = json.dumps(kept, separators=(",", ":"))
                hashes.append(hashlib.sha256(text.encode()).hexdigest()[:16])
            expected[path.stem][kind] = {"special": added, "first": first, "hashes": hashes}
    lines = json.dumps(expected, ensure_ascii=False, separators=(",", ":"))
    (HERE / "expected.json").write_text(lines.replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
