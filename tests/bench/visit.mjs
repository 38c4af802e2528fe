// One first visit of a page: when its list is there, what has been received by then, and when its application answers.

import { open, within } from './support.mjs';

/**
 * Milliseconds from the navigation to the first card on the screen (`shown`) and, for `answers`, to the first press of a filter that
 * is answered (`answered`); and what it took until the first card was in the page: bytes received (`received`, of which `ownPage` are
 * the page's) and requests after the page's own of which something had arrived (`requests`). Fails when the page shows no list within
 * `seconds`, or fewer cards than are `expected`.
 */
export async function visit(browser, url, circumstances, { expected, answers = false, seconds = 60 }) {
  let session;
  let traffic;
  const page = await open(browser, url, circumstances, async (opened) => {
    session = opened;
    traffic = new Traffic(session);
    await session.send('Performance.enable');
  });
  try {
    const list = await within(page.evaluate(listed), `${url}: no list`, seconds);
    if (list.cards < expected) throw new Error(`${url}: the list has ${list.cards} of ${expected} cards`);
    const answered = answers ? await within(page.evaluate(() => stopwatch.answered()), `${url}: no answer to a filter`, seconds) : null;
    const { metrics } = await session.send('Performance.getMetrics');
    const origin = metrics.find(({ name }) => name === 'NavigationStart').value;
    return { shown: list.shown, answered, ...traffic.until(origin + list.found / 1000) };
  } finally {
    await page.context().close();
  }
}

/** Runs in the page. */
async function listed() {
  const shown = await stopwatch.first;
  return { shown, found: stopwatch.found, cards: stopwatch.cards().length };
}

/** What has come over the line, by the browser's own account: headers and compressed bodies. */
export class Traffic {
  #pieces = []; // of each: seconds, bytes, request
  #requests = new Map(); // Addresses.
  #page = null;

  /** Listens to a session of the browser's protocol. */
  constructor(session) {
    const piece = (timestamp, bytes, requestId) => this.#pieces.push({ timestamp, bytes, requestId });
    session.on('Network.requestWillBeSent', ({ requestId, request }) => {
      if (request.url.startsWith('data:')) return;
      this.#page ??= requestId;
      this.#requests.set(requestId, request.url);
    });
    session.on('Network.responseReceived', ({ requestId, timestamp, response }) => piece(timestamp, response.encodedDataLength, requestId));
    session.on('Network.dataReceived', ({ requestId, timestamp, encodedDataLength }) => piece(timestamp, encodedDataLength, requestId));
    // What the pieces do not add up to is in the total.
    session.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) => {
      piece(timestamp, encodedDataLength - sum(this.#pieces.filter((it) => it.requestId === requestId)), requestId);
    });
  }

  /** What had arrived at a moment, in seconds of the browser's own clock. */
  until(moment) {
    const come = this.#until(moment);
    const requests = new Set(come.map(({ requestId }) => requestId)).size - 1;
    return { received: sum(come), ownPage: sum(come.filter(({ requestId }) => requestId === this.#page)), requests };
  }

  /** Bytes of each kind by then, the page's own left out. `kind` says what the path of an address is. */
  kinds(moment, kind) {
    const bytes = {};
    for (const { requestId, bytes: more } of this.#until(moment)) {
      if (requestId === this.#page) continue;
      const name = kind(new URL(this.#requests.get(requestId)).pathname);
      bytes[name] = (bytes[name] ?? 0) + more;
    }
    return bytes;
  }

  #until(moment) {
    return this.#pieces.filter(({ timestamp, requestId }) => this.#requests.has(requestId) && timestamp <= moment);
  }
}

const sum = (pieces) => pieces.reduce((total, { bytes }) => total + bytes, 0);
