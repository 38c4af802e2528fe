// Asking for what has changed, again and again, for `live.rs`, and what the answers say.

import { isHidden } from '../dom/browser.mjs';
import { send } from './fetch.mjs';
import { pause } from './pause.mjs';

const PERIOD = 30_000; // ms
const MOST = 24; // initiatives of a request: as many as the server takes
const LONGEST = 4000; // characters of an address: all servers and proxies take that many
const STILL = 400; // ms without another card after which a list stands still: longer than between two letters

// By identifier; nothing of what was asked for in vain. What an answer does not speak of stays as it was known last, whatever list shows it next.
const counted = new Map();

/** Takes over what an answer says: what of it is no entry, or no number, says nothing. */
function take(entries, isNewer) {
  for (const it of [].concat(entries ?? [])) if (it?.id && (isNewer || !of(it.id))) counted.set(it.id, it);
}

/** Tells a widget that an answer has come: as much of an event target as its listener needs. What its first page was told is known. */
export function ticker({ live }) {
  // What is known already is as new, or newer: an element that is moved in its page mounts again.
  take(live);
  return {
    // Of what the first page shows there is nothing to ask: what it was not told of has not moved.
    isTold: !!live,
    cards: new Set(), // the latest last
    addEventListener(_, tick) {
      this.tick = tick;
    },
    removeEventListener() {
      this.tick = null;
      this.end?.();
    },
  };
}

/** The identifiers of which something is known, a line each. */
export const known = () => [...counted.keys()].join('\n');

/** A card of that initiative is shown: where nothing is known of it, that is asked for once, when the list stands still; never without an address. */
export function see(ticker, id, address) {
  ticker.cards.delete(id);
  ticker.cards.add(id);
  if (!address) return void counted.set(id, of(id));
  clearTimeout(ticker.still);
  ticker.still = setTimeout(async () => {
    const fresh = [...ticker.cards].filter((it) => !counted.has(it) && counted.set(it));
    if (ticker.isTold) fresh.length = 0;
    ticker.isTold = false;
    while (ticker.tick && fresh[0]) await ask(ticker, address, fresh.splice(0, MOST));
  }, STILL);
}

/**
 * Asks for what is opened, and the latest cards, now and again and again, until something else is opened, or nothing. Not while the tab is
 * away or what is opened out of its window; as long as that is not drawn, it is about to be. What fails is not said: what was known last stays.
 */
export async function follow(ticker, root, id, address) {
  const own = (ticker.turn = {});
  // What was asked for before has nothing to wait for.
  ticker.end?.();
  const isOwn = () => ticker.tick && ticker.turn === own;
  while (id && address && isOwn()) {
    const seen = root.querySelector('.detail')?.getBoundingClientRect();
    const cards = [...ticker.cards].reverse().filter((it) => it !== id);
    if (!(isHidden() || seen?.bottom < 0 || seen?.top > innerHeight)) await ask(ticker, address, [id, ...cards].slice(0, MOST));
    // It may have gone while it was waiting for the answer.
    if (isOwn()) await pause(PERIOD, true, ticker);
  }
}

/** Asks for those initiatives, as many of them as an address has room for. */
async function ask(ticker, address, ids) {
  const asked = ids.map((id) => 'id=' + encodeURIComponent(id));
  while (asked.join('&').length > LONGEST && asked.length > 1) asked.pop();
  try {
    const response = await send(address + asked.join('&'));
    if (response.status !== 200) return;
    take(JSON.parse(await response.text()).initiatives, true);
  } catch {
    return; // What was known last stays.
  }
  ticker.tick?.();
}

const whole = (number) => (number >= 0 ? Math.trunc(number) : -1);
const of = (id) => counted.get(id);

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
