// What the measurements share: a page with the widget, a page with the yardstick, and how slow a visitor's machine is.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const here = import.meta.dirname;

/** Lighthouse's "slow 4G" and its slowdown of the processor for a mid-range telephone. */
export const SLOW_4G = { kilobits: 1600, latency: 150, rate: 4 };

/** Puts the bare yardstick's page on a partner's site: `{ tag, bare }`, the widget's tag and that page's address. The place is `latitude,longitude`. */
export async function pages(site, server, { place, radius }) {
  const bare = site.put('/bare.js', { body: await readFile(join(here, 'bare.js'), 'utf8'), headers: { 'content-type': 'text/javascript' } });
  const attributes = `data-place="${place}" data-radius="${radius}"`;
  return {
    tag: `<script async src="${server}/v1/alentour.js" ${attributes}></script>`,
    bare: barePage(site, `<script async src="${bare}" data-feed="${server}/v1/feed.json" ${attributes}></script>`),
  };
}

/** Puts a partner's page with nothing but a title and a tag on their site. Gives its address. */
export function barePage(site, tag) {
  const { body, headers } = compressed(`<!doctype html><html lang="fr"><meta charset="utf-8"><link rel="icon" href="data:,">
    <title>Une association</title><body><h1>Agir avec nous</h1>${tag}</body></html>`, 'text/html; charset=utf-8');
  return site.html(body, headers);
}

/** A file of a site as our server sends its own: compressed with brotli. */
export function compressed(text, type, headers = {}) {
  return { body: brotliCompressSync(text), headers: { 'content-type': type, 'content-encoding': 'br', vary: 'accept-encoding', ...headers } };
}

/**
 * A page that nothing has been cached for, with a stopwatch in it; and `slow`, which makes the machine slow. `circumstances`: how many
 * times the processor is slowed (`rate`), and the line in `kilobits` a second and milliseconds of `latency`, where it is slow. `watch`
 * gets the session of the browser's protocol before the page is asked for.
 */
export async function open(browser, url, circumstances, watch) {
  const context = await browser.newContext({ locale: 'fr-FR', timezoneId: 'Europe/Paris', viewport: { width: 1200, height: 900 } });
  await context.addInitScript({ path: join(here, 'stopwatch.js') });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  page.slow = (rate) => session.send('Emulation.setCPUThrottlingRate', { rate });
  await watch?.(session);
  if (circumstances) {
    const { kilobits, latency, rate } = circumstances;
    const bytes = kilobits ? (kilobits * 1000) / 8 : -1; // -1: as fast as it goes
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: latency ?? 0, downloadThroughput: bytes, uploadThroughput: bytes });
    await page.slow(rate);
  }
  await page.goto(url, { waitUntil: 'commit', timeout: 60_000 });
  return page;
}

/** Waits for what a page does, and fails when it takes longer than so many seconds. */
export async function within(promise, what, seconds = 60) {
  let timer;
  const late = new Promise((_, failed) => (timer = setTimeout(() => failed(new Error(`${what}: nothing after ${seconds} s`)), seconds * 1000)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Starts what a measurement needs, hands it over, and stops it whatever happens. Prints the figures as JSON. */
export async function measure(starts, work) {
  const started = [];
  try {
    for (const start of starts) started.push(await start());
    console.log(JSON.stringify(await work(...started)));
  } finally {
    await Promise.all(started.map((it) => (it.stop ? it.stop() : it.close())));
  }
}

/** Whether to go on: up to `most` times, and on a busy machine at least three times within so many seconds. */
export function patience(most, seconds) {
  const start = performance.now();
  return (done) => done < most && (done < 3 || performance.now() - start < seconds * 1000);
}

export const median = (samples) => samples.toSorted((a, b) => a - b)[Math.ceil(samples.length / 2) - 1];
