// Days as people say them: today and tomorrow in a word, on the visitor's own clock, and until when what has begun goes on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { openPage } from './support/browser.mjs';
import { at as on, day, neighbourhood } from './support/feeds.mjs';
import { listed, painted, said, widget } from './support/widget.mjs';

const feed = neighbourhood();
const [{ organizer, location }] = feed.initiatives;
/** One session; its zone is that of Paris unless said otherwise. */
const once = (id, startDate, endDate, more) => ({
  id, kind: 'gathering', name: `Le ${id}`, organizer, location, participation: { way: 'rsvp' },
  sessions: [{ id: 's', startDate, endDate, timeZone: 'Europe/Paris', ...more }],
});
const minutes = (moment, text) => moment.replace(':00:', `:${text}:`);
feed.initiatives.push(
  once('jour', day()),
  once('soir', minutes(on(1, 18), '30'), on(1, 22), { maximumAttendeeCapacity: 5, remainingAttendeeCapacity: 3 }),
  once('surlendemain', on(2, 9), minutes(on(2, 12), '30'), { maximumAttendeeCapacity: 5, remainingAttendeeCapacity: 3 }),
  once('debut', on(0, 10), on(0, 18)),
  // From 10:00 or 11:00 in Paris, on the same date.
  once('loin', `${day()}T20:00:00+11:00`, `${day()}T23:30:00+11:00`, { timeZone: 'Pacific/Noumea' }),
);
const at = bench(feed);

/** Noon in Paris today: by this clock `debut` has begun, and `soir` is tomorrow. */
const NOON = new Date(on(0, 12));
const when = (page, id) => page.locator(`.card:has(h3 a:text-is("Le ${id}")) .when`);

/** A page of the widget whose clock shows noon in Paris. */
async function visit(t, { lang = 'fr', browser = {}, query = '' } = {}) {
  const page = await openPage(t, at.browser, browser);
  await page.clock.setFixedTime(NOON);
  const attributes = 'data-place="69007" data-limit="40"';
  await page.goto((await at.site.page('bare', { server: at.server.url, lang, attributes })) + query);
  // On a narrow page a detail stands in the list's place.
  await (query ? widget(page).detail.waitFor() : listed(page));
  return page;
}

test('today and tomorrow are said in a word, with the day for machines', async (t) => {
  const page = await visit(t);
  assert.equal(await said(when(page, 'jour')), 'aujourd’hui');
  assert.equal(await when(page, 'jour').locator('time').getAttribute('datetime'), day());
  assert.equal(await said(when(page, 'debut')), 'aujourd’hui, jusqu’à 18 h');
  assert.equal(await said(when(page, 'soir')), 'demain, 18 h 30 – 22 h');
  assert.equal(Date.parse(await when(page, 'soir').locator('time').getAttribute('datetime')), Date.parse(minutes(on(1, 18), '30')));
  assert.match(await said(when(page, 'surlendemain')), /^\S+\. \d+(er)? \S+, 9 h – 12 h 30$/);
  // The line begins with a capital.
  assert.equal(await when(page, 'jour').evaluate((it) => getComputedStyle(it, '::first-letter').textTransform), 'uppercase');
});

test('each language has its words', async (t) => {
  for (const [lang, today, tomorrow] of [
    ['en', 'today, until 18:00', 'tomorrow, 18:30 – 22:00'],
    ['es', 'hoy, hasta las 18:00', 'mañana, 18:30 – 22:00'],
    ['ar', 'اليوم، حتى الساعة 18:00', 'غدًا، 18:30 – 22:00'],
  ]) {
    const page = await visit(t, { lang });
    assert.equal(await said(when(page, 'debut')), today);
    assert.equal(await said(when(page, 'soir')), tomorrow);
  }
});

test('what is today on other clocks than the visitor’s keeps its date', async (t) => {
  const home = await visit(t);
  assert.match(await said(when(home, 'loin')), /^\S+\. \d+(er)? \S+, jusqu’à 23 h 30 \(heure de Nouméa\)/);
  const page = await visit(t, { browser: { timezoneId: 'Europe/London' } });
  assert.match(await said(when(page, 'debut')), /^\S+\. \d+(er)? \S+, jusqu’à 18 h/);
  assert.match(await said(when(page, 'soir')), /^\S+\. \d+(er)? \S+, 18 h 30 – 22 h/);
  // A whole day is on no clock.
  assert.equal(await said(when(page, 'jour')), 'aujourd’hui');
});

test('a detail says near days in its facts and at its foot', async (t) => {
  const page = await visit(t, { query: '#alentour=soir', browser: { viewport: { width: 360, height: 640 } } });
  assert.match(await said(page.locator('.facts li').first()), /^demain, 18 h 30 – 22 h/);
  assert.match(await said(page.locator('.bar p')), /^demain · 3 places/);
});

test('at the foot of a telephone’s detail there is room for day and seats', async (t) => {
  const page = await visit(t, { query: '#alentour=surlendemain', browser: { viewport: { width: 360, height: 360 } } });
  const bar = page.locator('.bar p');
  assert.match(await said(bar), /^\S+\. \d+(er)? \S+ · 3 places restantes$/);
  assert.ok(await bar.evaluate((it) => it.scrollHeight <= it.clientHeight));
});

test('the painted page says what the application does, and nothing moves', async (t) => {
  const page = await openPage(t, at.browser, { viewport: { width: 320, height: 2400 } });
  await page.clock.setFixedTime(new Date());
  let release;
  const released = new Promise((done) => (release = done));
  await page.route(/\/a\/app\./, async (route) => (await released, route.continue()));
  await page.goto(await at.site.page('bare', { server: at.server.url, attributes: 'data-place="69007" data-limit="40"' }));
  await painted(page);
  assert.equal(await page.locator('.root.painted').count(), 1);
  const lines = () => page.locator('.when').allTextContents();
  const before = await lines();
  assert.ok(before.includes('aujourd’hui'), before.join('\n'));
  assert.ok(before.some((line) => line.startsWith('demain, ')), before.join('\n'));
  await page.evaluate(() => {
    window.shifts = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.shifts += value))).observe({ type: 'layout-shift' });
  });
  release();
  await listed(page);
  const plain = (all) => all.map((line) => line.replace(/\s+/g, ' '));
  assert.deepEqual(plain(await lines()), plain(before));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100))));
  assert.equal(await page.evaluate(() => window.shifts), 0);
});

test('a page without a script has the date', async () => {
  const page = await (await fetch(`${at.server.url}/i/soir?lang=fr`)).text();
  assert.match(page, new RegExp(`<time datetime="${day(1)}T18:30:00[+]0\\d:00">[^<]*\\d[^<]*</time>, <span class="hours">18\u00a0h\u00a030\u00a0–\u00a022\u00a0h</span>`));
  assert.doesNotMatch(page, /demain/);
});

test('who comes back after midnight is not told "tomorrow" of what is today', async (t) => {
  const page = await visit(t);
  assert.equal(await said(when(page, 'soir')), 'demain, 18 h 30 – 22 h');
  // At noon: in the evening it would be over.
  await page.clock.setFixedTime(Date.parse(`${day(1)}T12:00:00+01:00`));
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await when(page, 'soir').getByText('aujourd’hui', { exact: true }).waitFor();
});
