"""Trains the network; one command, which goes on where it was broken off.

    python -m models.train.train --run NAME [--hours 3] [--workers 2] [--widths 16,32,64,96]

Writes DATA/runs/NAME: last.pt (all that a continuation needs), best.pt (averaged weights with the
best validation) and log.jsonl. On a GPU (--device cuda) the same command runs with larger batches.
"""

import argparse
import json
import queue
import tempfile
import threading
import time

import numpy as np
import torch
from torch import distributed, multiprocessing

from . import batches
from .constants import DATA, RATE, STEMS
from .fused_loss import fused_loss
from .network import Network, Shape, cost, masks

_VALIDATION_BATCHES = 4
_MEET_EVERY = 8  # steps between the workers' averagings


class Batches:
    """A thread that makes batches ahead; they depend on the seed and their number."""

    def __init__(self, seed: int, first: int, size: int):
        self.queue, self.size, self.seed = queue.Queue(3), size, seed
        threading.Thread(target=self._work, args=(first,), daemon=True).start()

    def _work(self, k: int):
        torch.set_num_threads(1)
        first = k
        while True:
            if (k - first) % 50 == 0:  # more may have been rendered meanwhile
                files = batches.song_files(DATA / "songs", validation=False)
            rng = np.random.default_rng([self.seed, k])
            with torch.no_grad():
                for made in batches.batches(files, rng, self.size):
                    self.queue.put(made)
            k += 1


def validate(network, made) -> dict[str, float]:
    """Median SDR of each stem in mixes of songs that are not trained on."""
    network.eval()
    rows = []
    with torch.no_grad():
        for magnitude, own, cross, total in made:
            _, sdr, defined = batches.loss(network(magnitude), own, cross, total)
            rows.append(torch.where(defined, sdr, torch.full_like(sdr, float("nan"))))
    medians = torch.nanmedian(torch.cat(rows), 0).values
    return {stem: round(float(v), 2) for stem, v in zip(STEMS, medians, strict=True)}


class Training:
    """One worker's network and what a continuation needs of it."""

    def __init__(self, arguments, worker: int):
        self.arguments, self.worker = arguments, worker
        self.device = torch.device(arguments.device)
        self.folder = DATA / "runs" / arguments.run
        widths = tuple(int(width) for width in arguments.widths.split(","))
        self.shape = Shape(widths, place=not arguments.no_place, across=arguments.across)
        torch.manual_seed(arguments.seed)  # the same for all workers: they start alike
        # Channels last is also how the engine lays them out; twice as fast with few channels.
        layout = {"memory_format": torch.channels_last}
        self.network = Network(self.shape).to(self.device, **layout)
        self.averaged = Network(self.shape).to(self.device, **layout)
        self.averaged.load_state_dict(self.network.state_dict())
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), betas=(0.9, 0.98), weight_decay=1e-3
        )
        self.state = {"step": 0, "seconds": 0.0, "best": -1e9}
        self._load()
        seed = arguments.seed * 64 + worker
        self.source = Batches(seed, self.state["step"] // 2, arguments.batch)
        self.losses: list[float] = []

    def _load(self) -> None:
        file = self.folder / "last.pt"
        if file.exists():
            saved = torch.load(file, map_location=self.device, weights_only=True)
            for name in ("network", "averaged", "optimiser"):
                getattr(self, name).load_state_dict(saved[name])
            self.state = saved["state"]

    def step(self) -> None:
        done = self.state["seconds"] / (self.arguments.hours * 3600)
        # Constant, then down to nothing over the last 40% of the time.
        fall = 1 if done < 0.6 else max(0.02, 0.5 * (1 + np.cos(np.pi * (done - 0.6) / 0.4)))
        self.rate = self.arguments.rate * min(1, (self.state["step"] + 1) / 50) * float(fall)
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate
        made = [part.to(self.device) for part in self.source.queue.get()]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.arguments.bfloat16):
            logits = self.network.logits(made[0])
        if self.device.type == "cpu":
            value = fused_loss(logits, *made[1:])
        else:
            value, _, _ = batches.loss(masks(torch.sigmoid(logits)), *made[1:])
        self.optimiser.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.losses.append(float(value.detach()))
        self.state["step"] += 1

    def meet(self, finished: bool) -> bool:
        """All workers' weights become their mean. @return whether the first worker has finished.

        Averaging now and then instead of every gradient: on a machine that others use too, one
        worker would wait for the other at each step.
        """
        values = [v for v in self.network.state_dict().values() if v.dtype.is_floating_point]
        flag = torch.tensor([float(finished and self.worker == 0)])
        flat = torch.cat([flag, *(v.flatten() for v in values)])
        distributed.all_reduce(flat)
        at = 1
        for value in values:
            part = flat[at : at + value.numel()] / self.arguments.workers
            value.copy_(part.view(value.shape))
            at += value.numel()
        return bool(flat[0] > 0)

    def average(self) -> None:
        k = self.state["step"] / _MEET_EVERY
        keep = min(0.98, (1 + k) / (10 + k))
        new, old = self.network.state_dict().values(), self.averaged.state_dict().values()
        for a, b in zip(old, new, strict=True):
            if a.dtype.is_floating_point:
                a.lerp_(b, 1 - keep)
            else:
                a.copy_(b)

    def report(self, made) -> None:
        sdr, arguments = validate(self.averaged, made), self.arguments
        pieces = self.state["step"] * arguments.batch * arguments.workers
        songs = batches.song_files(DATA / "songs", validation=False)
        line = {
            "minutes": round(self.state["seconds"] / 60, 1),
            "step": self.state["step"],
            "hoursHeard": round(pieces * batches.FRAMES * batches.HOP / RATE / 3600, 2),
            "rate": round(self.rate, 6),
            "songs": len(songs),
            "loss": round(float(np.mean(self.losses)), 3),
            "sdr": sdr,
        }
        self.losses.clear()
        print(json.dumps(line), flush=True)
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        self._save(float(np.nanmean(list(sdr.values()))))

    def _save(self, score: float) -> None:
        weights = {"shape": self.shape.document(), "averaged": self.averaged.state_dict()}
        if score > self.state["best"]:
            self.state["best"] = score
            torch.save(weights, self.folder / "best.pt")
        weights |= {"network": self.network.state_dict(), "state": self.state}
        weights |= {"optimiser": self.optimiser.state_dict()}
        torch.save(weights, self.folder / "last.tmp")
        (self.folder / "last.tmp").replace(self.folder / "last.pt")


