// One first visit of a page: when its list is there, what has been received by then, and when its application answers.

import { open, within } from './support.mjs';

/**
 * Milliseconds from the navigation to the first card on the screen (`shown`) and, for `answers`, to the first press of a filter that
 * is answered (`answered`); bytes received (`received`, of which `ownPage` are the page's) and requests made after the page's own
 * (`requests`) until the first card. Fails when the page shows no list within `seconds`, or fewer cards than are `expected`.
 */
export async function visit(browser, url, circumstances, { expected, answers = false, seconds = 60 }) {
  let traffic;
  const page = await open(browser, url, circumstances, (session) => (traffic = new Traffic(session)));
  try {
    const list = await within(page.evaluate(listed), `${url}: no list`, seconds);
    if (list.cards < expected) throw new Error(`${url}: ${list.cards} cards, and ${expected} are to be compared`);
    const answered = answers ? await within(page.evaluate(() => stopwatch.answered()), `${url}: no answer to a filter`, seconds) : null;
    return { shown: list.shown, answered, ...traffic.until((list.origin + list.shown) / 1000) };
  } finally {
    await page.context().close();
  }
}

/** Runs in the page. */
async function listed() {
  const shown = await stopwatch.first;
  return { shown, cards: stopwatch.cards().length, origin: performance.timeOrigin };
}

/** What has gone over the line, by the browser's own account: headers and compressed bodies. */
class Traffic {
  #received = []; // of each piece: seconds, bytes, request
  #sent = new Map(); // of each request: seconds
  #page = null;
  #epoch = 0; // what the network's clock is behind the calendar's, in seconds

  constructor(session) {
    const piece = (timestamp, bytes, requestId) => this.#received.push({ timestamp, bytes, requestId });
    session.on('Network.requestWillBeSent', ({ requestId, timestamp, wallTime, request }) => {
      if (request.url.startsWith('data:')) return;
      this.#page ??= requestId;
      this.#epoch ||= wallTime - timestamp;
      this.#sent.set(requestId, timestamp);
    });
    session.on('Network.responseReceived', ({ requestId, timestamp, response }) => piece(timestamp, response.encodedDataLength, requestId));
    session.on('Network.dataReceived', ({ requestId, timestamp, encodedDataLength }) => piece(timestamp, encodedDataLength, requestId));
    // A short answer has arrived as a whole before it is told: what the pieces do not add up to is in the total.
    session.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) => {
      const told = this.#received.filter((it) => it.requestId === requestId).reduce((sum, { bytes }) => sum + bytes, 0);
      piece(timestamp, encodedDataLength - told, requestId);
    });
  }

  /** What was sent and received until a moment, in seconds of the calendar's clock. */
  until(moment) {
    const before = ({ timestamp }) => timestamp + this.#epoch <= moment;
    const pieces = this.#received.filter((piece) => this.#sent.has(piece.requestId) && before(piece));
    const sum = (pieces) => pieces.reduce((sum, { bytes }) => sum + bytes, 0);
    const requests = [...this.#sent.values()].filter((timestamp) => before({ timestamp })).length - 1;
    return { received: sum(pieces), ownPage: sum(pieces.filter(({ requestId }) => requestId === this.#page)), requests };
  }
}
