#!/usr/bin/env python3
"""Runs a client's test against a server of its own.

with_server.py SERVER COMMAND...

Starts SERVER on a free port, runs COMMAND with the port in the environment as
STEPKV_PORT, and stops the server. Fails when the command fails, and when the
server has died, complains on stderr or does not end with 0 at SIGTERM.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile

PATIENCE_SECONDS = 60


def main():
    server_path, *command = sys.argv[1:]
    with tempfile.TemporaryFile("w+") as errors:
        server = subprocess.Popen([server_path, "--port", "0"], text=True,
                                  stdout=subprocess.PIPE, stderr=errors)
        try:
            failed = run_against(server, command)
        finally:
            if server.poll() is None:
                server.kill()
                server.wait()
        errors.seek(0)
        complaint = errors.read()
    if complaint:
        print(f"{server_path} wrote on stderr:\n{complaint}")
    return 1 if failed or complaint else 0


def run_against(server, command):
    line = server.stdout.readline()
    serving = re.fullmatch(r"Serving 127\.0\.0\.1:(\d+)\n", line)
    if not serving:
        print(f"the server did not start; it said: {line!r}")
        return True
    client = subprocess.run(
        command, env=dict(os.environ, STEPKV_PORT=serving[1]),
        stdin=subprocess.DEVNULL, check=False)
    if client.returncode:
        print(f"{command} ended with {client.returncode}")
    if server.poll() is not None:
        print(f"the server ended before the client, with {server.returncode}")
        return True
    server.send_signal(signal.SIGTERM)
    stopped = server.wait(PATIENCE_SECONDS)
    if stopped:
        print(f"the server ended with {stopped} at SIGTERM")
    return bool(client.returncode or stopped)


if __name__ == "__main__":
    sys.exit(main())
