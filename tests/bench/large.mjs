// A country's feed in the browser: from the press into the field for words to an answer out of all of it, and from a key to the results.
// `node large.mjs FEED`

import { startBrowser } from '../support/browser.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';
import { library } from './library.mjs';
import { barePage, measure, open, pages, patience, within } from './support.mjs';

const BEGINNINGS = 5;
const PARIS = { latitude: 48.8566, longitude: 2.3522 };
const SHOWN = 12;
// Typed letter by letter. Words of titles, texts and towns, so that letters find much, then less.
const WORDS = ['velo', 'jardin', 'saint', 'permanence', 'chantier', 'equipe', 'marseille', 'visites a domicile', 'montagne'];

await measure([startBrowser, () => startServer(process.argv[2]), startSite, startSite], async (browser, server, site, libraries) => {
  const addresses = await pages(site, server.url, { place: `${PARIS.latitude},${PARIS.longitude}`, radius: 'any' });
  const feed = await (await fetch(`${server.url}/v1/feed.json`)).json();
  const both = barePage(site, addresses.tag + (await library(libraries, feed, PARIS, SHOWN)));
  const [whole, computed] = await beginnings(browser, both);
  const page = await open(browser, both);
  await within(page.evaluate(() => stopwatch.ready), 'the application');
  for (const other of [false, true]) await begin(page, other);
  const bare = await open(browser, addresses.bare);
  await within(bare.evaluate(() => stopwatch.first), 'the first list');
  const rows = [whole, computed];
  for (const rate of [1, 4]) {
    for (const it of [page, bare]) await it.slow(rate);
    rows.push(...(await keys(page, bare, rate)));
  }
  return { title: 'In Chromium, the large feed', notes: notes(browser), rows };
});

function notes(browser) {
  return [
    `Chromium ${browser.version()}, the widget as it is shipped (optimised for size), no place excluded: each search looks at and ranks the whole feed. ` +
      '*Libraries*: MiniSearch 7 and geokdbush, in the same page with the same cards and all their words (`tests/bench/library.js`). *Bare*: `tests/bench/bare.js`, ' +
      'a search field and a list in plain JavaScript, in a page of its own. All show twelve cards; each row is taken in turn with its yardstick. Neither yardstick has filters or counts ' +
      'of what they would give.',
    'A key: from its event to the moment after the frame with the new results has been drawn. All wait for a frame, which adds up to 16.7 ms to each; ' +
      '“until the list has changed” is without that wait, and what is compared is letters that change both lists. ×4: the processor is slowed four times. *To an answer out of all cards*: from the press into the field, which makes both begin to read, with a “v” in it, ' +
      'to the last change of the list, in new pages on a line that is not slowed (the widget has read the nearest 600 for its first list by then, the libraries nothing); *of that* from the first text that came: decoding, indexing, searching, listing.',
  ];
}

/** From the press into the field to the last change of the list, in new pages, in turn. */
async function beginnings(browser, address) {
  const whole = { what: 'to an answer out of all cards, ×4; yardstick: libraries', ours: [], bare: [] };
  const computed = { what: 'of that, since the first text, ×4; yardstick: libraries', ours: [], bare: [] };
  const more = patience(BEGINNINGS, 120);
  for (let n = 0; more(n); n++) {
    const page = await open(browser, address, { rate: 4 });
    await within(page.evaluate(() => stopwatch.ready), 'the application');
    for (const other of n % 2 ? [true, false] : [false, true]) {
      const { pressed, last, text } = await begin(page, other);
      if (text === null) throw new Error(`${other ? 'the libraries have' : 'the widget has'} read nothing`);
      whole[other ? 'bare' : 'ours'].push(last - pressed);
      computed[other ? 'bare' : 'ours'].push(last - text);
    }
    await page.context().close();
  }
  return [whole, computed];
}

/** Presses into a field and puts a letter there. Leaves the field empty. */
async function begin(page, other) {
  const came = await within(page.evaluate((other) => stopwatch.after(() => stopwatch.enter('v', other), other), other), 'an answer out of all cards', 120);
  await page.evaluate((other) => stopwatch.after(() => stopwatch.enter('', other), other), other);
  return came;
}

/** From a key to the results, word by word in turn. */
async function keys(page, bare, rate) {
  const slowed = rate > 1 ? `, ×${rate}` : '';
  const row = (what, yardstick) => ({ what: `from a key until ${what}${slowed}; yardstick: ${yardstick}`, ours: [], bare: [] });
  const rows = ['libraries', 'bare'].map((name) => [row('the list has changed', name), row('the results are painted', name)]);
  const more = patience(WORDS.length, 40);
  for (let n = 0; more(n); n++) {
    const ours = () => typed(page, WORDS[n], false);
    const others = [() => typed(page, WORDS[n], true), () => typed(bare, WORDS[n], true)];
    const order = [ours, ...others];
    const samples = new Map();
    for (const type of n % 2 ? order.toReversed() : order) samples.set(type, await type());
    for (const [at, [changed, painted]] of rows.entries()) {
      for (const [letter, sample] of samples.get(ours).entries()) {
        const other = samples.get(others[at])[letter];
        // A list is left alone where a letter changes nothing in it; only what both have drawn is compared.
        if (!sample || !other) continue;
        changed.ours.push(sample.changed);
        changed.bare.push(other.changed);
        painted.ours.push(sample.painted);
        painted.bare.push(other.painted);
      }
    }
  }
  return rows.flat();
}

/** What each letter of a word took, `null` where it changed nothing. Leaves the field empty. */
async function typed(page, word, other) {
  await page.bringToFront();
  await page.evaluate((other) => stopwatch.words(other).focus(), other);
  const samples = [];
  for (const letter of word) {
    await page.evaluate((other) => stopwatch.arm(other), other);
    await page.keyboard.press(letter === ' ' ? 'Space' : letter);
    samples.push(await within(page.evaluate(() => stopwatch.settled), letter));
  }
  await page.evaluate((other) => {
    stopwatch.enter('', other);
    return stopwatch.painted();
  }, other);
  return samples;
}
