// Our own SHA-256 against node's.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { sha256, solve } from '../src/browser/proof.mjs';

const hex = (words) => words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

test('hashes are those of the standard (NIST’s examples for FIPS 180)', () => {
  assert.equal(hex(sha256('')), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.equal(hex(sha256('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  const two = 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq';
  assert.equal(hex(sha256(two)), '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1');
  assert.equal(hex(sha256('a'.repeat(1_000_000))), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
});

test('texts of every length around a block’s end hash as node hashes them', () => {
  for (let length = 0; length < 300; length++) {
    const text = 'x'.repeat(length) + length;
    assert.equal(hex(sha256(text)), createHash('sha256').update(text).digest('hex'), text);
  }
});

const challenge = (number, maxnumber = 1_000) => {
  const salt = '0123456789abcdef?expires=1800000000&issued=1700000000';
  const hash = createHash('sha256').update(salt + number).digest('hex');
  return { algorithm: 'SHA-256', challenge: hash, salt, signature: 'ab', maxnumber, wait: 0 };
};

test('the number is found, the first and the last one too, and the solution has what the protocol says', async () => {
  for (const number of [0, 1, 49, 50, 999, 1_000]) {
    const { challenge: hash, salt, ...asked } = challenge(number);
    const solution = JSON.parse(Buffer.from(await solve(JSON.stringify({ ...asked, challenge: hash, salt })), 'base64'));
    assert.deepEqual(solution, { algorithm: 'SHA-256', challenge: hash, number, salt, signature: 'ab' });
  }
});

test('a challenge that would take too long is left, unless it is the easy one', async () => {
  assert.equal(await solve(JSON.stringify(challenge(900_000_000, 900_000_000)), false), undefined);
  assert.ok(await solve(JSON.stringify({ ...challenge(20_000, 20_000) }), true));
});

test('a page that is busy for a moment is not taken for a slow device', async () => {
  const solution = solve(JSON.stringify(challenge(20_000, 20_000)), false);
  // While it rests for the first time the page works, as it does when a telephone's keyboard opens.
  for (const until = Date.now() + 500; Date.now() < until; );
  assert.ok(await solution);
});
