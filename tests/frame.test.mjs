// Frames: the list with its forms on somebody else's page, for places that take no script, and what becomes of an address that is pasted (oEmbed).

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { openPage } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { BUNDLE, SETTINGS, binary, startServer } from './support/server.mjs';
import { introduce, listed, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

const frameOf = (query = '', attributes = 'style="width: 100%; height: 500px; border: 0"') =>
  `<iframe src="${at.server.url}/frame?place=69007&amp;radius=10&amp;lang=fr${query}" title="Agir" ${attributes}></iframe>`;
const script = () => `<script async src="${at.server.url}/v1/frame.js"></script>`;

/** Opens a page with that in its body, at another origin than the server's. */
async function visit(t, body, { hash = '', headers, ...options } = {}) {
  const page = await openPage(t, at.browser, options);
  const html = `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Agir</title><body style="margin: 0">${body}`;
  await page.goto((await at.site.html(html, headers)) + hash);
  return page;
}

/** The same with lines that are cut where they end: a summary, the names of an organiser and of a venue. */
function withLongLines() {
  const feed = neighbourhood();
  for (const it of feed.initiatives) {
    it.summary = 'On trie et on distribue ce que les magasins du quartier ont donné, avec un café pour qui veut rester un moment.';
    it.organizer = { ...it.organizer, name: 'Maison des associations et de la vie étudiante du septième arrondissement de Lyon' };
    it.location = it.location?.map((place) => ({ ...place, name: 'Salle polyvalente de la résidence des habitantes et habitants de la rive gauche' }));
  }
  return feed;
}

const inner = async (page) => (await page.locator('iframe').first().elementHandle()).contentFrame();
const height = (page) => page.locator('iframe').first().evaluate((frame) => frame.getBoundingClientRect().height);
const scrolls = (frame) => frame.evaluate(() => document.documentElement.scrollHeight > innerHeight + 1);

/** Keeps the messages that a page gets from its frames. */
const hear = () => {
  window.messages = [];
  addEventListener('message', ({ data, origin }) => window.messages.push({ ...data, origin }));
};

for (const width of [360, 1200]) {
  test(`with the script a frame is as high as its list, ${width} px wide, however that changes`, async (t) => {
    const page = await visit(t, frameOf() + script(), { viewport: { width, height: 740 } });
    const frame = await inner(page);
    await listed(frame);
    await until(async () => (await height(page)) > 600 && !(await scrolls(frame)));
    const before = await height(page);
    await widget(frame).more.click();
    await until(async () => (await height(page)) > before + 100 && !(await scrolls(frame)));
    await page.setViewportSize({ width: width + 120, height: 740 });
    await until(async () => !(await scrolls(frame)));
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    assert.deepEqual(page.record.errors, []);
    assert.deepEqual(page.record.console.filter(({ type }) => type === 'error' || type === 'warning'), []);
  });
}

test('without the script the frame scrolls by itself, and everything in it can be reached', async (t) => {
  const page = await visit(t, frameOf());
  const frame = await inner(page);
  await listed(frame);
  assert.equal(await height(page), 500);
  assert.equal(await scrolls(frame), true);
  await widget(frame).more.scrollIntoViewIfNeeded();
  await frame.waitForFunction(() => scrollY > 0);
});

test('a page that keeps the frame lower than its list gets the scroll bar back', async (t) => {
  const page = await visit(t, frameOf('', 'style="width: 100%; height: 400px; max-height: 400px"') + script());
  const frame = await inner(page);
  await listed(frame);
  await until(async () => (await frame.evaluate(() => document.documentElement.style.overflowY)) === '');
  assert.equal(await scrolls(frame), true);
});

test('somebody signs up in a frame, is shown what they opened, and led back to the list', async (t) => {
  const page = await visit(t, `<p style="height: 300px">Avant</p>${frameOf()}<p style="height: 900px">Après</p>${script()}`, { viewport: { width: 500, height: 740 } });
  const frame = await inner(page);
  await listed(frame);
  await until(async () => !(await scrolls(frame)));
  const card = widget(frame).link('Réunion publique sur le logement');
  await card.hover();
  const below = await page.evaluate(() => scrollY);
  assert.ok(below > 300, `the card is further down: ${below}`);
  await card.click();
  const title = widget(frame).detail.getByRole('heading', { name: 'Réunion publique sur le logement' });
  await title.waitFor();
  const seen = async (element) => ((it) => it && it.y >= 0 && it.y < 740)(await element.boundingBox());
  await until(() => seen(title), 100, async () => JSON.stringify(await title.boundingBox()));
  await introduce(frame, { email: 'dans-un-cadre@example.org' });
  await widget(frame).send('Je participe').click();
  await widget(frame).status.getByText('Merci').waitFor();
  const rows = await at.server.signups('reunion');
  assert.deepEqual(rows.map((row) => row.email), ['dans-un-cadre@example.org']);
  await widget(frame).back.click();
  await card.waitFor();
  await until(() => seen(card), 100, async () => JSON.stringify(await card.boundingBox()));
  assert.deepEqual(page.record.errors, []);
});

test('with a sign-up goes the page that the frame says it is on, if that is a partner’s, and else the frame’s own', async (t) => {
  const server = await startServer(neighbourhood(), `${SETTINGS}[sign-ups]\npartner-origins = ["${at.site.url}"]\n`);
  t.after(() => server.stop());
  for (const [from, told] of [[`${at.site.url}/agir`, `${at.site.url}/agir`], ['https://ailleurs.example/agir', `${server.url}/frame`]]) {
    const page = await visit(t, `<iframe src="${server.url}/frame?lang=fr&amp;open=reunion&amp;from=${encodeURIComponent(from)}" style="width: 700px; height: 700px"></iframe>`);
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url() === `${server.url}/signups`);
    const frame = await inner(page);
    await introduce(frame, { email: `${told.length}@example.org` });
    await widget(frame).send('Je participe').click();
    assert.equal((await sent).postDataJSON().page, told);
    await widget(frame).status.getByText('Merci').waitFor();
  }
});

