"""Trains the network that tells notes on songs that `render.py` made.

    python train.py SONGS OUT.safetensors --minutes 10

writes the weights in float16: models/trained/notes.safetensors is one. Onsets are learned a
little wide, so that they have a peak; a note sounds until its key is let go.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from network import CONTEXT, NoteConvolutions
from safetensors.torch import load_file, save_file
from torch import nn

FPS = 22050 / 256


def target(notes: np.ndarray, frames: int) -> np.ndarray:
    """[frame][pitch][onset, sounding, end]; onsets and ends are triangles of two frames to either
    side.
    """
    truth = np.zeros((frames, 88, 3), np.float32)
    for start, end, pitch in notes:
        bin_ = round(pitch) - 21
        for place, seconds in ((0, start), (2, end)):
            centre = seconds * FPS
            for frame in range(max(int(centre) - 2, 0), min(int(centre) + 4, frames)):
                value = max(0.0, 1 - abs(frame - centre) / 2.5)
                truth[frame, bin_, place] = max(truth[frame, bin_, place], value)
        first = round(start * FPS)
        truth[first : max(round(end * FPS), first + 1), bin_, 1] = 1
    return truth


class Songs:
    def __init__(self, paths):
        self.items = []
        for path in paths:
            with np.load(path) as data:
                self.items.append((data["heard"], target(data["notes"], len(data["heard"]))))

    def batch(self, indices, rng, frames):
        heard, truth = [], []
        for index in indices:
            whole, notes = self.items[index]
            start = rng.integers(0, max(len(whole) - frames, 0) + 1)
            part = whole[start : start + frames].astype(np.float32)
            short = ((0, frames - len(part)), (0, 0), (0, 0))
            heard.append(np.pad(part, short))
            truth.append(np.pad(notes[start : start + frames], short))
        return torch.from_numpy(np.stack(heard)), torch.from_numpy(np.stack(truth))


def loss_of(model, batch):
    heard, truth = batch
    logits = model(heard)[:, CONTEXT:-CONTEXT]
    each = nn.functional.binary_cross_entropy_with_logits(
        logits, truth[:, CONTEXT:-CONTEXT], reduction="none"
    )
    return (each * torch.tensor([2.0, 1.0, 1.0])).mean()


def begin_with(model, weights):
    """Takes what fits: layers and outputs that are new stay as they are."""
    own = model.state_dict()
    for name, tensor in weights.items():
        part = tuple(slice(0, size) for size in tensor.shape)
        own[name][part] = tensor.float()
    if "farthest.weight" not in weights:
        own["farthest.weight"] *= 0.1
    model.load_state_dict(own)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("songs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--start", type=Path, help="weights to begin with")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--frames", type=int, default=448)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    paths = sorted(p for p in options.songs.glob("*.npz") if "part" not in p.name)
    held, kept = Songs(paths[::20]), Songs([p for i, p in enumerate(paths) if i % 20])
    model = NoteConvolutions()
    if options.start:
        begin_with(model, load_file(options.start))
    print(f"{len(kept.items)} songs, {sum(p.numel() for p in model.parameters())} parameters")
    smooth = NoteConvolutions()
    smooth.load_state_dict(model.state_dict())
    kept_weights = smooth.state_dict()
    optimiser = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=1e-3)
    began, end, step, mean = time.time(), options.minutes * 60, 0, None
    while time.time() - began < end:
        share = (time.time() - began) / end
        for group in optimiser.param_groups:
            group["lr"] = 4e-3 * min(1, (step + 1) / 50) * 0.5 * (1 + np.cos(np.pi * share))
        loss = loss_of(
            model, kept.batch(rng.integers(len(kept.items), size=4), rng, options.frames)
        )
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        with torch.no_grad():  # what is kept is the mean of the last few hundred steps
            for name, tensor in model.state_dict().items():
                kept_weights[name].lerp_(tensor, 0.005)
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        step += 1
        if step % 100 == 0:
            with torch.no_grad():
                fixed = np.random.default_rng(2)
                scores = [
                    loss_of(smooth, held.batch([i], fixed, 1000)).item()
                    for i in range(len(held.items))
                ]
            print(
                f"step {step}, {time.time() - began:.0f} s: {mean:.5f}, "
                f"held out {np.mean(scores):.5f}",
                flush=True,
            )
            weights = {name: tensor.half() for name, tensor in kept_weights.items()}
            save_file(weights, options.out)


if __name__ == "__main__":
    main()
