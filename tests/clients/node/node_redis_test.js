// node-redis: it speaks RESP3 from its first word.
'use strict';
const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { createClient, RESP_TYPES } = require('redis');

const url = `redis://127.0.0.1:${process.env.STEPKV_PORT}`;
let client;
before(async () => {
  client = createClient({ url });
  client.on('error', (error) => { throw error; });
  await client.connect();
});
after(() => client.close());

test('strings and counters', async () => {
  assert.equal(await client.flushAll(), 'OK');
  assert.equal(await client.set('k', 'v'), 'OK');
  assert.equal(await client.get('k'), 'v');
  assert.equal(await client.get('missing'), null);
  assert.equal(await client.incr('n'), 1);
  assert.equal(await client.incrBy('n', 41), 42);
  assert.equal(await client.set('k', 'w', { condition: 'NX' }), null);
  assert.equal(await client.getDel('k'), 'v');
});

test('many keys', async () => {
  assert.equal(await client.mSet({ a: '1', b: '2' }), 'OK');
  assert.deepEqual(await client.mGet(['a', 'x', 'b']), ['1', null, '2']);
  assert.equal(await client.exists(['a', 'b', 'x']), 2);
  assert.equal(await client.del(['a', 'b', 'x']), 2);
  assert.equal(await client.dbSize(), 1);
});

test('binary values', async () => {
  const blob = Buffer.from(Array.from({ length: 65536 }, (_, i) => i % 256));
  await client.set('blob', blob);
  const buffers = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  assert.deepEqual(await buffers.get('blob'), blob);
});

test('errors reject, and the connection lives', async () => {
  await client.set('word', 'abc');
  await assert.rejects(client.incr('word'), /ERR value is not an integer/);
  await assert.rejects(client.sendCommand(['NOPE']), /ERR unknown command/);
  assert.equal(await client.ping(), 'PONG');
});

test('requests without waiting are answered in order', async () => {
  const replies = await Promise.all(Array.from({ length: 1000 }, (_, i) => {
    client.set(`k${i}`, String(i));
    return client.get(`k${i}`);
  }));
  assert.deepEqual(replies, Array.from({ length: 1000 }, (_, i) => String(i)));
});

test('RESP2 on request', async () => {
  const older = createClient({ url, RESP: 2 });
  await older.connect();
  assert.equal(await older.get('missing'), null);
  assert.deepEqual(await older.mGet(['word', 'missing']), ['abc', null]);
  await older.close();
});
