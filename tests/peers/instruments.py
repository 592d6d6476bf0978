"""Compares readings of axo with straightforward numpy and PyTorch from the same formulas on the same arrays: the
relative difference, and the times beside each other."""
import argparse
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch

MOST = 1e-4  # relative difference
EXAMPLES = 128


def load(path):
    """Tensors and metadata of a safetensors file."""
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = file.read()
    kinds = {"F32": np.float32, "I32": np.int32, "F64": np.float64, "I64": np.int64}
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[begin:end], kinds[entry["dtype"]]).reshape(entry["shape"])
    return tensors, header.get("__metadata__", {})


class Network:
    """The chain of linear maps and activations that a document describes, in torch."""

    ACTIVATIONS = {"relu(x)": torch.relu, "tanh(x)": torch.tanh, "gelu(x)": torch.nn.functional.gelu}

    def __init__(self, tensors, metadata):
        document = json.loads(metadata["document"])
        blocks = {block["id"]: block for block in document["blocks"]}
        follows = {source.split(".")[0]: target.split(".")[0] for source, target in document["wires"] if source != "data.y"}
        self.names, self.layers, at = [], [], "data"
        while at in follows:
            at = follows[at]
            block = blocks[at]
            if block["kind"] == "linear":
                parts = [name for name in (f"{at}.weight", f"{at}.bias") if f"parameter/{name}" in tensors]
                self.layers.append(parts)
                self.names += parts
            elif block["kind"] == "activation":
                self.layers.append(self.ACTIVATIONS[block.get("settings", {}).get("formula", "relu(x)")])
        self.parameters = [torch.tensor(tensors[f"parameter/{name}"].astype(np.float64)) for name in self.names]

    def __call__(self, parameters, x):
        values = dict(zip(self.names, parameters))
        for layer in self.layers:
            if isinstance(layer, list):
                x = x @ values[layer[0]].reshape(x.shape[-1], -1)
                if len(layer) > 1:
                    x = x + values[layer[1]]
            else:
                x = layer(x)
        return x


def cka(tensors, _, wires):
    kernels = []
    for wire in wires:
        x = tensors[f"wire/{wire}"].astype(np.float64)
        x = x.reshape(len(x), -1)
        k = x @ x.T
        k = k - k.mean(0)[None] - k.mean(1)[:, None] + k.mean()
        kernels.append(k / np.linalg.norm(k))
    return np.array([[np.sum(a * b) for b in kernels] for a in kernels])


def debiased_cka(tensors, _, wires):
    kernels = []
    for wire in wires:
        x = tensors[f"wire/{wire}"].astype(np.float64)
        x = x.reshape(len(x), -1)
        n = len(x)
        k = x @ x.T
        np.fill_diagonal(k, 0)
        m = k.sum(0) / (n - 2)
        m -= m.sum() / (2 * (n - 1))
        k = k - m[None] - m[:, None]
        np.fill_diagonal(k, 0)
        kernels.append(k / np.linalg.norm(k))
    return np.array([[np.sum(a * b) for b in kernels] for a in kernels])


def effective_rank(tensors, _, wires):
    ranks = []
    for wire in wires:
        x = tensors[f"wire/{wire}"].astype(np.float64)
        s = np.linalg.svd(x.reshape(len(x), -1), compute_uv=False)
        s = np.concatenate([s, np.zeros(len(x) - len(s))])
        p = s / s.sum() + 1e-7
        ranks.append(np.exp(-(p * np.log(p)).sum()))
    return np.array(ranks)


def participation_ratio(tensors, _, wires):
    ratios = []
    for wire in wires:
        x = tensors[f"wire/{wire}"].astype(np.float64)
        x = x.reshape(len(x), -1)
        eigenvalues = np.linalg.eigvalsh(x @ x.T)
        ratios.append(eigenvalues.sum() ** 2 / (eigenvalues**2).sum())
    return np.array(ratios)


def neural_collapse(tensors, network, wires):
    x, y = torch.tensor(tensors["x/training"].astype(np.float64)), tensors["y/training"]
    x = x.reshape(len(x), -1)
    features = x
    values = dict(zip(network.names, network.parameters))
    for layer in network.layers[:-1]:
        features = features @ values[layer[0]].reshape(features.shape[-1], -1) + values[layer[1]] if isinstance(layer, list) else layer(features)
    logits = network(network.parameters, x).numpy()
    h = features.numpy()
    classes = logits.shape[1]
    mean = h.mean(0)
    means = np.stack([h[y == c].mean(0) for c in range(classes)])
    within = sum((h[y == c] - means[c]).T @ (h[y == c] - means[c]) for c in range(classes)) / len(h)
    m = (means - mean).T
    between = m @ m.T / classes
    u, s, _ = np.linalg.svd(between)
    inverse = u[:, : classes - 1] @ np.diag(1 / s[: classes - 1]) @ u[:, : classes - 1].T
    nc1 = np.trace(within @ inverse)
    norms = np.linalg.norm(m, axis=0)
    cosines = (m / norms).T @ (m / norms)
    beside = ~np.eye(classes, dtype=bool)
    w = values[network.layers[-1][0]].numpy()
    nc3 = np.linalg.norm(w / np.linalg.norm(w) - m / np.linalg.norm(m)) ** 2
    nearest = ((h[:, None] - means[None]) ** 2).sum(-1).argmin(1)
    return np.array([nc1, nc1 / classes, norms.std() / norms.mean(), np.abs(cosines[beside] + 1 / (classes - 1)).mean(), nc3,
                     (nearest != logits.argmax(1)).mean()])


