"""Trains the network that tells drums on songs that `render.py` made.

    python train.py OUT.pt --songs SONGS --songs PLAIN --minutes 25

writes OUT.safetensors in float16, too, with the thresholds that suit the songs held out:
models/trained/drums.safetensors is one.
"""

import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch
from features import BANDS
from kits import INSTRUMENTS
from network import CONTEXT, DrumConvolutions
from picking import FPS, best_thresholds
from safetensors.torch import save_file
from torch import nn

COUNT = len(INSTRUMENTS)
#: A frame with a hit counts as much more: they are few.
WEIGHTS = torch.tensor([2.0, 2.0, 2.0, 3.0, 3.0, 3.0, 2.0])


def target(hits: np.ndarray, frames: int) -> np.ndarray:
    """[frame][2][instrument]: 1 on the frame of a hit, a half beside it; velocity / 127."""
    truth = np.zeros((frames, 2, COUNT), np.float32)
    for start, kind, velocity in hits:
        centre = round(start * FPS)
        for frame, value in ((centre - 1, 0.5), (centre + 1, 0.5), (centre, 1)):
            if not 0 <= frame < frames:
                continue
            row = truth[frame, :, int(kind)]
            row[0] = max(row[0], value)
            row[1] = max(row[1], velocity / 127)
    return truth


class Songs:
    def __init__(self, paths):
        self.items = []
        for path in paths:
            with np.load(path) as data:
                bands, hits = data["bands"], data["hits"]
            self.items.append((bands, target(hits, len(bands)).astype(np.float16), hits))

    def batch(self, indices, rng, frames):
        """Crops with CONTEXT frames on either side: louder or softer, higher or lower, through
        another equaliser."""
        size = frames + 2 * CONTEXT
        inputs = np.zeros((len(indices), size, BANDS), np.float32)
        truth = np.zeros((len(indices), frames, 2, COUNT), np.float32)
        for row, index in enumerate(indices):
            bands, hits, _ = self.items[index]
            start = rng.integers(-20, max(len(bands) - frames, 0) + 20)
            first, last = max(start - CONTEXT, 0), min(start + frames + CONTEXT, len(bands))
            to = slice(first - start + CONTEXT, last - start + CONTEXT)
            decibels = rng.uniform(-25, 8) + rng.choice([0, 4]) * np.interp(
                np.arange(BANDS), np.linspace(0, BANDS, 6), rng.normal(size=6)
            )
            magnitudes = 10 ** bands[first:last].astype(np.float32) - 1
            levels = np.log10(1 + 10 ** (decibels / 20).astype(np.float32) * magnitudes)
            shift = int(rng.integers(-2, 3))
            levels = np.roll(levels, shift, axis=1)
            if shift > 0:
                levels[:, :shift] = levels[:, shift : shift + 1]
            elif shift < 0:
                levels[:, shift:] = 0
            inputs[row, to] = levels
            a, b = max(start, 0), min(start + frames, len(bands))
            truth[row, a - start : b - start] = hits[a:b]
        return torch.from_numpy(inputs), torch.from_numpy(truth)


def loss_of(model, batch):
    inputs, truth = batch
    with torch.autocast("cpu", torch.bfloat16):
        out = model(inputs)[:, CONTEXT:-CONTEXT].float()
    onset = nn.functional.binary_cross_entropy_with_logits(
        out[:, :, 0], truth[:, :, 0], pos_weight=WEIGHTS
    )
    struck = (truth[:, :, 0] == 1).float()
    velocity = (torch.sigmoid(out[:, :, 1]) - truth[:, :, 1]).abs() * struck
    return onset + 0.05 * velocity.sum() / struck.sum().clamp(min=1)


@torch.no_grad()
def told(model, songs: Songs):
    model.eval()
    result = []
    for bands, _, hits in songs.items:
        with torch.autocast("cpu", torch.bfloat16):
            around = np.pad(bands.astype(np.float32), ((CONTEXT, CONTEXT), (0, 0)))
            out = model(torch.from_numpy(around)[None])[0, CONTEXT:-CONTEXT]
        result.append((out[:, 0].float().numpy(), hits))
    model.train()
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--songs", type=Path, action="append", required=True, help="each is drawn from as often"
    )
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--frames", type=int, default=384)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--start", type=Path, help="weights to begin with (OUT.pt of another run)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    paths = [path for folder in options.songs for path in sorted(folder.glob("*.npz"))]
    # Takes of a song stay together.
    seeds = sorted({path.name.split("-")[0] for path in paths})
    apart = set(seeds[::16])
    held = [path for path in paths if path.name.split("-")[0] in apart]
    kept = [path for path in paths if path.name.split("-")[0] not in apart]
    songs, check = Songs(kept), Songs(held)
    folders = [
        [index for index, path in enumerate(kept) if path.parent == folder]
        for folder in options.songs
    ]
    model = DrumConvolutions().to(memory_format=torch.channels_last)
    if options.start:
        model.load_state_dict(torch.load(options.start, weights_only=True))
    mean_model = copy.deepcopy(model)
    print(f"{len(kept)} takes, {sum(p.numel() for p in model.parameters())} parameters", flush=True)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=1e-3)
    began, end, step, mean = time.time(), options.minutes * 60, 0, None
    while time.time() - began < end:
        share = (time.time() - began) / end
        for group in optimiser.param_groups:
            group["lr"] = (
                options.rate * min(1, (step + 1) / 100) * 0.5 * (1 + np.cos(np.pi * share))
            )
        indices = [rng.choice(folders[k % len(folders)]) for k in range(options.batch)]
        loss = loss_of(model, songs.batch(indices, rng, options.frames))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        with torch.no_grad():  # the mean of the last weights is steadier than the last ones
            keep = min(0.998, step / (step + 10))
            for old, new in zip(mean_model.parameters(), model.parameters(), strict=True):
                old.lerp_(new, 1 - keep)
        mean = loss.item() if mean is None else 0.99 * mean + 0.01 * loss.item()
        step += 1
        if step % 500 == 0:
            _, scores = best_thresholds(told(mean_model, check))
            torch.save(mean_model.state_dict(), options.out)
            text = ", ".join(f"{n} {f:.3f}" for n, f in zip(INSTRUMENTS, scores, strict=True))
            print(f"step {step}, {time.time() - began:.0f} s: {mean:.4f}; {text}", flush=True)
    torch.save(mean_model.state_dict(), options.out)
    thresholds, scores = best_thresholds(told(mean_model, check))
    print(
        dict(zip(INSTRUMENTS, zip(thresholds.round(2), scores.round(3), strict=True), strict=True))
    )
    weights = {name: tensor.half().contiguous() for name, tensor in mean_model.state_dict().items()}
    weights["thresholds"] = torch.from_numpy(thresholds).half()
    save_file(weights, options.out.with_suffix(".safetensors"))


if __name__ == "__main__":
    main()
