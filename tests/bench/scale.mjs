// Visitors of a server that runs already, on a slow line and with a slow processor. `node scale.mjs ADDRESS`, prints JSON.

import { startBrowser } from '../support/browser.mjs';
import { startSite } from '../support/site.mjs';
import { anywhere, journey } from './journey.mjs';
import { SLOW_4G, barePage, measure, patience } from './support.mjs';

const VISITS = 5;
const PATIENCE = 300; // seconds
const TAG = 'data-place="Lyon" data-radius="25"';
const WORD = 'jardin'; // In a fifth of the titles.

await measure([startBrowser, startSite], async (browser, site) => {
  const tag = (attributes) => barePage(site, `<script async src="${process.argv[2]}/v1/alentour.js" ${attributes}></script>`);
  const [url, nowhere] = [tag(TAG), tag('data-loading="eager"')];
  const visits = [];
  const more = patience(VISITS, PATIENCE);
  while (more(visits.length)) {
    visits.push({ ...(await journey(browser, url, SLOW_4G, WORD)), anywhere: await anywhere(browser, nowhere, SLOW_4G, WORD) });
  }
  return visits;
});
