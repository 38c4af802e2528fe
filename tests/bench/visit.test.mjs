// What the measurement of cold starts relies on: that the stand-in is what it is said to be, and that nothing is waited for without end.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { after, before, test } from 'node:test';
import { bench } from '../support/bench.mjs';
import { startSite } from '../support/site.mjs';
import { SHOWN, standIn } from './peer.mjs';
import { barePage } from './support.mjs';
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
