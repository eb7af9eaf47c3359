"""Processes in turn on the same files: wall seconds, CPU seconds and peak memory; the best round of each counts."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

LAMSACH = Path(__file__).resolve().parent.parent / "target/release/lamsach"


def measured(command, fresh=()):
    """Wall seconds, CPU seconds and peak MiB of a process, without the program that measures it. What stands at `fresh`
    is removed before, so that nobody's time is spent on what an earlier round left."""
    for path in fresh:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    output = subprocess.run([sys.executable, "-c", WRAPPER, *map(str, command)],
                            check=True, capture_output=True, text=True).stdout
    return tuple(json.loads(output.splitlines()[-1]))


WRAPPER = """
import json, resource, subprocess, sys, time
begun = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
wall = time.monotonic() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss >> 10]))
"""


def in_turn(commands, rounds, fresh=()):
    """Runs the named commands in turn and prints each round; the best of each, by wall time."""
    best = {}
    for _ in range(rounds):
        for name, command in commands.items():
            found = measured(command, fresh)
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
