// Fetches a feed's pages and the gazetteer's files for the WebAssembly beside this, which does the reading.
//
// `cargo xtask build` puts the names of the files beside this in place of __NAMES__: { wasm, calendar }. iCalendar is in a
// module of its own, larger than all the others together; only the one without it names it.

import init, { Reader } from './glue.js';

const names = __NAMES__;
const { fetch, AbortController, TextEncoder, TextDecoder, URL } = window;

const PATIENCE = 20_000; // ms for one page
const TIME = 60_000; // ms for all pages: what is there by then is shown
const BYTES = 16 << 20; // of all pages together

const beside = (name) => new URL(name, import.meta.url).href;

let started;

/** The bytes at an address; rejects where there are none, or more than `most`. */
async function bytes(address, most) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch(address, { credentials: 'omit', signal: abort.signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const parts = [];
    let size = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      if ((size += value.length) > most) {
        reader.cancel();
        throw new Error(`more than ${BYTES >> 20} MB`);
      }
      parts.push(value);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The canonical text of the feed at an address whose first page has been fetched as `text`; empty where it is none. Points that
 * are missing are looked up in the files below `gazetteer`.
 */
export async function read(address, text, gazetteer) {
  if (names.calendar && /^\s*BEGIN:V(CALENDAR|EVENT)/i.test(text)) {
    return (await import(beside(names.calendar))).read(address, text, gazetteer);
  }
  started ??= init({ module_or_path: fetch(beside(names.wasm), { credentials: 'omit' }) });
  started.catch(() => (started = undefined));
  await started;

  const say = (what) => what && console.warn(`[alentour] the feed ${address}: ${what}`);
  const end = performance.now() + TIME;
  try {
    const reader = new Reader(address, Date.now() / 1000);
    let left = BYTES;
    // What is no UTF-8 has lost what it was when it became text, and is fetched once more as it is.
    let page = /\uFFFD|\0/.test(text) ? undefined : new TextEncoder().encode(text);
    for (let next; (next = reader.next()); page = undefined) {
      // Another host could learn who reads this page, and it could be anybody's.
      if (new URL(next).origin !== new URL(address).origin || performance.now() > end) break;
      try {
        page ??= await bytes(next, left);
      } catch (error) {
        say(`${next}: ${error.message}`);
        break;
      }
      left -= page.length;
      const why = reader.add(page);
      if (why) {
        say(why);
        break;
      }
    }
    if (!reader.close()) return '';
    say(reader.said());
    for (let file; performance.now() < end && (file = reader.wants()); ) {
      const found = await bytes(gazetteer + file, BYTES).catch(() => undefined);
      reader.place(found ? new TextDecoder().decode(found) : '');
    }
    const feed = reader.feed() ?? '';
    reader.free();
    return feed;
  } catch (error) {
    started = undefined; // What has trapped is not used again.
    throw error;
  }
}
