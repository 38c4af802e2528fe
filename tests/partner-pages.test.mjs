// Pages as editors, optimisers and page builders leave them: the tag wrapped, run from elsewhere, or imported; the widget folded away, in a
// frame that is closed off, under a header that stays.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bench } from './support/bench.mjs';
import { openPage } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { introduce, listed, painted, said, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const LINKS = '<a href="https://example.org/agir">Toutes nos actions</a>';

const tag = (attributes = 'data-place="69007"', query = '') => `<script async src="${at.server.url}/v1/alentour.js${query}" ${attributes}></script>`;

/** Opens a page with that in its body, and in its head. */
async function visit(t, body, { head = '', query = '', init, ...more } = {}) {
  const page = await openPage(t, at.browser, { init, ...more });
  const html = `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Agir</title>${head}<body>${body}`;
  await page.goto((await at.site.html(html)) + query);
  return page;
}

const element = (page) => page.locator('alentour-widget');

/** Holds that there is that many widgets, that one works, and that nothing was complained of. */
async function works(page, count = 1) {
  await listed(page);
  assert.equal(await element(page).count(), count);
  assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
}

for (const [name, html] of Object.entries({
  'links in a box, and a paragraph around the tag': () => `<div class="alentour-fallback" style="min-height: 100vh">${LINKS}</div>\n<p>${tag()}</p>`,
  'an empty paragraph between': () => `<p class="alentour-fallback" style="min-height: 100vh">${LINKS}</p>\n<p>&nbsp;</p>\n<p>${tag()}<br></p>`,
  'links, a line break and the tag in one paragraph': () => `<p>${LINKS.replace('<a', '<a class="alentour-fallback"')}<br />\n${tag()}</p>`,
})) {
  test(`as the classic editor leaves it: ${name}`, async (t) => {
    const page = await visit(t, `<h1>Agir</h1>${html()}<p>Après.</p>`);
    await works(page);
    assert.equal(await page.getByRole('link', { name: 'Toutes nos actions' }).isVisible(), false);
    const { y } = await element(page).boundingBox();
    assert.ok(y < 200, `an empty screen above: ${y}`);
  });
}

test('a tag within the text of a paragraph puts the widget there', async (t) => {
  const page = await visit(t, `<p>Près de chez vous : ${tag()} et c’est tout.</p>`);
  await works(page);
  assert.equal(await page.locator('p > alentour-widget').count(), 1);
});

for (const [name, attributes] of Object.entries({
  'its own element, that no longer runs': (src) => `type="text/plain" data-src="${src}"`,
  'its own element, that ran as text': (src) => `type="false/" src="${src}"`,
})) {
  test(`a stand-in in the head takes what the body’s tag says: ${name}`, async (t) => {
    const src = `${at.server.url}/v1/alentour.js`;
    const page = await visit(t, `<div id="la"><p class="alentour-fallback">${LINKS}</p><script ${attributes(src)} data-place="38000"></script></div>`);
    await page.evaluate((src) => document.head.append(Object.assign(document.createElement('script'), { src })), src);
    await works(page);
    assert.equal(await page.locator('#la > alentour-widget').getAttribute('place'), '38000');
    assert.equal(await page.getByRole('link', { name: 'Toutes nos actions' }).isVisible(), false);
  });
}

test('what runs as a text from the head, as jQuery runs it, takes what the body’s tags say, one after the other', async (t) => {
  const page = await visit(t, '<div id="la"></div>');
  await page.evaluate(async (src) => {
    // As jQuery's `load()`: what is set as HTML does not run, and its text is run from the head.
    document.querySelector('#la').innerHTML = `<script src="${src}" data-place="69007"></script><hr><script src="${src}" data-place="38000"></script>`;
    const text = await (await fetch(src)).text();
    for (let n = 0; n < 2; n++) {
      const script = document.createElement('script');
      script.text = text;
      document.head.append(script);
      script.remove();
    }
  }, `${at.server.url}/v1/alentour.js`);
  await works(page, 2);
  assert.deepEqual(await element(page).evaluateAll((all) => all.map((it) => it.getAttribute('place'))), ['69007', '38000']);
});

test('two tags that are modules bring a widget each, and a third that is none brings its own', async (t) => {
  const module = (place) => tag(`type="module" data-place="${place}"`);
  const page = await visit(t, `${module('69007')}<hr>${module('38000')}<hr>${tag('data-place="44000"').replace('async', 'defer')}`);
  await works(page, 3);
  await page.waitForTimeout(300);
  assert.deepEqual(await element(page).evaluateAll((all) => all.map((it) => it.getAttribute('place'))), ['69007', '38000', '44000']);
});

test('a page that imports it has the element, and no widget that it did not make', async (t) => {
  const script = `<script type="module">
    import '${at.server.url}/v1/alentour.js';
    document.querySelector('#la').append(Object.assign(document.createElement('alentour-widget'), { place: '69007' }));
  </script>`;
  const page = await visit(t, `<div id="la"></div>${script}`);
  await works(page);
  assert.equal(await page.locator('#la > alentour-widget').count(), 1);
});

test('a tag without attributes gives way to the element that the page makes later, and gives its links back', async (t) => {
  const page = await visit(t, `<div id="la"></div><p class="alentour-fallback">${LINKS}</p>${tag('')}`);
  await painted(page);
  await page.evaluate(() => {
    const widget = document.createElement('alentour-widget');
    widget.setAttribute('place', '69007');
    document.querySelector('#la').append(widget);
  });
  await works(page);
  assert.equal(await page.locator('#la > alentour-widget').count(), 1);
  assert.equal(await page.getByRole('link', { name: 'Toutes nos actions' }).isVisible(), true);
});

test('a page that has replaced Array.from, and brings a Promise without `finally`, lists, opens and signs up', async (t) => {
  const init = () => {
    Array.from = (item) => (item == null ? [] : [item]);
    delete Promise.prototype.finally;
  };
  const page = await visit(t, tag(), { init });
  await works(page);
  await widget(page).link('Réunion publique sur le logement').click();
  await introduce(page, { email: 'vieille-page@example.org' });
  await widget(page).send('Je participe').click();
  await widget(page).status.getByText('Merci').waitFor();
  assert.deepEqual(page.record.errors, []);
});

test('where elements cannot be defined the links stay, and one line says why', async (t) => {
  const init = () => (customElements.define = () => { throw new Error('no elements here'); });
  const page = await visit(t, `<p class="alentour-fallback">${LINKS}</p>${tag()}`, { init });
  await until(() => page.record.said().length);
  assert.equal(await page.getByRole('link', { name: 'Toutes nos actions' }).isVisible(), true);
  assert.deepEqual([page.record.errors, page.record.said()], [[], ['[alentour] Error: no elements here']]);
});

test('a permanent link opens what is folded away, and the tab of what is in a panel', async (t) => {
  const tabs = '<button role="tab" aria-controls="panneau" onclick="panneau.hidden = false">Agir</button>';
  const page = await visit(t, `${tabs}<div id="panneau" role="tabpanel" hidden><details><summary>Nos actions</summary>${tag()}</details></div>`, { query: '#alentour=reunion' });
  await widget(page).detail.getByRole('heading', { name: 'Réunion publique sur le logement' }).waitFor();
  assert.equal(await page.locator('body > a').count(), 0);
});

test('a permanent link to what nothing opens says so, and leads to the server’s page', async (t) => {
  const page = await visit(t, `<div id="onglet" style="display: none">${tag()}</div>`, { query: '#alentour=reunion' });
  const note = page.getByRole('link', { name: 'L’action que vous cherchez est dans une partie fermée de cette page' });
  await note.waitFor();
  assert.equal(await note.getAttribute('href'), `${at.server.url}/i/reunion?lang=fr`);
  await page.evaluate(() => (document.querySelector('#onglet').style.display = 'block'));
  await note.waitFor({ state: 'detached' });
  await widget(page).detail.waitFor();
});

test('a permanent link presses nothing that could lead away or send', async (t) => {
  const crafted = '<a href="/ailleurs" aria-controls="panneau">Ailleurs</a><form action="/envoi"><button aria-controls="panneau">Envoyer</button></form>';
  const page = await visit(t, `${crafted}<div id="panneau" hidden>${tag()}</div>`, { query: '#alentour=reunion' });
  await page.getByRole('link', { name: 'L’action que vous cherchez est dans une partie fermée de cette page' }).waitFor();
  assert.match(page.url(), /#alentour=reunion$/);
  assert.deepEqual(at.site.requests.filter((request) => /ailleurs|envoi/.test(request)), []);
});

test('a form whose fields are named like what the tree is climbed by freezes nothing', async (t) => {
  const fields = ['parentNode', 'parentElement', 'getRootNode'].map((name) => `<input name="${name}">`).join('');
  const header = `<style>form.tete { position: sticky; top: 0; background: #ccc; z-index: 9; height: 90px }</style><form class="tete">${fields}<b style="display: block; height: 90px">Menu</b></form>`;
  const page = await visit(t, `${header}<form>${fields}<details>${tag()}</details></form><p style="height: 2000px">Après</p>`, { query: '#alentour=reunion', viewport: { width: 390, height: 800 } });
  // The test's own tools climb the tree by those names.
  const has = (selector) => page.evaluate((selector) => Boolean(document.querySelector('alentour-widget')?.shadowRoot.querySelector(selector)), selector);
  const press = (selector) => page.evaluate((selector) => document.querySelector('alentour-widget').shadowRoot.querySelector(selector).click(), selector);
  await until(() => has('article form'));
  assert.equal(await page.evaluate(() => document.querySelector('details').open), true);
  await press('.back');
  await until(() => has('.root:not(.painted) .app:not(.opened) [id^=card-]'));
  await press('[id^=card-] h3 a');
  await until(() => has('article'));
});

test('a header that stays at the top hides neither the way back nor the title', async (t) => {
  const header = '<style>header { position: sticky; top: 0; height: 140px; background: #ccc; z-index: 9 } html { scroll-behavior: smooth }</style><header>Menu</header>';
  const page = await visit(t, `${header}<p style="height: 500px">Avant</p>${tag()}<p style="height: 2000px">Après</p>`, { viewport: { width: 400, height: 800 } });
  await works(page);
  await widget(page).link('Réunion publique sur le logement').click();
  await widget(page).detail.waitFor();
  const top = async () => (await widget(page).back.boundingBox()).y;
  await until(async () => (await top()) >= 140 && (await top()) < 300, 100, top);
});

for (const [name, open] of Object.entries({
  'in a frame that is closed off': async (t) => {
    const inner = await at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><body>${tag('data-place="69007" data-loading="eager"')}`);
    const page = await visit(t, `<iframe sandbox="allow-scripts allow-popups" src="${inner}" width="700" height="2000"></iframe>`);
    return page.frameLocator('iframe');
  },
  'in a page that was opened from a file': async (t) => {
    const path = join(tmpdir(), `alentour-test-${process.pid}.html`);
    await writeFile(path, `<!doctype html><html lang="fr"><meta charset="utf-8"><body>${tag()}`);
    const page = await openPage(t, at.browser);
    await page.goto(pathToFileURL(path).href);
    return page;
  },
})) {
  test(`${name} the form says first that nothing can be sent, and leads to the action’s page`, async (t) => {
    const of = await open(t);
    await widget(of).link('Réunion publique sur le logement').click();
    await widget(of).detail.getByText('D’ici, un formulaire ne peut pas être envoyé').waitFor();
    const link = widget(of).detail.getByRole('link', { name: /particip/i });
    assert.equal(await link.getAttribute('href'), `${at.server.url}/i/reunion?lang=fr`);
    assert.equal(await link.getAttribute('target'), '_blank');
    assert.match(await said(widget(of).detail), new RegExp(`${at.server.url}/i/reunion`));
    assert.equal(await widget(of).detail.getByLabel('Prénom').count(), 0);
    if (process.env.ALENTOUR_PICTURES) await widget(of).detail.screenshot({ path: join(process.env.ALENTOUR_PICTURES, `${name}.png`) });
  });
}

test('in a frame that may not submit forms one signs up all the same, by pressing or by the Enter key', async (t) => {
  const inner = await at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><body>${tag('data-place="69007" data-loading="eager"')}`);
  const page = await visit(t, `<iframe sandbox="allow-scripts allow-same-origin" src="${inner}" width="700" height="2000"></iframe>`);
  const of = page.frameLocator('iframe');
  await widget(of).link('Réunion publique sur le logement').click();
  await widget(of).detail.getByLabel('Prénom').fill('Camille');
  await widget(of).detail.getByLabel('Nom', { exact: true }).fill('Durand');
  await widget(of).detail.getByLabel(/J’accepte/).check();
  await widget(of).detail.getByLabel('Adresse e-mail').fill('sans-envoi@example.org');
  await widget(of).detail.getByLabel('Adresse e-mail').press('Enter');
  await widget(of).status.getByText('Merci').waitFor();
  assert.equal((await at.server.signups('reunion')).filter(({ email }) => email === 'sans-envoi@example.org').length, 1);
});
