// What the measurements share: a page with the widget, a page with the yardstick, and how slow a visitor's machine is.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const here = import.meta.dirname;

/** Puts both pages on a partner's site: `{ ours, bare }`, their addresses. The place is `latitude,longitude`. */
export async function pages(site, server, { place, radius }) {
  const bare = site.put('/bare.js', { body: await readFile(join(here, 'bare.js'), 'utf8'), headers: { 'content-type': 'text/javascript' } });
  const page = (tag) => site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><link rel="icon" href="data:,">
    <title>Une association</title><body><h1>Agir avec nous</h1><script>performance.mark('tag')</script>${tag}</body></html>`);
  const attributes = (place) => `data-place="${place}" data-radius="${radius}"`;
  return {
    ours: page(`<script async src="${server}/v1/alentour.js" ${attributes(place)}></script>`),
    named: (town) => page(`<script async src="${server}/v1/alentour.js" ${attributes(town)}></script>`),
    bare: page(`<script async src="${bare}" data-feed="${server}/v1/feed.json" ${attributes(place)}></script>`),
  };
}

/** A page that nothing has been cached for, with a stopwatch in it; and `slow`, which makes the machine and the line slow. */
export async function open(browser, url, slow) {
  const context = await browser.newContext({ locale: 'fr-FR', timezoneId: 'Europe/Paris', viewport: { width: 1200, height: 900 } });
  await context.addInitScript({ path: join(here, 'stopwatch.js') });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  page.slow = (rate) => session.send('Emulation.setCPUThrottlingRate', { rate });
  page.received = 0;
  await session.send('Network.enable');
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (page.received += encodedDataLength));
  if (slow) {
    const { kilobits, latency, rate } = slow;
    const bytes = (kilobits * 1000) / 8;
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await session.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: bytes, uploadThroughput: bytes });
    await page.slow(rate);
  }
  await page.goto(url, { waitUntil: 'commit', timeout: 60_000 });
  return page;
}

/** Runs in the page, and fails when it takes longer than a minute. */
export async function within(promise, what) {
  let timer;
  const late = new Promise((_, failed) => (timer = setTimeout(() => failed(new Error(`${what}: nothing after a minute`)), 60_000)));
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
