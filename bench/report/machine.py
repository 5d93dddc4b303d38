"""What a result file says about the machine and the programs that ran."""

import datetime
import os
import platform
import re
import shutil
import subprocess


def _output(*command, cwd=None):
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True,
                              timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout + done.stderr).strip() if done.returncode == 0 else ""


def _field(path, name):
    try:
        with open(path, encoding="utf-8") as file:
            match = re.search(rf"^{name}\s*:\s*(.*)$", file.read(), re.M)
            return match.group(1).strip() if match else ""
    except OSError:
        return ""


def _processor():
    name = _field("/proc/cpuinfo", "model name") or platform.machine()
    virtual = "hypervisor" in _field("/proc/cpuinfo", "flags").split()
    return name + (" (virtual machine)" if virtual else "")


def _commit(root):
    commit = _output("git", "rev-parse", "--short=12", "HEAD", cwd=root)
    if not commit:
        return "unknown"
    changed = _output("git", "status", "--porcelain", "--untracked-files=no",
                      "--", "common", "steps", "bench", cwd=root)
    return commit + ("+changes" if changed else "")


def _version(*command):
    """The first number with a dot in what a program says of itself."""
    if not shutil.which(command[0]):
        return None
    match = re.search(r"\d+\.\d+(\.\d+)?", _output(*command))
    return match.group(0) if match else "unknown"


def describe(root):
    memory = _field("/proc/meminfo", "MemTotal").split()
    versions = {
        "redis-server": _version("redis-server", "--version"),
        "memcached": _version("memcached", "-V"),
        "go": _version("go", "version"),
    }
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime(
            "%Y-%m-%d %H:%M UTC"),
        "commit": _commit(root),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory[0]) / 2**20) if memory else None,
        "kernel": platform.release(),
        "versions": {name: version for name, version in versions.items()
                     if version},
    }
