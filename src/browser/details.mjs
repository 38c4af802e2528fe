// What an initiative's file is named after, for `details.rs`.

import { sha256 } from './proof.mjs';

/** The first 20 hexadecimal digits of the SHA-256 of an identifier in UTF-8. */
export function key(id) {
  const words = sha256(String.fromCharCode(...new TextEncoder().encode(id)));
  return words.reduce((digits, word) => digits + (word >>> 0).toString(16).padStart(8, '0'), '').slice(0, 20);
}
