"""Small tokenizers of every family, normaliser, pre-tokenizer and decoder, with what the Rust library makes of texts.

    python make_tokenizers.py [--out FOLDER] [--texts FILE.json] [--train]

Reads texts.json in the folder of fixtures; `--texts` reads another file of the same form, for a larger comparison
that is not committed. Writes tokenizers.json (the bases, trained again with `--train`) and variants.json: for each variant what it changes in a
base, its ids of texts where they are not those of the base, and what they decode to where that is not the text.
"""

import argparse
import base64
import json
import tempfile
from pathlib import Path

import sentencepiece
import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "tokenizers"
# Without the other languages, so that their characters are unknown, or bytes.
TRAINED_ON = ("en", "es", "it", "cs", "et", "fi", "ru")
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
MARK = "\u2581"


def training_texts(texts: dict) -> list[str]:
    return [text for language in TRAINED_ON for text in texts["languages"][language]]


def train(model, trainer, texts: list[str], normalizer=None, pre_tokenizer=None) -> dict:
    tokenizer = Tokenizer(model)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.train_from_iterator(texts, trainer)
    return json.loads(tokenizer.to_str())


def added(content: str, at: int, **flags: bool) -> dict:
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"id": at, "content": content, **plain, **flags}


def bare(model: dict, added_tokens: list[dict], **parts: object) -> dict:
    empty = {"normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None}
    return {"version": "1.0", "added_tokens": added_tokens, **empty, "model": model, **parts}


def byte_level(texts: list[str]) -> dict:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=420, initial_alphabet=alphabet, special_tokens=["<unk>", "<s>"])
    split = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    model = train(models.BPE(), trainer, texts, pre_tokenizer=pre_tokenizers.ByteLevel(add_prefix_space=False))["model"]
    return bare(model, [added("<unk>", 0), added("<s>", 1)], pre_tokenizer=split, decoder={**split, "add_prefix_space": True})