test('links of the frame open a tab, because the pages they lead to are in no frame', async (t) => {
  const page = await visit(t, frameOf('&amp;open=reunion'));
  const frame = await inner(page);
  await widget(frame).detail.getByRole('heading', { name: 'Réunion publique sur le logement' }).waitFor();
  const [tab] = await Promise.all([page.context().waitForEvent('page'), frame.getByRole('link', { name: 'Affiche à imprimer' }).click()]);
  await tab.waitForLoadState();
  assert.match(tab.url(), /\/i\/reunion\/poster/);
  assert.match((await inner(page)).url(), /\/frame\?/);
  await widget(frame).back.click();
  await widget(frame).link('Réunion publique sur le logement').waitFor();
});

test('a permanent link to the page with the frame opens the action in it', async (t) => {
  const page = await visit(t, `<p style="height: 2000px">Avant</p>${frameOf()}${script()}`, { hash: '#alentour=reunion' });
  const frame = await inner(page);
  await widget(frame).detail.getByRole('heading', { name: 'Réunion publique sur le logement' }).waitFor();
  await page.waitForFunction(() => document.querySelector('iframe').getBoundingClientRect().top < innerHeight);
});

test('the frame’s height goes to the page that it is in, and says nothing else; greetings of others are not answered', async (t) => {
  const other = await at.site.html('<!doctype html><title>Autre</title>');
  const body = `${frameOf()}<iframe id="autre" src="${other}"></iframe>`;
  // The page says nothing of itself, so that only a greeting tells where it is.
  const page = await visit(t, body, { init: hear, headers: { 'referrer-policy': 'no-referrer' } });
  const frame = await inner(page);
  await listed(frame);
  const [, , second] = page.frames();
  const stranger = page.frames().find((it) => it.url() === other) ?? second;
  await stranger.evaluate(() => parent.frames[0].postMessage({ alentour: 'hello' }, '*'));
  await page.evaluate(() => frames[0].postMessage({ alentour: 'bonjour' }, '*'));
  await widget(frame).more.click();
  await until(async () => (await page.evaluate(() => window.messages.length)) > 0);
  const messages = await page.evaluate(() => window.messages);
  for (const { alentour, height, origin, ...more } of messages) {
    assert.deepEqual([alentour, origin, more], ['height', at.server.url, {}]);
    assert.ok(Number.isInteger(height));
  }
  // Nobody whom it believes has greeted it: it keeps its own scroll bar, even where there is room.
  await page.locator('iframe').first().evaluate((frame) => (frame.style.height = '9000px'));
  await frame.waitForFunction(() => innerHeight === 9000);
  assert.equal(await frame.evaluate(() => document.documentElement.style.overflowY), '');
  const believed = frame.waitForFunction(() => document.documentElement.style.overflowY === 'hidden');
  await page.evaluate((origin) => frames[0].postMessage({ alentour: 'hello' }, origin), at.server.url);
  await believed;
});

