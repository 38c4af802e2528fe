// The walks in each browser, on a wide window and on one as narrow as a telephone's.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { environment } from '../support/environment.mjs';
import { neighbourhood } from '../support/feeds.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';
import { startChromium } from './drivers/chromium.mjs';
import { startFirefox } from './drivers/firefox.mjs';
import { startWebKit } from './drivers/webkit.mjs';
import { Hands } from './hands.mjs';
import { WALKS, go } from './walks.mjs';

const SIZES = [{ width: 1200, height: 800 }, { width: 360, height: 740 }]; // px

let server, site;
before(async () => {
  [server, site] = await Promise.all([startServer(neighbourhood()), startSite()]);
});
after(() => Promise.all([server?.stop(), site?.stop()]));

/** A page that keeps what goes wrong on it. */
const page = (lang) => `<!doctype html><html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}"><meta charset="utf-8">
  <meta name="viewport" content="width=device-width"><title>Agir</title>
  <script>
    window.complaints = [];
    addEventListener('error', (event) => complaints.push(String(event.message)));
    addEventListener('unhandledrejection', (event) => complaints.push(String(event.reason)));
    for (const name of ['error', 'warn']) console[name] = (...words) => complaints.push(words.join(' '));
  </script>
  <body><h1>Agir</h1><script async src="${server.url}/v1/alentour.js" data-place="69007" data-radius="50"></script>`;

for (const start of [startChromium, startFirefox, startWebKit]) {
  let browser;
  const launched = async () => (browser ??= await start());
  after(() => browser?.stop());
  for (const walk of WALKS) {
    environment(async () => (await launched()).name, walk.name, async (t) => {
      for (const size of SIZES) {
        const window = await browser.window(t, size);
        const hands = new Hands(window);
        const visit = async (lang) => {
          await window.open(site.html(page(lang)));
          assert.equal(await window.evaluate(() => innerWidth), size.width);
        };
        const email = `${start.name}-${walk.lang}-${size.width}@example.org`.toLowerCase();
        await go(walk, { hands, visit, server, email });
        await window.close();
      }
      return '1,200 and 360 px wide';
    });
  }
}
