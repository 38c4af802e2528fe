// Waiting, for `fetch.rs`.

import { isHidden } from '../dom/browser.mjs';

/**
 * Waits that many milliseconds, or, if it may be woken, until the line or the visitor is back: a telephone's timers sleep when it does.
 * `true` if it was woken. Whoever has `own` may end it.
 */
export function pause(milliseconds, mayWake, own = {}) {
  const over = new AbortController();
  return new Promise((done) => {
    own.end = done;
    setTimeout(done, milliseconds);
    for (const event of mayWake ? ['online', 'pageshow', 'visibilitychange'] : []) {
      addEventListener(event, () => isHidden() || done(true), over);
    }
  }).then((isWoken) => (over.abort(), isWoken)); // Not `finally`: some pages bring a `Promise` without it.
}

/** The answer, if it comes within that many milliseconds; else `undefined`. */
export const within = (answer, milliseconds) => Promise.race([answer, pause(milliseconds).then(() => undefined)]);

/** Both answers, or the one. A refusal that nobody has waited for yet is no error of the page's. */
export function together(one, other) {
  const both = Promise.all(other ? [one, other] : [one]);
  both.catch(() => {});
  return both;
}