test('the script believes its server’s frames alone, and no height that is none', async (t) => {
  const stranger = await at.site.html('<!doctype html><title>Autre</title>');
  const page = await visit(t, `${frameOf()}<iframe id="autre" src="${stranger}?/frame?"></iframe>${script()}`);
  const frame = await inner(page);
  await listed(frame);
  await until(async () => !(await scrolls(frame)));
  const before = await height(page);
  const others = page.locator('#autre');
  const from = page.frames().find((it) => it.url().includes('?/frame?'));
  // Another origin, another source at the frame's own origin (the page itself cannot be), and values that are none.
  await from.evaluate(() => parent.postMessage({ alentour: 'height', height: 4000 }, '*'));
  await page.evaluate(() => postMessage({ alentour: 'height', height: 4000 }, '*'));
  for (const height of ['4000', 1e9, -5, 12.5, NaN, null]) {
    await frame.evaluate((height) => parent.postMessage({ alentour: 'height', height }, '*'), height);
    const now = await page.evaluate(() => new Promise((done) => setTimeout(() => done(document.querySelector('iframe').style.height), 30)));
    if (height === 1e9) assert.equal(now, '30000px');
    else if (height === -5) assert.equal(now, '150px');
    else assert.ok([`${before}px`, '30000px', '150px'].includes(now), `${height}: ${now}`);
  }
  assert.equal(await others.evaluate((frame) => frame.style.height), '');
});

test('a page of the frame’s own origin that is not the frame says nothing of its height', async (t) => {
  const page = await visit(t, `${frameOf()}<iframe id="autre" src="${at.server.url}/embed?lang=fr"></iframe>${script()}`);
  const frame = await inner(page);
  await listed(frame);
  await until(async () => !(await scrolls(frame)));
  const before = await height(page);
  const other = page.frames().find((it) => it.url().includes('/embed'));
  await other.evaluate(() => parent.postMessage({ alentour: 'height', height: 4000 }, '*'));
  await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
  assert.equal(await height(page), before);
  assert.equal(await page.locator('#autre').evaluate((frame) => frame.style.height), '');
});

test('a frame that has gone to another origin’s page has no height of that one’s', async (t) => {
  const elsewhere = await at.site.html('<!doctype html><title>Ailleurs</title>');
  const page = await visit(t, frameOf() + script());
  const frame = await inner(page);
  await listed(frame);
  await until(async () => !(await scrolls(frame)));
  const before = await height(page);
  await frame.evaluate((address) => (location.href = address), elsewhere);
  await frame.waitForURL(elsewhere);
  await frame.evaluate(() => parent.postMessage({ alentour: 'height', height: 4000 }, '*'));
  await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
  assert.equal(await height(page), before);
});

test('in a sandbox that is closed off the list is there, and the form says first that nothing can be sent', async (t) => {
  const page = await visit(t, frameOf('', 'sandbox="allow-scripts" style="width: 700px; height: 600px"') + script());
  const frame = await inner(page);
  await listed(frame);
  await widget(frame).link('Réunion publique sur le logement').click();
  await widget(frame).detail.getByText('D’ici, un formulaire ne peut pas être envoyé').waitFor();
  assert.equal(await height(page), 600 + 4);
  assert.deepEqual(page.record.errors, []);
});

