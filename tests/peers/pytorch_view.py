"""Runs what `axo export --to pytorch` writes with the lab's parameters and examples; outputs and losses must agree."""
import argparse
import importlib.util
import inspect
import json
import os
import subprocess
import sys
import tempfile

import torch

from curves import readSafetensors


def moduleAt(path):
    spec = importlib.util.spec_from_file_location("net", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def difference(ours, theirs):
    """Largest difference, relative to the largest number."""
    if ours.shape != theirs.shape:
        return float("inf")
    return ((ours - theirs).abs().max() / theirs.abs().max().clamp(min=1e-30)).item()


def called(function, x, y):
    """With as many of x and y as it wants."""
    return function(*(x, y)[: len(inspect.signature(function).parameters)])


def compare(axo, preset, folder):
    """Relative differences of the output as in use and of the first loss while training."""
    record, text = os.path.join(folder, "record.safetensors"), os.path.join(folder, "net.py")
    for command in (["train", preset, "--steps", "1", "--record", record], ["export", preset, "--to", "pytorch", "-o", text]):
        run = subprocess.run([axo, *command], capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(run.stderr.strip())
    recorded, _ = readSafetensors(record)
    module = moduleAt(text)
    net = module.Net()
    parameters = {name[len("parameter/"):]: array for name, array in recorded.items() if name.startswith("parameter/")}
    state = module.from_lab(parameters)
    unused = set(parameters) - {module.LAB[key][0] for key in state}
    missing = net.load_state_dict(state, strict=False).missing_keys
    unknown = [key for key in missing if key in dict(net.named_parameters())]
    if unused or unknown:
        raise RuntimeError(f"parameters of the lab that are not in the module: {sorted(unused)}; the other way: {unknown}")
    with torch.no_grad():
        net.eval()
        output = difference(called(net.forward, recorded["output.x"], recorded["output.y"]), recorded["output"])
        net.train()
        loss = difference(net.loss(recorded["x.0"], recorded["y.0"]).reshape(1), recorded["loss"])
    return output, loss


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("preset", nargs="*", help="none: all")
    parser.add_argument("--axo", required=True, help="the program")
    parser.add_argument("--tolerance", type=float, default=1e-5, help="largest relative difference")
    options = parser.parse_args()
    presets = options.preset
    if not presets:
        listed = subprocess.run([options.axo, "list", "presets", "--json"], capture_output=True, text=True, check=True).stdout
        presets = [json.loads(line)["name"] for line in listed.splitlines()]

    failed = False
    print(f"{'preset':26} {'output':>9} {'loss':>9}   relative differences")
    for preset in presets:
        with tempfile.TemporaryDirectory() as folder:
            try:
                differences = compare(options.axo, preset, folder)
            except Exception as error:  # the others are still of interest
                print(f"{preset:26} {error}", flush=True)
                failed = True
                continue
        agrees = max(differences) <= options.tolerance
        failed |= not agrees
        print(f"{preset:26} {differences[0]:9.1e} {differences[1]:9.1e} {'' if agrees else '  DIFFERS'}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
