// ioredis: plain commands, pipelines, binary data, errors.
'use strict';
const assert = require('node:assert');
const { after, before, test } = require('node:test');
const Redis = require('ioredis');

let client;
before(() => {
  client = new Redis(Number(process.env.STEPKV_PORT), '127.0.0.1');
});
after(() => client.quit());

test('strings and counters', async () => {
  assert.equal(await client.flushall(), 'OK');
  assert.equal(await client.set('k', 'v'), 'OK');
  assert.equal(await client.get('k'), 'v');
  assert.equal(await client.get('missing'), null);
  assert.equal(await client.incr('n'), 1);
  assert.equal(await client.incrby('n', 41), 42);
  assert.equal(await client.set('k', 'w', 'NX'), null);
});

test('many keys', async () => {
  assert.equal(await client.mset({ a: '1', b: '2' }), 'OK');
  assert.deepEqual(await client.mget('a', 'x', 'b'), ['1', null, '2']);
  assert.equal(await client.exists('a', 'b', 'x'), 2);
  assert.equal(await client.del('a', 'b', 'x'), 2);
});

test('binary keys and values', async () => {
  const blob = Buffer.from(Array.from({ length: 65536 }, (_, i) => i % 256));
  await client.set(blob.subarray(0, 256), blob);
  assert.deepEqual(await client.getBuffer(blob.subarray(0, 256)), blob);
});

test('errors reject, and the connection lives', async () => {
  await client.set('word', 'abc');
  await assert.rejects(client.incr('word'), /ERR value is not an integer/);
  await assert.rejects(client.call('NOPE'), /ERR unknown command/);
  assert.equal(await client.ping(), 'PONG');
});

test('a pipeline is answered in order, its errors in their place', async () => {
  const pipeline = client.pipeline();
  for (let i = 0; i < 1000; i++) pipeline.set(`k${i}`, i).get(`k${i}`);
  pipeline.incr('word');
  const replies = await pipeline.exec();
  for (let i = 0; i < 1000; i++) {
    assert.deepEqual(replies[2 * i + 1], [null, String(i)]);
  }
  assert.match(replies[2000][0].message, /not an integer/);
});

test('concurrent clients add up', async () => {
  await client.del('n');
  const clients = Array.from({ length: 8 }, () => client.duplicate());
  await Promise.all(clients.map(async (each) => {
    for (let i = 0; i < 100; i++) await each.incr('n');
    await each.quit();
  }));
  assert.equal(await client.get('n'), '800');
});
