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


# Blocks that no preset has, or not like this: data -> block -> flatten -> linear -> loss.
BLOCKS = {
    "activation": {"formula": "x*sigmoid(a*x) + leaky_relu(x, 0.1) + hard_swish(x)", "learned": "a = 1.5"},
    "attention": {"over": "row", "channel": "column", "heads": 2, "causal": True},
    "average_pool": {"kernel": 3, "stride": 2},
    "batch_norm": {"keep": "row"},
    "class_token": {"over": "row", "to": "column"},
    "conv2d": {"padding": "2", "dilation": 2, "stride": 2},
    "conv_transposed2d": {"kernel": 3},
    "identity_stage": {"to": "channel: 8", "count": 4},
    "layer_norm": {"over": "row, column", "eps": 0.1},
    "linear": {"from": "column", "to": "column: 5"},
    "linear_recurrence": {"over": "row", "keep": "column", "reverse": True},
    "lstm_cell": {"to": "channel: 6"},
    "mixer_block": {"token": "row", "channel": "column"},
    "pad": {"axis": "row", "before": 2, "after": -1, "interior": 1},
    "patches": {"size": 4, "to": "channel: 8"},
    "recurrence": {"of": "gru_cell(to = [channel: 6])", "over": "row", "reverse": True},
    "repeat": {"of": "mlp(row, expansion = 2)", "count": 3},
    "rms_norm": {"over": "row"},
    "shift": {"along": "row"},
    "sinusoid": {"over": "row", "to": "column"},
    "sort": {"over": "row", "descending": True},
    "slice": {"axis": "row", "start": 1, "length": 3, "step": 2},
    "split_axis": {"axis": "row", "into": "patch: 4, row"},
    "window": {"over": "row", "kernel": 3, "dilation": 2, "padding": "same"},
}


def around(kind, settings):
    """A document with one block of the kind."""
    out = "h" if kind == "lstm_cell" else "y"
    return {"axo": 1, "title": kind, "data": {"name": "digits", "normalise": "unit"}, "train": {"batch": 32},
            "blocks": [{"id": "data", "kind": "data"}, {"id": "b", "kind": kind, "settings": settings}, {"id": "flat", "kind": "flatten"},
                       {"id": "out", "kind": "linear", "settings": {"to": "class: classes"}}, {"id": "loss", "kind": "cross_entropy"}],
            "wires": [["data.x", "b.x"], [f"b.{out}", "flat.x"], ["flat.y", "out.x"], ["out.y", "loss.logits"], ["data.y", "loss.target"]]}


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
    parser.add_argument("preset", nargs="*", help="none: all, and a small network around each of some blocks")
    parser.add_argument("--axo", required=True, help="the program")
    parser.add_argument("--tolerance", type=float, default=1e-5, help="largest relative difference")
    options = parser.parse_args()
    presets = options.preset
    if not presets:
        listed = subprocess.run([options.axo, "list", "presets", "--json"], capture_output=True, text=True, check=True).stdout
        presets = [json.loads(line)["name"] for line in listed.splitlines()]

        presets += BLOCKS

    failed = False
    print(f"{'preset':26} {'output':>9} {'loss':>9}   relative differences")
    for preset in presets:
        with tempfile.TemporaryDirectory() as folder:
            document = preset
            if preset in BLOCKS:
                document = os.path.join(folder, preset + ".axo")
                with open(document, "w") as file:
                    json.dump(around(preset, BLOCKS[preset]), file)
            try:
                differences = compare(options.axo, document, folder)
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
