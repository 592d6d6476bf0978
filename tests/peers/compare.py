"""Times axo and PyTorch (and a loop written by hand) on the same work, taking turns, and reports medians and ratios."""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

import torch

from cases import CASES

HANDLOOP_BATCHES = (10, 30, 200, 500)
HANDLOOP_GOAL = 3.0


def microsecondsPerStep(steps, count, seconds):
    """Median over the repeats that fit into the time; `steps` does `count` steps a call."""
    steps()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        begin = time.perf_counter()
        steps()
        times.append((time.perf_counter() - begin) / count * 1e6)
    return statistics.median(times)


class Torch:
    """Every variant of a case, ready to run; the best of them counts."""

    def __init__(self, case, batches):
        self.ready = {}
        for threads, lean, traced in case.variants():
            steps = case.steps(threads, lean, traced, batches)
            for _ in range(3 if traced else 1):  # the tracing executor specialises in the first runs
                steps()
            name = f"{threads} thread{'s' * (threads > 1)}, {'lean' if lean else 'optimiser'}, {'traced' if traced else 'eager'}"
            self.ready[name] = (threads, steps, len(batches))
        self.times = {name: [] for name in self.ready}

    def measure(self, seconds):
        for name, (threads, steps, count) in self.ready.items():
            torch.set_num_threads(threads)
            self.times[name].append(microsecondsPerStep(steps, count, seconds))

    def best(self):
        return min(self.times, key=lambda name: statistics.median(self.times[name]))


def axo(program, case):
    """Median microseconds a step of one `axo bench` case, or None where axo has no such case."""
    run = subprocess.run([program, "bench", "--filter", case, "--json"], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"axo bench --filter {case} failed: {run.stderr.strip()}")
    for line in run.stdout.splitlines():
        row = json.loads(line)
        if row.get("name") == case:
            return row["median_us"]
    return None


def handloop(program, batch):
    run = subprocess.run([program, str(batch)], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)["median_us"]


def row(name, peer, variant, axoTimes, peerTimes, goal):
    ratios = [p / a for a, p in zip(axoTimes, peerTimes)]
    return {"case": name, "peer": peer, "variant": variant, "axo_us": statistics.median(axoTimes),
            "peer_us": statistics.median(peerTimes), "ratio": statistics.median(ratios), "ratio_low": min(ratios),
            "ratio_high": max(ratios), "goal": goal, "rounds": len(ratios), "axo_all": axoTimes, "peer_all": peerTimes}


def compareTorch(name, options):
    case = CASES[name]
    batches = case.batches(4 if name == "char-transformer" else 16)
    peer, own = Torch(case, batches), []
    for _ in range(options.rounds):
        own.append(axo(options.axo, name) if options.axo else float("nan"))
        peer.measure(options.seconds)
    best = peer.best()
    if None in own:
        print(f"axo bench has no case {name}", file=sys.stderr)
        own = [float("nan")] * len(own)
    return row(name, "PyTorch", best, own, peer.times[best], case.goal)


def compareHandloop(batch, options):
    name = "playground-500" if batch == 500 else f"playground-batch-{batch}"
    own, peer = [], []
    for _ in range(options.rounds):
        peer.append(handloop(options.handloop, batch))
        own.append(axo(options.axo, name) if options.axo else None)
    if None in own:
        own = [float("nan")] * len(own)
    return row(name, "written by hand", "g++ -O3 -march=native", own, peer, 1 / HANDLOOP_GOAL)


def machine():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    return {"processor": model, "cores": os.cpu_count(), "torch": torch.__version__, "python": platform.python_version(),
            "mkldnn": torch.backends.mkldnn.is_available(), "openblas_coretype": os.environ.get("OPENBLAS_CORETYPE", ""),
            "compiler": subprocess.run(["g++", "--version"], capture_output=True, text=True).stdout.splitlines()[0],
            "load": os.getloadavg()[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", nargs="*", help=f"of {', '.join(CASES)}, handloop; none: all")
    parser.add_argument("--axo", help="the program; none: only the peers are measured")
    parser.add_argument("--handloop", help="the compiled tests/peers/handloop.cpp")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each")
    parser.add_argument("--seconds", type=float, default=0.5, help="a turn of one torch variant")
    parser.add_argument("--json", help="file for everything that was measured")
    options = parser.parse_args()
    wanted = options.case or [*CASES, "handloop"]
    for name in wanted:
        if name not in CASES and name != "handloop":
            parser.error(f"there is no case {name}; there are {', '.join(CASES)}, handloop")

    rows = []
    print(f"{'case':22} {'axo us':>10} {'peer us':>10} {'ratio':>8} {'(low..high)':>16} {'goal':>6}  peer")
    for name in wanted:
        for result in [compareHandloop(b, options) for b in HANDLOOP_BATCHES] if name == "handloop" else [compareTorch(name, options)]:
            rows.append(result)
            spread = f"({result['ratio_low']:.2f}..{result['ratio_high']:.2f})"
            print(f"{result['case']:22} {result['axo_us']:10.2f} {result['peer_us']:10.2f} {result['ratio']:8.2f} {spread:>16} "
                  f"{result['goal']:6.2f}  {result['peer']}: {result['variant']}", flush=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"machine": machine(), "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
