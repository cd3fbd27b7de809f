"""Trains the small vocabularies of ../testdata/tokenizers and writes their answers.

For each kind that core/tokens reads there is a NAME.json, as Hugging Face's
tokenizers saves it, and a NAME.txt: what litellm.encode makes, with that file, of
every piece of ../testdata/pieces.json and of a text with added tokens. A line has
the number of ids, the start of the SHA-256 of the ids as little-endian uint32, and
of what litellm.decode makes of them.
"""

import hashlib
import json
import os
from pathlib import Path

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm  # noqa: E402  reads the variable
from tokenizers import (  # noqa: E402
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

TESTDATA = Path(__file__).parent.parent / "testdata"
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
MARKS = ["<s>", "</s>", "<|im_start|>", "<|im_end|>"]


def texts():
    pieces = json.loads((TESTDATA / "pieces.json").read_text())
    words = " ".join(pieces["words"])
    return pieces["prose"] + pieces["code"] + pieces["odd"] + [words, "".join(MARKS) + "x<s>" * 3 + " y </s>"]


def by_bytes(pre_tokenizer, **model):
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer, trainers.BpeTrainer(
        vocab_size=600, special_tokens=MARKS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )


def by_characters(prepend, pre_tokenizer=None):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    replace = normalizers.Replace(" ", "▁")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), replace]) if prepend else replace
    if pre_tokenizer:
        tokenizer.pre_tokenizer = pre_tokenizer
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    tokenizer.decoder = decoders.Sequence(steps + ([decoders.Strip(" ", 1, 0)] if prepend else []))
    special = ["<unk>", *MARKS, *(f"<0x{b:02X}>" for b in range(256))]
    return tokenizer, trainers.BpeTrainer(
        vocab_size=650, special_tokens=special, limit_alphabet=90, show_progress=False, max_token_length=12
    )


def template():
    return processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)])


def kinds():
    byte_level = pre_tokenizers.ByteLevel
    yield "gpt2", by_bytes(byte_level(add_prefix_space=True)), None
    split = pre_tokenizers.Split(Regex(WORDS), "isolated")
    sequence = pre_tokenizers.Sequence([split, byte_level(add_prefix_space=False, use_regex=False)])
    yield "llama3", by_bytes(sequence, ignore_merges=True), template
    digits = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level(add_prefix_space=False)])
    yield "command-r", by_bytes(digits), None
    yield "llama2", by_characters(prepend=True), None
    yield "gemma", by_characters(prepend=False, pre_tokenizer=pre_tokenizers.Split(" ", "merged_with_previous")), None


def short(data):
    return hashlib.sha256(data).hexdigest()[:12]


def main():
    folder = TESTDATA / "tokenizers"
    folder.mkdir(exist_ok=True)
    for name, (tokenizer, trainer), post in kinds():
        tokenizer.train_from_iterator(texts(), trainer)
        if post:
            tokenizer.post_processor = post()
        if name == "command-r":
            tokenizer.add_tokens([AddedToken("rock'n'roll", normalized=False)])
        saved = tokenizer.to_str()
        (folder / f"{name}.json").write_text(saved + "\n")
        custom = litellm.create_tokenizer(saved)
        lines = []
        for text in texts():
            ids = litellm.encode(text=text, custom_tokenizer=custom)
            data = b"".join(i.to_bytes(4, "little") for i in ids)
            back = litellm.decode(tokens=ids, custom_tokenizer=custom)
            lines.append(f"{len(ids)} {short(data)} {short(back.encode())}")
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")
        print(f"{name}: {tokenizer.get_vocab_size()} tokens, {len(lines)} texts")


if __name__ == "__main__":
    main()
