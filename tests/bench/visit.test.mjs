// What the measurement of cold starts relies on: that the stand-in is what it is said to be, and that nothing is waited for without end.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { after, before, test } from 'node:test';
import { bench } from '../support/bench.mjs';
import { startSite } from '../support/site.mjs';
import { anywhere, journey, kind } from './journey.mjs';
import { library } from './library.mjs';
import { SHOWN, standIn } from './peer.mjs';
import { barePage, open, within } from './support.mjs';
import { Traffic, visit } from './visit.mjs';

const here = bench();
let peers;
before(async () => (peers = await startSite()));
after(() => peers?.stop());

const UNTHROTTLED = { rate: 1 };
const LYON = { latitude: 45.748, longitude: 4.847 };

const stranger = async () => standIn(peers, await (await fetch(`${here.server.url}/v1/feed.json`)).json(), LYON);

test('the stand-in lists twelve events in two requests and about 7 kB', async () => {
  const sample = await visit(here.browser, barePage(here.site, await stranger()), UNTHROTTLED, { expected: SHOWN });
  assert.equal(sample.requests, 2);
  assert.ok(sample.received > 6000 && sample.received < 8000, `${sample.received} bytes`);
  assert.ok(sample.ownPage > 0 && sample.ownPage < 1000, `${sample.ownPage} bytes of the page`);
  assert.equal(sample.answered, null);
});

test('what arrives after the first card is not counted, nor what is no request', () => {
  const session = new EventEmitter();
  const traffic = new Traffic(session);
  const emit = (name, requestId, timestamp, more) => session.emit(`Network.${name}`, { requestId, timestamp, ...more });
  const load = (id, url, [sent, answered, half, ended]) => {
    emit('requestWillBeSent', id, sent, { request: { url } });
    emit('responseReceived', id, answered, { response: { encodedDataLength: 100 } });
    emit('dataReceived', id, half, { encodedDataLength: 1000 });
    emit('loadingFinished', id, ended, { encodedDataLength: 2100 });
  };
  load('page', 'https://partner.example/', [10, 10.1, 10.2, 10.3]);
  load('icon', 'data:,', [10.3, 10.3, 10.3, 10.3]);
  load('half', 'https://server.example/a', [10.3, 10.4, 10.5, 10.7]);
  load('late', 'https://server.example/b', [10.4, 10.7, 10.8, 10.9]);
  assert.deepEqual(traffic.until(10.6), { received: 2100 + 1100, ownPage: 2100, requests: 1 });
  assert.deepEqual(traffic.until(11), { received: 3 * 2100, ownPage: 2100, requests: 2 });
  assert.deepEqual(traffic.kinds(10.6, (path) => path), { '/a': 1100 });
});

test('the widget is measured until it answers to a filter', async () => {
  const tag = `<script async src="${here.server.url}/v1/alentour.js" data-place="69007" data-radius="25"></script>`;
  const sample = await visit(here.browser, barePage(here.site, tag), UNTHROTTLED, { expected: SHOWN, answers: true });
  assert.ok(sample.answered > sample.shown, `${sample.answered} ms after ${sample.shown} ms`);
  // The page, the script and the first page; and not yet the application.
  assert.ok(sample.received > 8_000 && sample.received < 40_000, `${sample.received} bytes`);
});

test('a page that shows no list fails, and says so', async () => {
  const url = barePage(here.site, '<p>Rien</p>');
  const visited = visit(here.browser, url, UNTHROTTLED, { expected: SHOWN, seconds: 1 });
  await assert.rejects(visited, { message: `${url}: no list: nothing after 1 s` });
});

test('a list whose filters nobody answers fails, and says so', async () => {
  const url = barePage(here.site, await stranger());
  const visited = visit(here.browser, url, UNTHROTTLED, { expected: SHOWN, answers: true, seconds: 3 });
  await assert.rejects(visited, { message: `${url}: no answer to a filter: nothing after 3 s` });
});