def tangent_kernel(tensors, network, wires):
    x = torch.tensor(tensors["x/training"].astype(np.float32))
    x = x.reshape(len(x), -1)
    parameters = tuple(p.float() for p in network.parameters)
    kernel = torch.zeros(len(x), len(x), dtype=torch.float64)
    for output in range(network(parameters, x[:1]).shape[1]):
        rows = []
        for example in x:
            leaves = [p.detach().requires_grad_() for p in parameters]
            gradients = torch.autograd.grad(network(leaves, example[None])[0, output], leaves)
            rows.append(torch.cat([g.flatten() for g in gradients]))
        rows = torch.stack(rows).double()
        kernel += rows @ rows.T
    return (kernel / network(parameters, x[:1]).shape[1]).numpy()


def hessian_top(tensors, network, wires):
    x = torch.tensor(tensors["x/training"].astype(np.float32))
    x = x.reshape(len(x), -1)
    y = torch.tensor(tensors["y/training"].astype(np.int64))
    leaves = [p.float().requires_grad_() for p in network.parameters]
    gradients = torch.autograd.grad(torch.nn.functional.cross_entropy(network(leaves, x), y), leaves, create_graph=True)
    torch.manual_seed(0)
    v = [torch.randn_like(p) for p in leaves]
    value = 0.0
    for iteration in range(2000):
        length = torch.sqrt(sum((a.double() ** 2).sum() for a in v)).float()
        v = [a / length for a in v]
        hv = torch.autograd.grad(gradients, leaves, v, retain_graph=True)
        before, value = value, sum((a.double() * b.double()).sum() for a, b in zip(v, hv)).item()
        v = hv
        if iteration and abs(value - before) < 1e-7 * abs(value):
            break
    return np.array([value])


def series(name):
    def read(result):
        return np.array(next(line["y"] for line in result["lines"] if line["name"] == name), dtype=np.float64)

    return read


def matrix(result):
    return np.array(result["values"], dtype=np.float64).reshape(result["rows"], result["columns"])


def column(index, rows=slice(None)):
    return lambda result: np.array([float(row[index]) for row in result["rows"][rows]])


CASES = [
    ("CKA, 128 examples", "cka", {"examples": EXAMPLES}, matrix, cka),
    ("CKA, debiased", "cka", {"examples": EXAMPLES, "form": "debiased"}, matrix, debiased_cka),
    ("effective rank", "gram_depth", {"examples": EXAMPLES, "measure": "effective_rank"}, series("effective_rank"), effective_rank),
    ("participation ratio", "gram_depth", {"examples": EXAMPLES, "measure": "participation_ratio"}, series("participation_ratio"), participation_ratio),
    ("neural collapse", "neural_collapse", {"examples": EXAMPLES}, column(1), neural_collapse),
    ("tangent kernel", "ntk", {"examples": 48}, matrix, tangent_kernel),
    ("Hessian, top eigenvalue", "hessian", {"examples": EXAMPLES, "iterations": 2000, "tolerance": 1e-7}, column(1, slice(0, 1)), hessian_top),
]


def axo(program, preset, steps, instrument, settings, arrays):
    command = [program, "measure", preset, "--steps", str(steps), "--instrument", instrument, "--json", "--time", "--export", arrays]
    for name, value in settings.items():
        command += ["--set", f"{name}={value}"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{' '.join(command)} failed: {run.stderr.strip()}")
    return json.loads(run.stdout.splitlines()[-1])["result"]


def timed(work, seconds=1.0):
    result, times, end = work(), [], time.perf_counter() + seconds
    while not times or (time.perf_counter() < end and len(times) < 50):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return result, statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--axo", required=True)
    parser.add_argument("--preset", default="digits-mlp")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("case", nargs="*", help="only those whose name contains one of these")
    options = parser.parse_args()
    worst = 0.0
    print(f"{options.preset} after {options.steps} steps{'':8}difference        axo      numpy, torch   ratio")
    with tempfile.TemporaryDirectory() as folder:
        for name, instrument, settings, read, definition in CASES:
            if options.case and not any(part in name for part in options.case):
                continue
            arrays = os.path.join(folder, "arrays.safetensors")
            result = axo(options.axo, options.preset, options.steps, instrument, settings, arrays)
            tensors, metadata = load(arrays)
            network = Network(tensors, metadata)
            wires = result.get("x_names") or result.get("row_names") or []
            expected, seconds = timed(lambda: definition(tensors, network, wires))
            got = read(result)
            difference = np.linalg.norm(got - expected) / np.linalg.norm(expected)
            worst = max(worst, difference)
            own = result["seconds"]
            print(f"{name:28} {difference:14.1e} {own * 1e3:10.2f} ms {seconds * 1e3:11.2f} ms {own / seconds:7.2f}")
    if not worst <= MOST:
        sys.exit(f"a reading differs by {worst:.1e}, more than {MOST:.0e}")


if __name__ == "__main__":
    main()
