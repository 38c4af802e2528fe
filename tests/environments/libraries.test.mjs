// Pages with the libraries that partners' sites bring, and pages as their builders make them. On each one finds the list, opens an action,
// signs up, and goes back; and nothing is complained of.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bench } from '../support/bench.mjs';
import { openPage } from '../support/browser.mjs';
import { environment } from '../support/environment.mjs';
import { neighbourhood } from '../support/feeds.mjs';
import { introduce, listed, until, widget } from '../support/widget.mjs';

const at = bench(neighbourhood());
const MEETING = 'Réunion publique sur le logement';
const DEBIAN = '/usr/share/javascript';
const ENOUGH = 'found, opened, signed up, back';
const npm = (path) => join(import.meta.dirname, 'node_modules', path);

const src = (query = '') => `${at.server.url}/v1/alentour.js${query}`;
const tag = (attributes = 'data-place="69007"') => `<script async src="${src()}" ${attributes}></script>`;

/** Puts a library on the site, and gives the script that brings it. */
async function library(path) {
  const address = at.site.put(`/${path.replace(/\W/g, '-')}.js`, { body: await readFile(path), headers: { 'content-type': 'text/javascript' } });
  return `<script src="${address}"></script>`;
}

const html = (body, head = '') => `<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Agir</title>${head}</head><body>${body}</body></html>`;

async function visit(t, body, head = '', headers = {}) {
  const page = await openPage(t, at.browser);
  await page.goto(at.site.html(html(body, head), headers));
  return page;
}

let people = 0;

/** Lists, opens, signs up to the thanks, and goes back; there is that many widgets, and nothing was complained of. `of`: the page, or a frame in it. */
async function works(page, { of = page, count = 1 } = {}) {
  await listed(of);
  assert.equal(await of.locator('alentour-widget').count(), count);
  const one = of.locator('alentour-widget').first();
  const { title, send, status, back, detail } = widget(one);
  await title(MEETING).click();
  const email = `page-${++people}@example.org`;
  await introduce(one, { email });
  await send('Je participe').click();
  await status.getByText('Merci, c’est bien reçu').waitFor();
  assert.equal((await at.server.signups('reunion')).filter((row) => row.email === email).length, 1);
  await back.click();
  await detail.waitFor({ state: 'detached' });
  await title(MEETING).waitFor();
  assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
  return ENOUGH;
}

for (const [name, path] of [['jQuery 1.12.4', npm('jquery-1/dist/jquery.js')], ['jQuery 3.8.0', npm('jquery/dist/jquery.js')]]) {
  environment(name, '`.load()` of a part of a page that has the tag', async (t) => {
    at.site.put('/part.html', { body: `<h2>Agir</h2>${tag()}`, headers: { 'content-type': 'text/html; charset=utf-8' } });
    const page = await visit(t, '<div id="la"></div>', await library(path));
    await page.evaluate(() => jQuery('#la').load('/part.html'));
    const seen = await works(page);
    assert.equal(await page.locator('#la alentour-widget').count(), 1);
    return seen;
  });
}

for (const [name, path] of [['MooTools 1.4.5', `${DEBIAN}/mootools/mootools.js`], ['Prototype 1.7.3', `${DEBIAN}/prototype/prototype-1.7.3.js`]]) {
  environment(name, 'the tag on a page that has it', async (t) => works(await visit(t, tag(), await library(path))));
}

environment('Turbo 8', 'the tag in the body; visits, back, and a preview from its cache', async (t) => {
  const head = await library(npm('@hotwired/turbo/dist/turbo.es2017-umd.js'));
  const put = (path, body) => at.site.put(path, { body: html(body, head), headers: { 'content-type': 'text/html; charset=utf-8' } });
  const here = put('/ici.html', `<h1>Agir</h1><a href="/ailleurs.html">Aller ailleurs</a>${tag()}`);
  put('/ailleurs.html', '<h1>Ailleurs</h1><a href="/ici.html">Retourner agir</a>');
  const page = await openPage(t, at.browser);
  await page.goto(here);
  await listed(page);
  // Its snapshot is put back, and where one comes by a link the page follows.
  for (const back of [() => page.goBack(), () => page.getByText('Retourner agir').click()]) {
    await page.getByText('Aller ailleurs').click();
    await page.getByRole('heading', { name: 'Ailleurs' }).waitFor();
    assert.equal(await page.locator('alentour-widget').count(), 0);
    await back();
    await page.getByRole('heading', { name: 'Agir', exact: true }).waitFor();
    await listed(page);
    await until(() => page.evaluate(() => !document.documentElement.hasAttribute('data-turbo-preview')));
    assert.equal(await page.locator('alentour-widget').count(), 1);
  }
  return works(page);
});

