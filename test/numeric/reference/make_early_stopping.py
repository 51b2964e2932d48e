"""What EarlyStoppingCallback and load_best_model_at_end of transformers make of made-up losses.

    python make_early_stopping.py [--out FOLDER]

The callback counts; Trainer's own method keeps the best metric, after each evaluation as in Trainer._maybe_log_save_evaluate.
"""

import random
from types import SimpleNamespace

from transformers import EarlyStoppingCallback, Trainer, TrainerControl
from transformers.trainer_utils import SaveStrategy

from common import fixture_folder, versions, write_json

CASES = 60


def follow(losses: list[float], patience: int, threshold: float) -> dict:
    callback = EarlyStoppingCallback(patience, threshold)
    args = SimpleNamespace(metric_for_best_model="loss", greater_is_better=False, save_strategy=SaveStrategy.STEPS)
    state = SimpleNamespace(best_metric=None, best_global_step=None, global_step=0)
    control = TrainerControl()
    trainer = SimpleNamespace(args=args, state=state)
    for loss in losses:
        state.global_step += 1
        metrics = {"eval_loss": loss}
        callback.on_evaluate(args, state, control, metrics)
        Trainer._determine_best_metric(trainer, metrics, None)
        if control.should_training_stop:
            break
    return {
        "losses": losses,
        "patience": patience,
        "threshold": threshold,
        "trained": state.global_step,
        "kept": state.best_global_step,
        "waited": callback.early_stopping_patience_counter,
    }


def main() -> None:
    out = fixture_folder(__doc__)
    chance = random.Random(7)
    cases = []
    for _ in range(CASES):
        # Multiples of 1/8 are exact, so that ties and differences of exactly the threshold occur.
        fall = chance.choice([0, 1, 2])
        losses = [(40 - fall * step + chance.randrange(8)) / 8 for step in range(12)]
        cases.append(follow(losses, chance.randint(1, 4), chance.choice([0.0, 0.0, 0.125, 0.25])))
    write_json(out / "early-stopping.json", {"versions": versions(), "cases": cases})
    print(f"{sum(case['trained'] < 12 for case in cases)} of {CASES} stop early")


if __name__ == "__main__":
    main()
