"""What the reference scripts share: paths, versions, determinism, writing of JSON and safetensors."""

import argparse
import json
import platform
import warnings
from collections.abc import Collection
from pathlib import Path

import numpy
import peft
import safetensors
import safetensors.torch
import tokenizers
import torch
import transformers

VARIANTS = ("tied", "untied")
SCRIPTS = Path(__file__).resolve().parent


def fixture_folder(description: str) -> Path:
    """The folder to write to, from `--out`; the committed fixtures unless told otherwise."""
    return fixtures_and_names(description, [])[0]


def fixtures_and_names(description: str, names: Collection[str]) -> tuple[Path, list[str]]:
    """The folder, and those of the names that the command line gives; all if it gives none."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--out", type=Path, default=SCRIPTS.parent / "fixtures")
    if names:
        parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    unknown = set(getattr(given, "names", [])) - set(names)
    assert not unknown, unknown
    given.out.mkdir(parents=True, exist_ok=True)
    return given.out, getattr(given, "names", []) or list(names)


def set_up() -> None:
    """One thread, and only operators that give the same bits each time."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing.*", category=FutureWarning)


def versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "peft": peft.__version__,
        "tokenizers": tokenizers.__version__,
        "safetensors": safetensors.__version__,
        "numpy": numpy.__version__,
        "machine": platform.machine(),
    }


def write_json(path: Path, value: object) -> None:
    """Indented, but with arrays of numbers on one line, LF at the ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(value) + "\n", encoding="utf-8", newline="\n")


def render(value: object, indent: str = "") -> str:
    inner = indent + "  "
    if isinstance(value, dict) and value:
        items = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {render(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, (list, tuple)) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(inner + render(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def read_json(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def write_tensors(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()}
    safetensors.torch.save_file(whole, path, metadata={"format": "pt"})
