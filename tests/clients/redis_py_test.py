"""redis-py: plain commands, pipelines, errors, binary data, many threads."""

import os
import threading
import unittest

import redis


def connect(**options):
    return redis.Redis(port=int(os.environ["STEPKV_PORT"]), socket_timeout=60,
                       **options)


class RedisPy(unittest.TestCase):
    def setUp(self):
        self.client = connect()
        self.addCleanup(self.client.close)
        self.client.flushall()

    def test_strings(self):
        self.assertTrue(self.client.ping())
        self.assertTrue(self.client.set("k", "v"))
        self.assertEqual(self.client.get("k"), b"v")
        self.assertIsNone(self.client.get("missing"))
        self.assertEqual(self.client.append("k", "w"), 2)
        self.assertEqual(self.client.strlen("k"), 2)
        self.assertEqual(self.client.echo("hi"), b"hi")

    def test_conditional_sets(self):
        self.assertTrue(self.client.set("k", "1", nx=True))
        self.assertIsNone(self.client.set("k", "2", nx=True))
        self.assertEqual(self.client.set("k", "3", xx=True, get=True), b"1")
        self.assertFalse(self.client.setnx("k", "4"))
        self.assertEqual(self.client.getset("k", "5"), b"3")
        self.assertEqual(self.client.getdel("k"), b"5")

    def test_counters(self):
        self.assertEqual(self.client.incr("n"), 1)
        self.assertEqual(self.client.incr("n", 41), 42)
        self.assertEqual(self.client.decr("n", 2), 40)

    def test_many_keys(self):
        self.assertTrue(self.client.mset({"a": 1, "b": 2}))
        self.assertEqual(self.client.mget("a", "x", "b"), [b"1", None, b"2"])
        self.assertFalse(self.client.msetnx({"b": 3, "c": 4}))
        self.assertEqual(self.client.exists("a", "b", "c"), 2)
        self.assertEqual(self.client.delete("a", "c"), 1)
        self.assertEqual(self.client.dbsize(), 1)

    def test_binary_keys_and_values(self):
        blob = bytes(range(256)) * 400
        self.client.set(blob[:256], blob)
        self.assertEqual(self.client.get(blob[:256]), blob)

    def test_errors_are_exceptions(self):
        self.client.set("word", "abc")
        with self.assertRaisesRegex(redis.ResponseError, "not an integer"):
            self.client.incr("word")
        with self.assertRaisesRegex(redis.ResponseError, "unknown command"):
            self.client.execute_command("NOPE")
        self.assertEqual(self.client.get("word"), b"abc")

    def test_pipeline_of_many(self):
        pipe = self.client.pipeline(transaction=False)
        for number in range(1000):
            pipe.set(f"k{number}", number).get(f"k{number}")
        replies = pipe.execute()
        self.assertEqual(replies[1::2],
                         [b"%d" % number for number in range(1000)])

    def test_pipeline_with_an_error_in_it(self):
        pipe = self.client.pipeline(transaction=False)
        pipe.set("k", "abc").incr("k").get("k")
        first, second, third = pipe.execute(raise_on_error=False)
        self.assertTrue(first)
        self.assertIsInstance(second, redis.ResponseError)
        self.assertEqual(third, b"abc")

    def test_connection_options(self):
        client = connect(client_name="test", db=0, decode_responses=True)
        self.addCleanup(client.close)
        self.assertEqual(client.client_getname(), "test")
        self.assertIsInstance(client.client_id(), int)
        self.assertIn("redis_version", client.info())

    def test_increments_of_many_threads_add_up(self):
        def increment():
            with connect() as client:
                for _ in range(200):
                    client.incr("n")

        threads = [threading.Thread(target=increment) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.client.get("n"), b"1600")


if __name__ == "__main__":
    unittest.main()
