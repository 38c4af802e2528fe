// A first visit on a slow telephone: from the tag to the first card, with the demo feed. `node cold.mjs`

import { startBrowser } from '../support/browser.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';
import { measure, median, open, pages, patience, within } from './support.mjs';

const ROUNDS = 7;
// Lighthouse's "slow 4G" (1.6 Mbit/s, 150 ms) and its slowdown of the processor for a mid-range telephone.
const SLOW = { kilobits: 1600, latency: 150, rate: 4 };

await measure([startBrowser, () => startServer(), startSite], async (browser, server, site) => {
  const addresses = await pages(site, server.url, { place: '45.748,4.847', radius: '25' });
  const kinds = { point: addresses.ours, postcode: addresses.named('69007'), bare: addresses.bare };
  const samples = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  const more = patience(ROUNDS, 60);
  for (let round = 0; more(round); round++) {
    for (const [kind, url] of Object.entries(kinds)) samples[kind].push(await start(browser, url));
  }
  const of = (kind, what) => samples[kind].map((sample) => sample[what]);
  const kilobytes = (kind) => Math.round(median(of(kind, 'received')) / 1000);
  if (process.env.ALENTOUR_WATERFALL) for (const kind in kinds) console.error(kind, samples[kind].at(-1).waterfall);
  return {
    title: 'Cold start on a slow line',
    notes: [
      `Chromium ${browser.version()}, nothing cached, the demo feed (385 initiatives), ${SLOW.kilobits / 1000} Mbit/s, ${SLOW.latency} ms for each request, ` +
        `processor slowed ${SLOW.rate} times. No TLS and no name lookup: both would add the same to each. Yardstick: a page whose one script fetches the same feed ` +
        'and lists it (`tests/bench/bare.js`): it cannot be faster than the feed is.',
      `Received, the partner’s page included: ${kilobytes('postcode')} kB with a postcode, ${kilobytes('point')} kB with a point, ${kilobytes('bare')} kB for the yardstick.`,
    ],
    rows: [
      { what: 'from the tag to the first card, `data-place` a postcode', ours: of('postcode', 'shown'), bare: of('bare', 'shown') },
      { what: 'the same, `data-place` a point', ours: of('point', 'shown'), bare: of('bare', 'shown') },
      { what: 'from the tag to the widget’s first pixel', ours: of('postcode', 'pixel') },
    ],
  };
});

/** One first visit. Milliseconds from the tag. */
async function start(browser, url) {
  const page = await open(browser, url, SLOW);
  try {
    const sample = await within(
      page.evaluate(async () => {
        const pixel = new Promise((done) => {
          const look = () => (document.querySelector('alentour-widget')?.shadowRoot?.childElementCount ? stopwatch.painted().then(done) : requestAnimationFrame(look));
          look();
        });
        const shown = await stopwatch.first;
        const tag = performance.getEntriesByName('tag')[0].startTime;
        const waterfall = performance.getEntriesByType('resource').map((it) => {
          const [from, to] = [it.startTime - tag, it.responseEnd - tag].map(Math.round);
          return `${it.name.split('/').slice(4).join('/')}: ${from} to ${to}`;
        });
        waterfall.push(`feed's text: ${Math.round(stopwatch.arrived - tag)}, first card: ${Math.round(shown - tag)}`);
        const bare = !document.querySelector('alentour-widget');
        return { shown: shown - tag, pixel: bare ? 0 : (await pixel) - tag, waterfall };
      }),
      url,
    );
    return { ...sample, received: page.received };
  } finally {
    await page.context().close();
  }
}