for (const [name, options, attributes] of [
  ['scripts are off', { javaScriptEnabled: false }, ''],
  ['the sandbox allows none', {}, 'sandbox="allow-popups"'],
]) {
  test(`where ${name} the frame has the list, and its links lead to a tab`, async (t) => {
    const page = await visit(t, frameOf('', `${attributes} style="width: 700px; height: 600px"`), options);
    const list = page.frameLocator('iframe').frameLocator('iframe');
    const link = list.getByRole('link', { name: 'Réunion publique sur le logement', exact: true });
    await link.waitFor();
    const [tab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await tab.waitForLoadState();
    assert.match(tab.url(), /\/i\/reunion\?/);
  });
}

test('a page whose origin the operator has not named has no frame', async (t) => {
  const server = await startServer(neighbourhood(), `${SETTINGS}[frames]\norigins = ["https://asso.example.org"]\n`);
  t.after(() => server.stop());
  const page = await visit(t, `<iframe src="${server.url}/frame?lang=fr"></iframe>`);
  await until(() => page.record.console.some(({ text }) => /frame-ancestors/.test(text)));
  assert.equal(await page.frameLocator('iframe').locator('alentour-widget').count(), 0);
});

test('frames are accessible in French and Arabic, light and dark, and fit into 320 px', async (t) => {
  const { look, assertClean } = audit();
  for (const lang of ['fr', 'ar']) {
    for (const path of ['/frame?theme=dark&', '/frame/list?', '/embed?', '/i/reunion/embed?', '/i/nulle/embed?']) {
      const page = await openPage(t, at.browser, { viewport: { width: 320, height: 740 } });
      await page.goto(`${at.server.url}${path}place=69007&lang=${lang}`);
      const isWidget = path.startsWith('/frame?');
      if (isWidget) await listed(page);
      await page.waitForLoadState('networkidle');
      await look(page, `${path} ${lang}`, isWidget);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} ${lang} is wider than the screen`);
      if (process.env.ALENTOUR_PICTURES) await page.screenshot({ path: join(process.env.ALENTOUR_PICTURES, `${path.replace(/\W/g, '-')}${lang}.png`), fullPage: true });
    }
  }
  assertClean();
});

test('what oEmbed makes of an address is no wider than a telephone', async (t) => {
  const server = await startServer(withLongLines());
  t.after(() => server.stop());
  for (const path of ['/i/action-0/embed', '/embed']) {
    const page = await openPage(t, at.browser, { viewport: { width: 344, height: 740 } });
    await page.goto(`${server.url}${path}?lang=fr`);
    await page.locator('h3 a').first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 344, path);
    const right = await page.locator('.card').evaluateAll((all) => Math.max(...all.map((card) => card.getBoundingClientRect().right)));
    assert.ok(right <= 344, `${path}: a card ends at ${right} px`);
  }
});

test('the script for pages with a frame has a kilobyte at most', async () => {
  assert.ok(brotliCompressSync(await readFile(join(BUNDLE, 'v1/frame.js'))).length <= 1024);
});

// What WordPress makes of an answer (`wp_filter_oembed_result` in wp-includes/embed.php), and what its page then does (wp-embed.js), in short.
const SECRET = 'aB3dE6gH9k';

function sandboxed(html) {
  const [, quote = '', frame] = /(<blockquote>.*?<\/blockquote>)?.*(<iframe.*?><\/iframe>)/s.exec(html);
  const named = frame.replace(/ src=(['"])(.*?)\1/, (_, q, src) => ` src=${q}${src}#?secret=${SECRET}${q} data-secret=${q}${SECRET}${q}`);
  return quote.replace('<blockquote', `<blockquote data-secret="${SECRET}" class="wp-embedded-content"`) +
    named.replace('<iframe', '<iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted" style="position: absolute; clip: rect(1px, 1px, 1px, 1px);"');
}

const wordpress = `<script>
  addEventListener('message', ({ data, source }) => {
    if (!data || !(data.secret || data.message || data.value) || /[^a-zA-Z0-9]/.test(data.secret)) return;
    for (const it of document.querySelectorAll('blockquote[data-secret="' + data.secret + '"]')) it.style.display = 'none';
    for (const frame of document.querySelectorAll('iframe[data-secret="' + data.secret + '"]')) {
      if (source !== frame.contentWindow) continue;
      frame.removeAttribute('style');
      if (data.message === 'height') frame.height = Math.min(1000, Math.max(200, parseInt(data.value, 10)));
      if (data.message === 'link' && new URL(data.value).host === new URL(frame.getAttribute('src')).host && document.activeElement === frame) top.location.href = data.value;
    }
  });
</script>`;

for (const path of ['/i/reunion?lang=fr', '/near?place=69007&lang=fr']) {
  test(`what WordPress makes of a pasted address shows it, as high as it is, and leads to its page: ${path}`, async (t) => {
    const answer = await (await fetch(`${at.server.url}/oembed?url=${encodeURIComponent(at.server.url + path)}`)).json();
    const page = await visit(t, wordpress + sandboxed(answer.html));
    const frame = await inner(page);
    const link = frame.locator('h3 a').first();
    await link.waitFor();
    await until(async () => (await page.locator('iframe').getAttribute('style')) === null);
    const content = await frame.evaluate(() => Math.ceil(document.body.getBoundingClientRect().height));
    await until(async () => (await page.locator('iframe').getAttribute('height')) === String(Math.min(1000, Math.max(200, content))));
    assert.equal(await page.locator('blockquote').isVisible(), false);
    assert.equal(await frame.locator('form, input, select').count(), 0);
    await link.click();
    await page.waitForURL(`${at.server.url}/i/**`);
    assert.equal(page.context().pages().length, 1);
    assert.deepEqual(page.record.errors, []);
  });
}

// A tag that names its version, and what it is.

/** The tag that the command writes, with that bundle. */
async function pinned(bundle) {
  const { execFile } = await import('node:child_process');
  const said = await new Promise((done, failed) => execFile(binary, ['tag', '--bundle', bundle], (error, out) => (error ? failed(error) : done(out))));
  return said.replace('src="/', `src="${at.server.url}/`).replace('></script>', ' data-place="69007" data-lang="fr"></script>');
}

test('a tag that names its version and its hash works, and keeps its browser to the module that it names', async (t) => {
  const tag = await pinned(BUNDLE);
  const [, version, sum] = /\/v(\d+\.\d+\.\d+)\/alentour\.js" integrity="(sha384-[^"]+)"/.exec(tag);
  const response = await fetch(`${at.server.url}/v${version}/alentour.js`);
  assert.equal(sum, 'sha384-' + createHash('sha384').update(await response.text()).digest('base64'));
  assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  const page = await visit(t, `<p class="alentour-fallback"><a href="/agir">Toutes nos actions</a></p>${tag}`);
  await listed(page);
  await widget(page).link('Réunion publique sur le logement').click();
  await widget(page).field('Prénom').waitFor();
  assert.ok(page.record.requests.every(({ url }) => url.includes(`/v${version}/alentour.js`) || !url.includes(`/v${version}/`)));
  assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
});

test('a tag with another hash does not run, and the links stay', async (t) => {
  const tag = (await pinned(BUNDLE)).replace(/sha384-.{10}/, 'sha384-AAAAAAAAAA');
  const page = await visit(t, `<p class="alentour-fallback"><a href="/agir">Toutes nos actions</a></p>${tag}`);
  await until(() => page.record.console.some(({ text }) => /integrity/.test(text)));
  assert.equal(await page.locator('alentour-widget').count(), 0);
  assert.equal(await page.getByRole('link', { name: 'Toutes nos actions' }).isVisible(), true);
});

for (const part of ['app', 'app.form']) {
  test(`a module that was changed on the way is refused where the tag is pinned, and only there: ${part}`, async (t) => {
    const tag = await pinned(BUNDLE);
    // A custom section more: as good a module as before, and another.
    const name = (await readdir(join(BUNDLE, 'v1/a'))).find((name) => new RegExp(`^${part.replace('.', '\\.')}\\.[0-9a-f]+\\.wasm$`).test(name));
    const changed = Buffer.concat([await readFile(join(BUNDLE, 'v1/a', name)), Buffer.from([0, 3, 2, 97, 98])]);
    const open = async (tag) => {
      const page = await openPage(t, at.browser);
      const headers = { 'content-type': 'application/wasm', 'access-control-allow-origin': '*' };
      await page.route(`**/${name}`, (route) => route.fulfill({ body: changed, headers }));
      await page.goto(await at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>Agir</title><body><p class="alentour-fallback"><a href="/agir">Toutes nos actions</a></p>${tag}`));
      return page;
    };
    const page = await open(tag);
    if (part === 'app') {
      await until(() => page.record.said().length);
      assert.match(page.record.said()[0], /could not be loaded/);
      // The first page stays, whose links lead to pages.
      await page.locator('.painted.alone').waitFor();
    } else {
      await listed(page);
      await widget(page).link('Réunion publique sur le logement').click();
      await widget(page).detail.getByRole('button', { name: 'Réessayer' }).waitFor();
    }
    const plain = await open(tag.replace(/ integrity="[^"]*"/, '').replace(/\/v\d[^/]*\/alentour/, '/v1/alentour'));
    await listed(plain);
    await widget(plain).link('Réunion publique sur le logement').click();
    await widget(plain).field('Prénom').waitFor();
  });
}
