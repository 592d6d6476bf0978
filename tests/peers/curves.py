"""Repeats the first steps of an axo run in PyTorch from the same parameters and batches; the losses must agree."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy
import torch
from torch.nn import functional as F

from cases import CharTransformer, Perceptron, SmallCnn, crossEntropy, squaredError

PRESETS = {
    "playground": (lambda: Perceptron([2, 8, 8, 1], torch.tanh), squaredError),
    "digits-mlp": (lambda: Perceptron([64, 128, 10], F.relu), crossEntropy),
    "mnist-mlp": (lambda: Perceptron([784, 256, 128, 10], F.relu), crossEntropy),
    "mlp-512": (lambda: Perceptron([784, 512, 512, 10], F.relu), crossEntropy),
    "mnist-cnn": (SmallCnn, crossEntropy),
    "char-transformer": (CharTransformer, crossEntropy),
}


def readSafetensors(path):
    """Arrays by name, and the metadata: eight bytes of header length, a JSON header, the bytes."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        content = file.read()
    metadata, kinds = header.pop("__metadata__", {}), {"F32": numpy.float32, "I32": numpy.int32}
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        arrays[name] = torch.from_numpy(numpy.frombuffer(content[begin:end], kinds[entry["dtype"]]).reshape(entry["shape"]).copy())
    return arrays, metadata


def optimiserOf(choice, parameters):
    """The optimiser of a document, as torch spells it."""
    settings = choice.get("settings", {})
    decay = settings.get("weight_decay")
    betas = (settings.get("b1", 0.9), settings.get("b2", 0.999))
    name = choice["optimiser"]
    if name == "sgd":
        return torch.optim.SGD(parameters, 1.0, weight_decay=decay or 0)
    if name == "adam":
        return torch.optim.Adam(parameters, 1.0, betas, settings.get("eps", 1e-8), decay or 0)
    if name == "adamw":
        return torch.optim.AdamW(parameters, 1.0, betas, settings.get("eps", 1e-8), 0.01 if decay is None else decay)
    sys.exit(f"no torch optimiser is written down here for {name}")


def curve(preset, recorded, metadata):
    """The losses of the recorded steps, done by torch."""
    make, loss = PRESETS[preset]
    network = make()
    used = set()

    def get(name):
        used.add("parameter/" + name)
        return recorded["parameter/" + name]

    network.load(get)
    unused = {name for name in recorded if name.startswith("parameter/")} - used
    if unused:
        sys.exit(f"{preset}: torch's network has no {', '.join(sorted(unused))}")

    choice = json.loads(metadata["document"])["train"]
    optimiser = optimiserOf(choice, network.parameters())
    losses = []
    for step, rate in enumerate(recorded["rate"].tolist()):
        x, y = recorded[f"x.{step}"], recorded[f"y.{step}"]
        if x.dim() == 4:
            x = x.permute(0, 3, 1, 2)
        elif x.dtype == torch.int32:
            x = x.long()
        y = y.long() if y.dtype == torch.int32 else y
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.zero_grad()
        value = loss(network(x), y)
        value.backward()
        if choice.get("clip", 0) > 0:
            torch.nn.utils.clip_grad_norm_(network.parameters(), choice["clip"])
        optimiser.step()
        losses.append(value.item())
    return torch.tensor(losses)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("preset", nargs="*", help=f"of {', '.join(PRESETS)}; none: all")
    parser.add_argument("--axo", required=True, help="the program")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--tolerance", type=float, default=1e-4, help="largest difference of a loss")
    options = parser.parse_args()

    failed = False
    print(f"{'preset':18} {'first loss':>10} {'last loss':>10} {'largest difference':>19}")
    for preset in options.preset or PRESETS:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "record.safetensors")
            run = subprocess.run([options.axo, "train", preset, "--steps", str(options.steps), "--record", path, "--json"],
                                 capture_output=True, text=True)
            if run.returncode:
                print(f"{preset:18} {run.stderr.strip()}")
                failed = True
                continue
            recorded, metadata = readSafetensors(path)
        ours = recorded["loss"]
        difference = (curve(preset, recorded, metadata) - ours).abs().max().item()
        agrees = difference <= options.tolerance
        failed |= not agrees
        print(f"{preset:18} {ours[0].item():10.6f} {ours[-1].item():10.6f} {difference:19.2e} {'' if agrees else '  DIFFERS'}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
