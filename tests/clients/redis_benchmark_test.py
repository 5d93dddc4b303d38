"""redis-benchmark ends, has counted every request, and shows no error."""

import os
import re
import subprocess
import unittest

PORT = os.environ["STEPKV_PORT"]
TESTS = {"ping": ["PING_INLINE", "PING_MBULK"], "set": ["SET"],
         "get": ["GET"], "incr": ["INCR"], "mset": ["MSET (10 keys)"]}


class Benchmark(unittest.TestCase):
    def measures(self, *options):
        done = subprocess.run(
            ["redis-benchmark", "-p", PORT, "-t", ",".join(TESTS), "--csv",
             *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotRegex(done.stdout, re.compile("error|warn", re.I))
        measured = re.findall(r'^"([A-Z].*?)","[\d.]+",', done.stdout, re.M)
        self.assertEqual(measured, sum(TESTS.values(), []), done.stdout)

    def test_one_request_at_a_time(self):
        self.measures("-n", "2000", "-c", "20")

    def test_pipelined(self):
        self.measures("-n", "8000", "-c", "20", "-P", "16")

    def test_random_keys_and_large_values(self):
        self.measures("-n", "1000", "-c", "5", "-r", "100", "-d", "20000")

    def test_resp3(self):
        self.measures("-n", "1000", "-c", "5", "-3")


if __name__ == "__main__":
    unittest.main()
