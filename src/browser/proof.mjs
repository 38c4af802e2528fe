// Solves a challenge of the proof of work (`proof.rs`). In JavaScript: with slices, waiting and JSON it was 1.2 KB more of the widget
// (brotli) in Rust. SHA-256 alone, measured on 23 November 2026: 0.5 KB here, 0.6 KB in Rust, 2.5 KB with the crate `sha2`.

import { pause } from './pause.mjs';

/** Milliseconds of work before the page has its turn: less than a frame, so that nothing stutters. */
const SLICE = 6;
/** Numbers tried in a slice at most: some browsers' clocks only move ten times a second. */
const NUMBERS = 4000;
/** Milliseconds that a slice counts for at most, its pause included: a page that is busy for a moment makes no slow device. */
const TURN = 24;
/** Milliseconds of work after which it is known how fast it goes. */
const TRIAL = 100;
/** Milliseconds that a challenge may take. Slower devices get an easier one, and wait instead. */
const PATIENCE = 8000;
/** Seconds that a form takes to fill in, unless the challenge says otherwise: the server refuses who is faster. */
const LEAST = 3;

/**
 * The solution of a challenge (JSON), once it may be sent: what goes into the sign-up's `altcha`. `undefined` if it would take too
 * long here, which an easy one never does. Where no number is right, the last one is sent, and the server says so.
 */
export async function solve(text, isEasy) {
  const begun = Date.now();
  const { algorithm, challenge, salt, signature, maxnumber, wait = LEAST } = JSON.parse(text);
  const wanted = challenge.match(/.{8}/g).map((word) => parseInt(word, 16) | 0);
  let number = 0;
  let spent = 0;
  for (let slice = begun; number < maxnumber && sha256(salt + number).some((word, i) => word !== wanted[i]); number++) {
    if (number % NUMBERS === 0 || (number % 50 === 0 && Date.now() - slice > SLICE)) {
      // Browsers make it 4 ms, and longer in a tab that is not seen.
      await pause(0);
      spent += Math.min(Date.now() - slice, TURN);
      slice = Date.now();
      if (!isEasy && spent > TRIAL && spent * maxnumber > PATIENCE * number) return;
    }
  }
  await pause(begun + wait * 1000 - Date.now());
  return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
}

/** The first 32 bits behind the point. */
const fraction = (number) => ((number % 1) * 2 ** 32) | 0;
const start = [];
const rounds = [];
// As tables they would be 288 bytes that no compression makes smaller. FIPS 180-4, sections 4.2.2 and 5.3.3.
for (let n = 2, divisor; rounds.length < 64; n++) {
  for (divisor = 2; n % divisor; ) divisor++;
  if (divisor === n) {
    start.push(fraction(Math.sqrt(n)));
    rounds.push(fraction(Math.cbrt(n)));
  }
}

const turned = (word, bits) => (word >>> bits) | (word << (32 - bits));
const schedule = new Int32Array(64);

/** SHA-256 (FIPS 180-4) of a text whose characters are bytes, as eight words. `crypto.subtle` is not there on pages without https. */
export function sha256(text) {
  const { length } = text;
  const words = new Int32Array(((length + 72) >> 6) << 4);
  for (let i = 0; i <= length; i++) words[i >> 2] |= (i < length ? text.charCodeAt(i) : 128) << (24 - (i % 4) * 8);
  words[words.length - 1] = length * 8;
  let state = start.slice(0, 8);
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const near = schedule[i - 15];
      const far = schedule[i - 2];
      schedule[i] =
        i < 16
          ? words[block + i]
          : schedule[i - 16] + (turned(near, 7) ^ turned(near, 18) ^ (near >>> 3)) + schedule[i - 7] + (turned(far, 17) ^ turned(far, 19) ^ (far >>> 10));
      const first = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i] + schedule[i];
      const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    state = [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) | 0);
  }
  return state;
}