environment('a tag manager', '`data-` attributes taken away: place and target in the script’s address', async (t) => {
  const page = await visit(t, '<div id="actions"></div>');
  await page.evaluate((src) => {
    const first = document.createElement('script');
    Object.assign(first, { async: true, src });
    document.head.append(first);
  }, src('?place=69007&lang=fr&target=%23actions'));
  const seen = await works(page);
  assert.equal(await page.locator('#actions > alentour-widget').count(), 1);
  return seen;
});

environment('a static site', 'the tag with a nonce, and a policy that allows scripts by that alone', async (t) => {
  const policy = `default-src 'none'; script-src 'nonce-abc' 'wasm-unsafe-eval'; connect-src ${at.server.url}; base-uri 'none'; form-action 'none'`;
  const page = await visit(t, tag('nonce="abc" data-place="69007"'), '', { 'content-security-policy': policy });
  const seen = await works(page);
  assert.deepEqual(page.record.console.filter(({ type, text }) => type === 'error' && !/favicon/.test(text)), []);
  return seen;
});

environment('a page of modules', 'the tag with `type="module"`', async (t) => works(await visit(t, tag('type="module" data-place="69007"'))));

environment('a page with `<base href>`', 'the tag', async (t) => {
  const page = await visit(t, tag(), '<base href="https://example.org/site/">');
  return works(page);
});

environment('a closed `<details>`', 'the tag in it', async (t) => {
  const page = await visit(t, `<details><summary>Nos actions</summary>${tag()}</details>`);
  await page.getByText('Nos actions').click();
  return works(page);
});

environment('a tab that is hidden at first', 'the tag in its panel', async (t) => {
  const page = await visit(t, `<button role="tab" onclick="panneau.hidden = false">Agir</button><div role="tabpanel" id="panneau" hidden>${tag()}</div>`);
  await page.getByRole('tab').click();
  return works(page);
});

for (const sandbox of ['allow-scripts allow-same-origin allow-forms', 'allow-scripts allow-same-origin', 'allow-scripts allow-popups']) {
  environment('a sandboxed frame', `the tag in it, \`${sandbox}\``, async (t) => {
    const inner = at.site.html(html(tag('data-place="69007" data-loading="eager"')));
    const page = await visit(t, `<iframe sandbox="${sandbox}" src="${inner}" width="800" height="2500"></iframe>`);
    const of = page.frameLocator('iframe');
    if (sandbox.includes('same-origin')) return works(page, { of });
    await listed(of);
    await widget(of).title(MEETING).click();
    await widget(of).detail.getByText('D’ici, un formulaire ne peut pas être envoyé').waitFor();
    return { result: 'a link', seen: 'found, opened; the form says that it cannot be sent from there, and leads to the action’s page' };
  });
}

for (const isSized of [true, false]) {
  environment('an `<iframe>` of the server’s `/frame`', isSized ? 'with `/v1/frame.js`' : 'by itself', async (t) => {
    const script = isSized ? `<script async src="${at.server.url}/v1/frame.js"></script>` : '';
    const page = await visit(t, `<iframe src="${at.server.url}/frame?place=69007&amp;lang=fr" title="Agir" style="width: 100%; height: 700px; border: 0"></iframe>${script}<p>Après</p>`);
    const of = page.frameLocator('iframe');
    await listed(of);
    const height = async () => (await page.locator('iframe').boundingBox()).height;
    if (isSized) await until(async () => (await height()) > 1000, 300, height);
    else assert.equal(await height(), 700);
    return works(page, { of });
  });
}
