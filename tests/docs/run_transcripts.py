#!/usr/bin/env python3
"""Replays every transcript of a document and compares what is shown.

run_transcripts.py --build-dir DIR DOCUMENT.md
"""

import argparse
import pathlib
import sys

import transcript


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build-dir", required=True)
    parser.add_argument("document", type=pathlib.Path)
    options = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parents[2]
    try:
        run, unrun = transcript.run_document(
            options.document.read_text(), root,
            str(pathlib.Path(options.build_dir).resolve()))
    except transcript.Failure as failure:
        print(f"{options.document}:{failure.line}: {failure}")
        return 1
    print(f"{options.document}: {run} transcripts as written, "
          f"{unrun} not run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