def work(worker: int, arguments, meeting_point: str) -> None:
    torch.set_num_threads(arguments.threads)
    if arguments.workers > 1:
        distributed.init_process_group(
            "gloo", f"file://{meeting_point}", rank=worker, world_size=arguments.workers
        )
    training, made = Training(arguments, worker), []
    if worker == 0:
        plain = Network(training.shape)
        parameters = sum(p.numel() for p in plain.parameters() if p.requires_grad)
        print(f"{parameters} parameters, {cost(plain) / 1e9:.3f} GMAC a second", flush=True)
        held, rng = batches.song_files(DATA / "songs", validation=True), np.random.default_rng(5)
        for k in range(_VALIDATION_BATCHES):
            one = batches.batches(held, rng, 6, augment=False)[k % 2]
            made.append([part.to(training.device) for part in one])
    training.network.train()
    clock, before = time.monotonic(), training.state["seconds"]
    shown, finished = before, False
    while not finished:
        training.step()
        training.state["seconds"] = before + time.monotonic() - clock
        finished = training.state["seconds"] >= arguments.hours * 3600
        if training.state["step"] % _MEET_EVERY:
            finished = False
            continue
        with torch.no_grad():
            if arguments.workers > 1:
                finished = training.meet(finished)
            training.average()
        if worker == 0 and (finished or training.state["seconds"] - shown > arguments.report):
            shown = training.state["seconds"]
            training.report(made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--workers", type=int, default=2, help="processes; 1 on a GPU")
    parser.add_argument("--threads", type=int, default=1, help="of each worker")
    parser.add_argument("--batch", type=int, default=4, help="pieces of 3 s, of each worker")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--bfloat16", action="store_true", help="where the processor has it")
    parser.add_argument("--widths", default="16,32,64,96")
    parser.add_argument("--across", type=int, default=256)
    parser.add_argument("--no-place", action="store_true")
    parser.add_argument("--report", type=float, default=120, help="seconds between validations")
    arguments = parser.parse_args()
    (DATA / "runs" / arguments.run).mkdir(parents=True, exist_ok=True)
    if arguments.workers == 1:
        work(0, arguments, "")
        return
    with tempfile.TemporaryDirectory(prefix="divisi-train-") as folder:
        multiprocessing.spawn(work, (arguments, f"{folder}/meet"), arguments.workers)


if __name__ == "__main__":
    main()
