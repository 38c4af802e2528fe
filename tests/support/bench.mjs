// What most tests need: a browser, a server with a feed, and a host for partners' pages.

import { after, before } from 'node:test';
import { startBrowser, openPage } from './browser.mjs';
import { startServer } from './server.mjs';
import { startSite } from './site.mjs';

/** One of each for the tests of a file, started before the first and stopped after the last. */
export function bench(feed, start = startBrowser) {
  const bench = {};
  before(async () => {
    [bench.browser, bench.server, bench.site] = await Promise.all([start(), startServer(feed), startSite()]);
  });
  after(() => Promise.all([bench.browser?.close(), bench.server?.stop(), bench.site?.stop()]));

  /** A page of `tests/pages/` in a browser. `query` is what stands behind its path; `origin` who serves the widget. */
  bench.visit = async (t, { page: name = 'association', query = '', origin, browser, ...values } = {}) => {
    const page = await openPage(t, bench.browser, browser);
    const url = await bench.site.page(name, { server: origin ?? bench.server.url, ...values });
    await page.goto(url + query);
    return page;
  };
  return bench;
}
