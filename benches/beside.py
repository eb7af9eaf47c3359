"""Processes in turn on the same files: wall seconds, CPU seconds and peak memory; the best round of each counts."""

import json
import resource
import subprocess
import time
from pathlib import Path

LAMSACH = Path(__file__).resolve().parent.parent / "target/release/lamsach"


def measured(command):
    """Wall seconds, CPU seconds and peak MiB of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    output = subprocess.run(["/usr/bin/env", "python3", "-c", WRAPPER, *map(str, command)],
                            check=True, capture_output=True, text=True).stdout
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, json.loads(output.splitlines()[-1])


WRAPPER = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(json.dumps(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10))
"""


def in_turn(commands, rounds):
    """Runs the named commands in turn and prints each round; the best of each, by wall time."""
    best = {}
    for _ in range(rounds):
        for name, command in commands.items():
            found = measured(command)
            print(f"{name:8} {found[0]:6.2f} s wall {found[1]:6.2f} s cpu {found[2]:6} MiB", flush=True)
            best[name] = min(best.get(name, found), found)
    for peer in best.keys() - {"lamsach"}:
        ratio = best[peer][0] / best["lamsach"][0]
        print(f"best     lamsach {best['lamsach'][0]:.2f} s, {peer} {best[peer][0]:.2f} s: "
              f"{peer} takes {ratio:.2f} times as long")


def duckdb(statements):
    """The command that runs statements in DuckDB with two threads."""
    lines = ["import duckdb", "c = duckdb.connect()", "c.execute('set threads=2')"]
    lines += [f"c.execute({statement!r})" for statement in statements]
    return ["python3", "-c", "\n".join(lines)]
