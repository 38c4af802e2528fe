// Asking for what has changed, again and again, for `live.rs`, and what the answers say.

import { isHidden } from '../dom/browser.mjs';
import { send } from './fetch.mjs';
import { pause } from './pause.mjs';

const PERIOD = 30_000; // ms
const MOST = 24; // initiatives of a request: as many as the server takes
const LONGEST = 4000; // characters of an address: all servers and proxies take that many

let wanted = [];
let counted = [];

/** Tells a widget that an answer has come: as much of an event target as its listener needs. What its first page was told is known. */
export function ticker({ live }) {
  // What is known already is as new, or newer: an element that is moved in its page mounts again.
  counted = counted.concat([].concat(live ?? []).filter((it) => !of(it?.id)));
  return {
    addEventListener(_, tick) {
      this.tick = tick;
    },
    removeEventListener() {
      this.tick = null;
      this.end?.();
    },
  };
}

/** The next request asks for that initiative, too. */
export const want = (id) => wanted.push('id=' + encodeURIComponent(id));

/**
 * Asks for what is wanted now and again and again, until something else is, or nothing (no address). Not while the tab is away or what is
 * opened out of its window; as long as that is not drawn, it is about to be. What fails is not said: what was known last stays.
 */
export async function follow(ticker, root, address) {
  const own = (ticker.wanted = wanted.slice(0, MOST));
  // What was asked for before has nothing to wait for.
  ticker.end?.();
  wanted = [];
  while (own.join('&').length > LONGEST && own.length > 1) own.pop();
  const isOwn = () => ticker.tick && ticker.wanted === own;
  while (address && isOwn()) {
    const seen = root.querySelector('.detail')?.getBoundingClientRect();
    const answer = isHidden() || seen?.bottom < 0 || seen?.top > innerHeight ? null : await ask(address + own.join('&')).catch(() => null);
    if (answer) {
      // What of it is no entry, or no number, says nothing.
      counted = [].concat(answer.initiatives);
      ticker.tick?.();
    }
    // It may have gone while it was waiting for the answer.
    if (isOwn()) await pause(PERIOD, true, ticker);
  }
}

async function ask(address) {
  const response = await send(address);
  return response.status === 200 ? JSON.parse(await response.text()) : null;
}

const whole = (number) => (number >= 0 ? Math.trunc(number) : -1);
const of = (id) => counted.find((it) => it?.id === id);

/** A number of a session's, by its identifier or, where a card has none, by when it begins; -1 where nobody knows. */
export const left = (id, session, start, nth, name) =>
  whole([].concat(of(id)?.sessions).find((it) => (session ? it?.id === session : it?.start === start && it.nth === nth))?.[name]);

/** How many of a need are still needed; -1 where nobody knows. */
export const needed = (id, need) => whole([].concat(of(id)?.needs).find((it) => it?.id === need)?.remaining);

/** Signatures of a petition; -1 where nobody knows. */
export const signatures = (id) => whole(of(id)?.signatures);

/** Pledges to a campaign; 0 where they are not said, -1 where nobody knows. */
export const pledges = (id) => (of(id) ? Math.max(whole(of(id).pledges), 0) : -1);

/** Who agrees to be named, a line each. */
export const signers = (id) =>
  []
    .concat(of(id)?.signers ?? [])
    .map((it) => `${it?.name} (${it?.town})`)
    .join('\n');
