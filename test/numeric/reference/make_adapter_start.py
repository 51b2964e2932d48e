"""20 training steps of the tied tiny model from an adapter at hand, `adapters/tuned-tied`, as PEFT loads it to train.

    python make_adapter_start.py [--out FOLDER]

The steps are those of make_training.py, with a new optimizer and schedule.
"""

from peft import PeftModel

from common import fixture_folder, read_json, set_up, versions, write_json
from make_reference import load_model
from make_training import describe, train

START = "adapters/tuned-tied"


def main() -> None:
    out = fixture_folder(__doc__)
    set_up()
    model = PeftModel.from_pretrained(load_model(out, "tied"), out / START, is_trainable=True).train()
    events = train(model, read_json(out / "examples.json"), "lora")
    print(f"loss {events[0]['loss']:.4f} … {events[-1]['loss']:.4f}")
    contents = {"versions": versions(), "model": "models/tied", "start": START, "settings": describe("lora"), "events": events}
    write_json(out / "adapter-start.json", contents)


if __name__ == "__main__":
    main()
