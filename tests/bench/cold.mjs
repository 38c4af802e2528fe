// A first visit: from the navigation to the list, and on to the application that answers, beside the lightest peer. `node cold.mjs`

import { startBrowser } from '../support/browser.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';
import { SHOWN, standIn } from './peer.mjs';
import { SLOW_4G, barePage, measure, median, patience } from './support.mjs';
import { visit } from './visit.mjs';

const ROUNDS = 9;
const PATIENCE = 240; // seconds
const PLACE = '69007';
const POINT = { latitude: 45.748, longitude: 4.847 }; // of that postcode
const RADIUS = 25; // km
const QUERY = `place=${PLACE}&radius=${RADIUS}&lang=fr`;

const CIRCUMSTANCES = {
  'slow 4G, ×4': SLOW_4G,
  unthrottled: { rate: 1 },
};

const TAG = 'the tag with `data-`';
const WITH_QUERY = 'the tag with its query';
const PEER = 'the stand-in';

await measure([startBrowser, () => startServer(), startSite, startSite], async (browser, server, partner, peers) => {
  const compared = await tags(server.url, peers);
  const pages = Object.entries(compared).map(([kind, { tag, answers }]) => [kind, barePage(partner, tag), { expected: SHOWN, answers }]);
  const samples = {};
  const more = patience(ROUNDS, PATIENCE);
  let rounds = 0;
  for (; more(rounds); rounds++) {
    for (const [name, circumstances] of Object.entries(CIRCUMSTANCES)) {
      const kinds = (samples[name] ??= {});
      for (const [kind, url, what] of pages) (kinds[kind] ??= []).push(await visit(browser, url, circumstances, what));
    }
  }
  return { title: 'Cold start', notes: notes(browser, samples, rounds), rows: Object.entries(samples).flatMap(rows) };
});

/** What is compared: each kind's tag, and whether an application answers behind it. */
async function tags(server, peers) {
  const script = `${server}/v1/alentour.js`;
  const [feed, plain, queried] = await Promise.all([`${server}/v1/feed.json`, script, `${script}?${QUERY}`].map(text));
  const kinds = {
    [TAG]: { tag: `<script async src="${script}" data-place="${PLACE}" data-radius="${RADIUS}"></script>`, answers: true },
    [PEER]: { tag: await standIn(peers, JSON.parse(feed), POINT), answers: false },
  };
  // A server that answers the query with the very same script gives no first page, and there is nothing to measure.
  if (plain !== queried) {
    const address = `${script}?${QUERY.replaceAll('&', '&amp;')}`;
    kinds[WITH_QUERY] = { tag: `<script async src="${address}"></script>`, answers: true };
  }
  return kinds;
}

async function text(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

/** The times in some circumstances, beside the stand-in's in the same. */
function rows([name, kinds]) {
  const all = (kind, read) => kinds[kind].map(read);
  const peer = all(PEER, ({ shown }) => shown);
  const alone = all(TAG, ({ answered }) => answered);
  const rows = [WITH_QUERY, TAG]
    .filter((kind) => kinds[kind])
    .map((kind) => ({ what: `${name}: to the first card, ${kind}`, ours: all(kind, ({ shown }) => shown), bare: peer }));
  rows.push({ what: `${name}: to the first answer to a press, ${TAG}`, ours: alone });
  if (kinds[WITH_QUERY]) {
    const rest = all(WITH_QUERY, ({ shown, answered }) => answered - shown);
    const what = `${name}: from the list to the first answer to a press, ${WITH_QUERY}; yardstick: the row above`;
    rows.push({ what, ours: rest, bare: alone });
  }
  return rows;
}

function notes(browser, samples, rounds) {
  const { kilobits, latency, rate } = SLOW_4G;
  const notes = [
    `Chromium ${browser.version()}, nothing cached, the demo feed (385 initiatives), milliseconds from the navigation to a partner’s page with nothing else ` +
      `in it. Slow 4G: ${kilobits / 1000} Mbit/s, ${latency} ms for each request; ×4: the processor is slowed ${rate} times. No TLS and no name lookup: both would ` +
      'add the same to each. Yardstick: a stand-in for the lightest peer, an element that fetches one JSON of the twelve nearest events and lists them ' +
      '(`tests/bench/peer.js`). Page, script and data come compressed with brotli, the two latter from another origin than the page.',
    traffic(samples),
  ];
  if (!samples.unthrottled[WITH_QUERY]) notes.push(`Left out: ${WITH_QUERY}. This server answers it with the plain script, without a first page.`);
  if (rounds < ROUNDS) notes.push(`The machine was busy: ${rounds} rounds of ${ROUNDS} within ${PATIENCE} s.`);
  return notes;
}

/** What the network had brought when the first card was in the page, as a table. kB of 1,000 bytes. */
function traffic(samples) {
  const lines = Object.entries(samples).flatMap(([name, kinds]) =>
    Object.entries(kinds).map(([kind, visits]) => {
      const kilobytes = (read) => (median(visits.map(read)) / 1000).toFixed(1);
      const cells = [kilobytes(({ received }) => received), kilobytes(({ received, ownPage }) => received - ownPage)];
      return `| ${name}: ${kind} | ${cells.join(' | ')} | ${median(visits.map(({ requests }) => requests))} |`;
    }),
  );
  return ['| received until the first card | kB | kB without the page | requests after the page’s |', '|---|--:|--:|--:|', ...lines].join('\n');
}