def byte_fallback(texts: list[str]) -> dict:
    normalizer = normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)])
    trainer = trainers.BpeTrainer(vocab_size=560, limit_alphabet=70, special_tokens=["<unk>", "<s>", *BYTES])
    made = train(models.BPE(), trainer, texts, normalizer, pre_tokenizers.Split(MARK, "merged_with_next"))
    model = {**made["model"], "unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True}
    decoders = [
        {"type": "Replace", "pattern": {"String": MARK}, "content": " "},
        {"type": "ByteFallback"},
        {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0},
    ]
    return bare(model, [added("<unk>", 0), added("<s>", 1)], normalizer=made["normalizer"], decoder={"type": "Sequence", "decoders": decoders})


def unigram(texts: list[str]) -> dict:
    trainer = trainers.UnigramTrainer(vocab_size=420, unk_token="<unk>", special_tokens=["<unk>", "<s>"])
    model = train(models.Unigram(), trainer, texts, pre_tokenizer=pre_tokenizers.Metaspace())["model"]
    # Fewer digits: the scores have no meaning beyond their order.
    model["vocab"] = [[piece, round(score, 3)] for piece, score in model["vocab"]]
    space = {"type": "Metaspace", "replacement": MARK, "prepend_scheme": "always", "split": True}
    return bare({**model, "byte_fallback": False}, [added("<unk>", 0), added("<s>", 1)], pre_tokenizer=space, decoder=space)


def word_piece(texts: list[str]) -> dict:
    trainer = trainers.WordPieceTrainer(vocab_size=420, special_tokens=["[UNK]", "<s>"], continuing_subword_prefix="##")
    normalizer, split = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    model = train(models.WordPiece(unk_token="[UNK]"), trainer, texts, normalizer, split)["model"]
    return bare(
        model,
        [added("[UNK]", 0), added("<s>", 1)],
        normalizer={"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        pre_tokenizer={"type": "BertPreTokenizer"},
        decoder={"type": "WordPiece", "prefix": "##", "cleanup": True},
    )


def word_level(texts: list[str]) -> dict:
    trainer = trainers.WordLevelTrainer(vocab_size=200, special_tokens=["<unk>", "<s>"])
    model = train(models.WordLevel(unk_token="<unk>"), trainer, texts, pre_tokenizer=pre_tokenizers.Whitespace())["model"]
    return bare(model, [added("<unk>", 0), added("<s>", 1)], pre_tokenizer={"type": "Whitespace"})


def characters(variants: list[dict], texts: list[str]) -> dict:
    """Each character twice, as the first of a word and within one: ids show every cut that a variant makes."""
    found: set[str] = set()
    for variant in variants:
        tokenizer = Tokenizer.from_str(json.dumps(bare({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 10000, "vocab": {"[UNK]": 0}}, [], **{k: v for k, v in variant["changes"].items() if k in ("normalizer", "pre_tokenizer")})))
        for text in texts:
            shown = tokenizer.normalizer.normalize_str(text) if tokenizer.normalizer else text
            words = tokenizer.pre_tokenizer.pre_tokenize_str(shown) if tokenizer.pre_tokenizer else [(shown, None)]
            found.update(character for word, _ in words for character in word)
    found.discard("\ufffe")
    pieces = ["[UNK]", "<s>", *(form for character in sorted(found) for form in (character, f"##{character}"))]
    model = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 10000}
    return bare({**model, "vocab": {piece: at for at, piece in enumerate(pieces)}}, [added("[UNK]", 0), added("<s>", 1)])


def charsmap() -> str:
    """A precompiled map of few rules, with sequences and one prefix of another: a published one has 240 KB."""
    rules = [
        ("\ufb01", "fi"),
        ("\u00bd", "1/2"),
        ("\u2460", "1"),
        ("\uff21", "A"),
        ("\uff42", "b"),
        ("\u3000", " "),
        ("\u00a0", " "),
        ("e\u0301", "\u00e9"),
        ("a\u0308", "\u00e4"),
        ("\u200b", " "),
        ("\u200d", ""),
        ("\u00ad", ""),
        ("\ufdfa", "\u0635\u0644\u0649"),
        ("\u0915\u093c", "\u0958"),
        ("\t", " "),
        ("\n", " "),
        ("\u0130", "i"),
        ("\u1100\u1161\u11a8", "\uac01"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        lines = ["\t".join(" ".join(f"{ord(c):X}" for c in side) for side in rule) for rule in rules]
        (path / "rules.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (path / "text.txt").write_text("\n".join(["a b c d e f"] * 10), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(path / "text.txt"), model_prefix=str(path / "m"), vocab_size=12, hard_vocab_limit=False,
            normalization_rule_tsv=str(path / "rules.tsv"), minloglevel=2,
        )
        from sentencepiece import sentencepiece_model_pb2 as protocol
        model = protocol.ModelProto()
        model.ParseFromString((path / "m.model").read_bytes())
        return base64.b64encode(model.normalizer_spec.precompiled_charsmap).decode()


def regex(pattern: str, behavior: str = "Isolated", invert: bool = False) -> dict:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": behavior, "invert": invert}


def literal(text: str, behavior: str, invert: bool = False) -> dict:
    return {"type": "Split", "pattern": {"String": text}, "behavior": behavior, "invert": invert}


def meta(scheme: str, split: bool = True) -> dict:
    return {"type": "Metaspace", "replacement": MARK, "prepend_scheme": scheme, "split": split}


def several(kind: str, key: str, *parts: dict) -> dict:
    return {"type": kind, key: list(parts)}


def normaliser_variants() -> dict[str, dict]:
    bert = {"type": "BertNormalizer", "clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    kinds = {
        **{form: {"type": form} for form in ("NFC", "NFD", "NFKC", "NFKD", "Nmt", "Lowercase", "ByteLevel")},
        "StripAccents": several("Sequence", "normalizers", {"type": "NFD"}, {"type": "StripAccents"}),
        "Strip": {"type": "Strip", "strip_left": True, "strip_right": True},
        "Strip left": {"type": "Strip", "strip_left": True, "strip_right": False},
        "Strip right": {"type": "Strip", "strip_left": False, "strip_right": True},
        "Prepend": {"type": "Prepend", "prepend": MARK},
        "Replace String": {"type": "Replace", "pattern": {"String": "."}, "content": "$&"},
        "Replace Regex": {"type": "Replace", "pattern": {"Regex": "\\s+|\\R"}, "content": " "},
        "Precompiled": {"type": "Precompiled", "precompiled_charsmap": charsmap()},
        "Bert clean": {**bert, "clean_text": True},
        "Bert Chinese": {**bert, "handle_chinese_chars": True},
        "Bert lowercase": {**bert, "lowercase": True, "strip_accents": None},
        "Bert accents": {**bert, "strip_accents": True},
    }
    return {f"normalizer {name}": {"normalizer": kind} for name, kind in kinds.items()}


O200K = "|".join([
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    "\\p{N}{1,3}", " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*", "\\s*[\\r\\n]+", "\\s+(?!\\S)", "\\s+",
])
CL100K = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
PATTERNS = {
    "cl100k": CL100K,
    "possessive": "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
    "o200k": O200K,
    "Han": "[\\p{Han}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]+|\\p{N}{1,3}|\\s+",
    "CJK range": "[一-龥぀-ゟ゠-ヿ]+",
    "words": "\\w+|[^\\w\\s]+",
    "line breaks": "\\R|\\h+|\\d\\b",
    "POSIX": "[[:punct:]]+|[[:upper:]][[:lower:]]*|[[:digit:]]+",
    "atomic": "(?>a|ab)c|\\A.|.\\z|[^\\n]x?",
    "BLOOM": " ?[^(\\s|.,!?…。，、।۔،)]+",
}


def pre_tokenizer_variants() -> dict[str, dict]:
    behaviors = ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous")
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    kinds = {
        "ByteLevel": level,
        "ByteLevel prefix": {**level, "add_prefix_space": True},
        "ByteLevel whole": {**level, "use_regex": False},
        **{kind: {"type": kind} for kind in ("Whitespace", "WhitespaceSplit", "BertPreTokenizer", "UnicodeScripts")},
        "Digits": {"type": "Digits", "individual_digits": False},
        "Digits apart": {"type": "Digits", "individual_digits": True},
        "CharDelimiterSplit": {"type": "CharDelimiterSplit", "delimiter": "-"},
        "FixedLength": {"type": "FixedLength", "length": 3},
        **{f"Punctuation {behavior}": {"type": "Punctuation", "behavior": behavior} for behavior in behaviors},
        **{f"Metaspace {scheme}": meta(scheme) for scheme in ("always", "first", "never")},
        "Metaspace whole": meta("always", split=False),
        **{f"Split {behavior}": literal(" ", behavior) for behavior in behaviors},
        **{f"Split {behavior} inverted": regex("\\p{L}+", behavior, invert=True) for behavior in behaviors},
        "Split then Metaspace first": several("Sequence", "pretokenizers", regex("\\p{N}"), meta("first")),
        **{f"pattern {name}": regex(pattern) for name, pattern in PATTERNS.items()},
    }
    return {f"pre-tokenizer {name}": {"pre_tokenizer": kind} for name, kind in kinds.items()}


def added_variants(first: int) -> dict[str, dict]:
    """`first` is the first id after the vocabulary, from which the library counts whatever a file says."""
    replaced = {"normalizer": {"type": "Lowercase"}, "pre_tokenizer": meta("first")}
    flags = {
        "plain": {}, "lstrip": {"lstrip": True}, "rstrip": {"rstrip": True}, "both": {"lstrip": True, "rstrip": True},
        "single word": {"single_word": True}, "normalized": {"normalized": True, "special": False},
        "normalized lstrip": {"normalized": True, "lstrip": True, "special": False},
    }
    tokens = ("<mask>", "<w>", "Node", "HERE")
    made = {}
    for name, own in flags.items():
        made[f"added tokens {name}"] = {
            "added_tokens": [added("<unk>", 0), added("<s>", 1), *(added(token, first + at, **own) for at, token in enumerate(tokens))],
        }
        made[f"added tokens {name}, after others"] = {**made[f"added tokens {name}"], **replaced}
    return made


def variants_of(bases: dict[str, dict]) -> list[dict]:
    """What each variant changes in which base, and whether it is compared on the texts of all languages."""
    whole = [{"name": base, "base": base, "changes": {}, "all": True} for base in bases]
    byte_pieces = {"model.byte_fallback": True, "pieces": "bytes"}
    families = {
        "unigram with bytes": ("unigram", byte_pieces),
        "unigram with bytes, whole": ("unigram", {**byte_pieces, "pre_tokenizer": meta("never", split=False), "decoder": meta("never", split=False)}),
        "byteFallback without fusing": ("byteFallback", {"model.byte_fallback": False, "model.fuse_unk": False}),
        "byteFallback fused": ("byteFallback", {"model.byte_fallback": False, "pre_tokenizer": regex("\\p{P}|\\p{Nd}")}),
        "byteFallback whole words": ("byteFallback", {"model.ignore_merges": True, "pre_tokenizer": literal(MARK, "MergedWithNext")}),
        "wordPiece cased": ("wordPiece", {"normalizer": None, "pre_tokenizer": {"type": "Whitespace"}}),
        "wordPiece short": ("wordPiece", {"model.max_input_chars_per_word": 4}),
        "unigram decoded from bytes": ("unigram", {**byte_pieces, "decoder": several("Sequence", "decoders", {"type": "ByteFallback"}, meta("always"))}),
    }
    for name, (base, changes) in families.items():
        whole.append({"name": name, "base": base, "changes": changes, "all": True})
    parts = {**normaliser_variants(), **pre_tokenizer_variants()}
    odd = [{"name": "characters", "base": "characters", "changes": {}, "all": False}]
    odd += [{"name": name, "base": "characters", "changes": changes, "all": False} for name, changes in parts.items()]
    odd += [{"name": name, "base": "unigram", "changes": changes, "all": False} for name, changes in added_variants(len(bases["unigram"]["model"]["vocab"])).items()]
    return [*whole, *odd]


def changed(base: dict, changes: dict) -> dict:
    tokenizer = json.loads(json.dumps(base))
    for key, value in changes.items():
        if key == "pieces":
            tokenizer["model"]["vocab"] += [[piece, -20.0] for piece in BYTES]
        elif key.startswith("model."):
            tokenizer["model"][key.removeprefix("model.")] = value
        else:
            tokenizer[key] = value
    return tokenizer


def trained(texts: list[str]) -> dict:
    """The trainers choose among equals at random, so that no two trainings give the same tokenizers."""
    makers = {"byteLevel": byte_level, "byteFallback": byte_fallback, "unigram": unigram, "wordPiece": word_piece, "wordLevel": word_level}
    return {name: make(texts) for name, make in makers.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FIXTURES)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--train", action="store_true")
    options = parser.parse_args()
    texts = json.loads((FIXTURES / "texts.json").read_text(encoding="utf-8"))
    bases = trained(training_texts(texts)) if options.train else json.loads((FIXTURES / "tokenizers.json").read_text(encoding="utf-8"))
    if options.texts is not None:
        texts = json.loads(options.texts.read_text(encoding="utf-8"))
    every = [text for some in texts["languages"].values() for text in some]
    bases.pop("versions", None)
    bases.pop("characters", None)
    variants = variants_of(bases)
    parts = [variant for variant in variants if variant["base"] == "characters"]
    bases["characters"] = characters(parts, [*texts["odd"], *(every if options.texts else [])])
    for variant in variants:
        tokenizer = Tokenizer.from_str(json.dumps(changed(bases[variant["base"]], variant["changes"])))
        given = [*texts["odd"], *(every if variant["all"] or options.texts else [])]
        ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in given]
        variant["ids"] = {at: " ".join(map(str, some)) for at, some in enumerate(ids)}
        decoded = [tokenizer.decode(some) for some in ids]
        if tokenizer.decoder is not None:
            variant["decoded"] = {at: said for at, (text, said) in enumerate(zip(given, decoded)) if said != text}
    for variant in reversed(variants):
        plain = next(other for other in variants if other["base"] == variant["base"] and not other["changes"])
        if variant is not plain:
            variant["ids"] = {at: some for at, some in variant["ids"].items() if some != plain["ids"].get(at)}
    write(options.out / "tokenizers.json", {"versions": {"tokenizers": tokenizers.__version__, "sentencepiece": sentencepiece.__version__}, **bases})
    write(options.out / "variants.json", variants)


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
