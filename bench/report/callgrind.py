"""Instructions per request, counted by valgrind: the figure that is the same
on a quiet machine and on a busy one.

A server is run twice under `valgrind --tool=callgrind`, with few and with
many requests from one client; the difference is what the requests cost, start
and stop left out. Instructions of the kernel are not in it.
"""

import re
import shutil
import signal
import subprocess
import tempfile

FEW, MANY = 500, 2500
PATIENCE_S = 120


class Failed(Exception):
    pass


def available():
    return shutil.which("valgrind") is not None


def _collected(server, generator, protocol, reads, requests):
    """Instructions of one whole run of the server."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            ["valgrind", "--tool=callgrind",
             f"--callgrind-out-file={folder}/out", server, "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            serving = re.fullmatch(r"Serving \S+:(\d+)\n",
                                   process.stdout.readline())
            if not serving:
                raise Failed(f"{server} did not start under valgrind: "
                             + process.stderr.read())
            load = subprocess.run(
                [generator, "--port", serving.group(1), "--protocol", protocol,
                 "--requests", str(requests), "--reads", str(reads),
                 "--keys", "100"],
                capture_output=True, text=True, timeout=PATIENCE_S,
                check=False)
            if load.returncode != 0:
                raise Failed(load.stderr)
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=PATIENCE_S)[1]
        finally:
            process.kill()
            process.wait()
    count = re.search(r"Collected : (\d+)", said)
    if not count:
        raise Failed("valgrind gave no count: " + said)
    return int(count.group(1))


def instructions_per_request(server, generator, protocol):
    """{"GET": n, "SET": n}."""
    counts = {}
    for command, reads in (("GET", 1), ("SET", 0)):
        few = _collected(server, generator, protocol, reads, FEW)
        many = _collected(server, generator, protocol, reads, MANY)
        counts[command] = round((many - few) / (MANY - FEW))
    return counts
