// A country's feed in the browser: from its text to the list, and from a key to the results. `node large.mjs FEED`

import { startBrowser } from '../support/browser.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';
import { measure, open, pages, patience, within } from './support.mjs';

const READINGS = 6;
// Typed letter by letter. Words of titles, texts and towns, so that letters find much, then less.
const WORDS = ['jardin', 'saint', 'permanence', 'chantier', 'equipe', 'marseille', 'visites a domicile', 'montagne'];

await measure([startBrowser, () => startServer(process.argv[2]), startSite], async (browser, server, site) => {
  const addresses = await pages(site, server.url, { place: '48.8566,2.3522', radius: 'any' });
  const ours = await open(browser, addresses.ours);
  const bare = await open(browser, addresses.bare);
  for (const page of [ours, bare]) await within(page.evaluate(() => stopwatch.first), 'the first list');
  const rows = [await readings(ours, bare, 1)];
  const keystrokes = [];
  for (const rate of [1, 4]) {
    for (const page of [ours, bare]) await page.slow(rate);
    keystrokes.push(...(await keys(ours, bare, rate)));
  }
  rows.push(await readings(ours, bare, 4), ...keystrokes);
  return {
    title: 'In Chromium, the large feed',
    notes: [
      `Chromium ${browser.version()}, the widget as it is shipped (optimised for size), no place excluded: each search looks at and ranks the whole feed. ` +
        'Yardstick: `tests/bench/bare.js`, a search field and a list in plain JavaScript; both show twelve cards.',
      'A key: from its event to the moment after the frame with the new results has been drawn. Both wait for a frame, which adds up to 16.7 ms to either; ' +
        '“until the list has changed” is without that wait. ×4: the processor is slowed four times.',
    ],
    rows,
  };
});

function slowed(rate) {
  return rate > 1 ? `, ×${rate}` : '';
}

/** From the text of the feed to the list on the screen, in turn. */
async function readings(ours, bare, rate) {
  const row = { what: `from the feed’s text to the list${slowed(rate)}`, ours: [], bare: [] };
  const more = patience(rate > 1 ? READINGS / 2 : READINGS, 15);
  for (let n = 0; more(n); n++) {
    for (const [page, samples] of [[ours, row.ours], [bare, row.bare]]) {
      await page.bringToFront();
      samples.push(await within(page.evaluate(() => stopwatch.refresh()), 'the list'));
    }
  }
  return row;
}

/** From a key to the results, word by word in turn. */
async function keys(ours, bare, rate) {
  const changed = { what: `from a key until the list has changed${slowed(rate)}`, ours: [], bare: [] };
  const painted = { what: `from a key until the results are painted${slowed(rate)}`, ours: [], bare: [] };
  const more = patience(WORDS.length, 20);
  for (let n = 0; more(n); n++) {
    const word = WORDS[n];
    const [own, other] = [await typed(ours, word), await typed(bare, word)];
    for (const [letter, sample] of own.entries()) {
      // The widget leaves its list alone where a letter changes nothing in it; only what both have drawn is compared.
      if (!sample || !other[letter]) continue;
      changed.ours.push(sample.changed);
      changed.bare.push(other[letter].changed);
      painted.ours.push(sample.painted);
      painted.bare.push(other[letter].painted);
    }
  }
  return [changed, painted];
}

/** What each letter of a word took, `null` where it changed nothing. Leaves the field empty. */
async function typed(page, word) {
  await page.bringToFront();
  await page.evaluate(() => stopwatch.words().focus());
  const samples = [];
  for (const letter of word) {
    await page.evaluate(() => stopwatch.arm());
    await page.keyboard.press(letter === ' ' ? 'Space' : letter);
    samples.push(await within(page.evaluate(() => stopwatch.settled), letter));
  }
  await page.evaluate(() => {
    const field = stopwatch.words();
    field.value = '';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    return stopwatch.painted();
  });
  return samples;
}
