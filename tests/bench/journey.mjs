// One visitor's way through the widget on a first visit: the list, a filter, a word, a card. What each step took, and what came for it.

import { open, within } from './support.mjs';
import { Traffic } from './visit.mjs';

// The causes: all initiatives may be of one kind, and then its filter changes nothing.
const FILTERS = '#filters .group:not(.days)';
const PATIENCE = 120; // seconds, for each step
const MORE = 'plus de'; // What the widget says in French where it does not know all that is there.

/** What the files of a server are for, by the beginnings of their paths; the first that fits. */
const KINDS = [
  ['first page', /^\/v1\/(alentour\.js|first\.json)$/],
  ['application', /^\/v1\/a\/(app\.|messages-)/],
  ['index', /^\/v1\/tiles\.txt$/],
  ['inverted', /^\/v1\/t\/[^/]+\/(inverted\.txt|\d+\/)/],
  ['words', /^\/v1\/(forms\.txt|a\/words-|t\/.*\.words\.txt)/],
  ['tiles', /^\/v1\/t\//],
  ['gazetteer', /^\/v1\/a\/gazetteer-/],
  ['details', /^\/v1\/i\//],
];

/** The kind of a path. */
export const kind = (path) => KINDS.find(([, fits]) => fits.test(path))?.[0] ?? 'other';

/** Opens a page and listens: what is done in it (`step`), and the bytes that had come by a moment of the page's (`came`), by kind. */
async function watched(browser, url, circumstances) {
  let traffic;
  let session;
  const page = await open(browser, url, circumstances, async (opened) => {
    session = opened;
    traffic = new Traffic(session);
    await session.send('Performance.enable');
  });
  const step = (what, ...given) => within(page.evaluate(...given), `${url}: ${what}`, PATIENCE);
  const came = async (moment) => {
    const { metrics } = await session.send('Performance.getMetrics');
    const origin = metrics.find(({ name }) => name === 'NavigationStart').value;
    return traffic.kinds(origin + moment / 1000, kind);
  };
  return { page, step, came };
}

/** Looks for a word in a widget that names no place: milliseconds from the word to its last answer, and the bytes of the index that came for it. */
export async function anywhere(browser, url, circumstances, word) {
  const { page, step, came } = await watched(browser, url, circumstances);
  try {
    await step('no application', () => stopwatch.ready);
    await step('the field', () => stopwatch.after(() => stopwatch.words().focus()));
    const { pressed, last } = await step('no answer', (word) => stopwatch.after(() => stopwatch.enter(word)), word);
    if (last === null) throw new Error(`${url}: “${word}” changes nothing`);
    return { took: last - pressed, bytes: (await came(last)).inverted ?? 0 };
  } finally {
    await page.context().close();
  }
}

/**
 * Visits a page with the widget. Gives milliseconds: from the navigation to the first card (`shown`) and to the first press of a filter
 * that is answered (`answered`); from there until all that is read for it has been read (`read`); from a word to the first list that
 * answers it (`typed`) and to the last (`learnt`); from the press on a card until all that its initiative says is there (`opened`).
 * `whole`: whether nothing of the circle was left out. `bytes`: by kind, what had come at the end of each step.
 */
export async function journey(browser, url, circumstances, word) {
  const { page, step, came } = await watched(browser, url, circumstances);
  try {
    const [shown, found] = await step('no list', async () => [await stopwatch.first, stopwatch.found]);
    const answered = await step('no answer to a filter', (among) => stopwatch.answered(among), FILTERS);
    const read = await step('the filter comes to no end', () => stopwatch.after(() => {}));
    const count = await step('no count', () => stopwatch.count());
    await step('the filter stays', (among) => stopwatch.after(() => stopwatch.release(among)), FILTERS);
    const words = await step('no answer to a word', (word) => stopwatch.after(() => stopwatch.enter(word)), word);
    if (words.first === null) throw new Error(`${url}: “${word}” changes nothing`);
    const card = await step('no details', () => stopwatch.opened());
    const end = read.last ?? answered;
    const moments = { shown: found, answered, read: end, learnt: words.last, opened: card.shown };
    const bytes = [];
    for (const [step, moment] of Object.entries(moments)) bytes.push([step, await came(moment)]);
    return {
      shown,
      answered,
      read: end - answered,
      typed: words.first - words.pressed,
      learnt: words.last - words.pressed,
      opened: card.shown - card.pressed,
      whole: !count.includes(MORE),
      bytes: Object.fromEntries(bytes),
    };
  } finally {
    await page.context().close();
  }
}