test('a list that is too short is not compared', async () => {
  const url = barePage(here.site, '<ul><li>Une seule</li></ul>');
  const visited = visit(here.browser, url, UNTHROTTLED, { expected: SHOWN });
  await assert.rejects(visited, { message: `${url}: the list has 1 of ${SHOWN} cards` });
});

test('each file of a server is of a kind', () => {
  const kinds = {
    '/v1/alentour.js': 'first page', '/v1/first.json': 'first page', '/v1/tiles.txt': 'index', '/v1/t/ab/0.txt': 'tiles', '/v1/t/ab/0.words.txt': 'words',
    '/v1/t/ab/inverted.txt': 'inverted', '/v1/t/ab/20786/0.shard.txt': 'inverted', '/v1/t/ab/20786/0.words.txt': 'inverted',
    '/v1/a/words-fr.ab.txt': 'words', '/v1/forms.txt': 'words', '/v1/a/app.ab.wasm': 'application', '/v1/a/messages-fr.ab.txt': 'application',
    '/v1/a/gazetteer-ab/fr/index.txt': 'gazetteer', '/v1/i/ab.json': 'details', '/signups/challenge': 'other',
  };
  for (const [path, expected] of Object.entries(kinds)) assert.equal(kind(path), expected, path);
});

test('a visitor’s way is measured step by step', async () => {
  const tag = `<script async src="${here.server.url}/v1/alentour.js" data-place="Lyon" data-radius="25"></script>`;
  const sample = await journey(here.browser, barePage(here.site, tag), UNTHROTTLED, 'jardin');
  for (const step of ['typed', 'learnt', 'opened']) assert.ok(sample[step] > 0, `${step}: ${sample[step]} ms`);
  assert.ok(sample.answered > sample.shown && sample.learnt >= sample.typed);
  assert.ok(sample.whole, 'all of the demo feed is read');
  const { shown, answered, learnt, opened } = sample.bytes;
  assert.deepEqual(Object.keys(shown), ['first page']);
  assert.deepEqual(Object.keys(answered).sort(), ['application', 'first page', 'gazetteer', 'index', 'tiles']);
  assert.ok(learnt.words > 0 && !answered.words);
  assert.ok(opened.details > 0 && !learnt.details);
});

test('a word without a place is measured, and a small feed needs no index for it', async () => {
  const tag = `<script async src="${here.server.url}/v1/alentour.js" data-loading="eager"></script>`;
  const { took, bytes } = await anywhere(here.browser, barePage(here.site, tag), UNTHROTTLED, 'jardin');
  assert.ok(took > 0 && bytes === 0, `${took} ms, ${bytes} bytes`);
});

test('the libraries’ yardstick finds what the widget finds, nearest first', async () => {
  const feed = await (await fetch(`${here.server.url}/v1/feed.json`)).json();
  const initiatives = feed.initiatives.filter(({ location, sessions, organizer }) => location?.[0]?.latitude && sessions?.length && organizer);
  const page = await open(here.browser, barePage(here.site, await library(peers, { initiatives }, LYON, SHOWN)));
  await page.waitForFunction(() => window.bare);
  const answer = (word) => within(page.evaluate((word) => stopwatch.after(() => stopwatch.enter(word, true), true), word), word);
  const { text, last } = await answer('');
  assert.ok(text !== null && last > text, 'the first press reads the cards and lists them');
  await answer('JARDÌN');
  const listed = await page.evaluate(() => [...document.querySelectorAll('li')].map((item) => item.textContent));
  assert.ok(listed.length > 0 && listed.length <= SHOWN);
  const far = listed.map((text) => Number(/([\d\s,]+) km/u.exec(text)[1].replace(/\s/gu, '').replace(',', '.')));
  assert.deepEqual(far, far.toSorted((a, b) => a - b));
  await page.context().close();
});
