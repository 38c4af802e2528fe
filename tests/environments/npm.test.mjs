// The package `alentour-widget` from npm, in pages that React and Vue make.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bench } from '../support/bench.mjs';
import { openPage } from '../support/browser.mjs';
import { environment } from '../support/environment.mjs';
import { neighbourhood } from '../support/feeds.mjs';
import { run } from '../support/programs.mjs';
import { introduce, listed, until, widget } from '../support/widget.mjs';
import { install } from './package.mjs';

const at = bench(neighbourhood());
const MEETING = 'Réunion publique sur le logement';
const here = (path) => join(import.meta.dirname, path);
const versionOf = async (name) => JSON.parse(await readFile(here(`node_modules/${name}/package.json`), 'utf8')).version;

/** The page of an app of this folder, as a bundler makes it; `alias` puts one package in the place of another. */
async function visit(t, app, alias) {
  await install();
  const made = await build({
    absWorkingDir: import.meta.dirname, entryPoints: [`apps/${app}`], bundle: true, write: false, format: 'esm', jsx: 'automatic', alias,
    define: { 'process.env.NODE_ENV': '"development"' }, logLevel: 'silent',
  });
  const script = at.site.put(`/${app}-${Object.values(alias)[0]}.js`, { body: made.outputFiles[0].text, headers: { 'content-type': 'text/javascript' } });
  const page = await openPage(t, at.browser);
  await page.goto(at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>Agir</title><body data-server="${at.server.url}"><div id="page"></div><script type="module" src="${script}"></script>`));
  return page;
}

let people = 0;

async function works(page) {
  await listed(page);
  const press = (name) => page.getByRole('button', { name }).click();
  // What the page draws again leaves the widget as it is.
  const first = await page.locator('alentour-widget').elementHandle();
  for (let n = 0; n < 40; n++) await press(/^Dessiné/);
  await page.getByText('Dessiné 40 fois').waitFor();
  assert.ok(await first.evaluate((it) => it.isConnected));
  // Taken off, and put back.
  for (let n = 0; n < 2; n++) {
    await press('Montrer ou cacher');
    await page.locator('alentour-widget').waitFor({ state: 'detached' });
    await press('Montrer ou cacher');
    await listed(page);
  }
  await widget(page).title(MEETING).click();
  const email = `npm-${++people}@example.org`;
  await introduce(page, { email });
  await widget(page).send('Je participe').click();
  await widget(page).status.getByText('Merci, c’est bien reçu').waitFor();
  assert.equal((await at.server.signups('reunion')).filter((row) => row.email === email).length, 1);
  await widget(page).back.click();
  assert.deepEqual(await page.evaluate(() => opened), ['reunion']);
  await press('Grenoble');
  await until(async () => (await widget(page).count.textContent()).includes('Grenoble'));
  await page.getByRole('button', { name: /^Signer : / }).waitFor();
  assert.equal(await page.locator('alentour-widget').count(), 1);
  assert.equal(page.record.fetched('/v1/alentour.js'), 1);
  assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
  assert.deepEqual(page.record.console.filter(({ type }) => type === 'error'), []);
  return 'found, opened, signed up, back; drawn 40 times, taken off and put back, moved';
}

for (const suffix of ['-18', '']) {
  environment(async () => `React ${await versionOf('react' + suffix)}`, '`alentour-widget` from npm, in StrictMode', async (t) =>
    works(await visit(t, 'react.tsx', { react: 'react' + suffix, 'react-dom': 'react-dom' + suffix })));
}

environment(async () => `Vue ${await versionOf('vue')}`, '`alentour-widget` from npm', async (t) =>
  works(await visit(t, 'vue.ts', { vue: 'vue/dist/vue.esm-browser.js' })));

environment('TypeScript', '`alentour-widget`’s types, in JSX and with Vue', async () => {
  await install();
  await run(here('node_modules/.bin/tsc'), ['--project', here('apps')]);
  return 'the pages of these tests fit them';
});

environment('Node', '`alentour-widget` where pages are made on a server', async () => {
  await install();
  const { load } = await import('alentour-widget');
  assert.equal(await load('https://agir.example.org'), undefined);
  await assert.rejects(load('agir'), TypeError);
  return 'does nothing';
});

environment('a page of modules', '`alentour-widget` whose server is away at first', async (t) => {
  await install();
  const module = at.site.put('/alentour-widget.js', { body: await readFile(here('node_modules/alentour-widget/index.js')), headers: { 'content-type': 'text/javascript' } });
  const page = await openPage(t, at.browser);
  await page.goto(at.site.html('<!doctype html><html lang="fr"><meta charset="utf-8"><body><alentour-widget place="69007"><a href="/agir">Nos actions</a></alentour-widget>'));
  const load = () => page.evaluate(([module, server]) => import(module).then(({ load }) => load(server)), [module, at.server.url]);
  await page.route('**/v1/alentour.js', (route) => route.abort());
  await assert.rejects(load());
  assert.ok(await page.getByRole('link', { name: 'Nos actions' }).isVisible());
  await page.unroute('**/v1/alentour.js');
  await load();
  await listed(page);
  return 'its links stay, and the next call tries again';
});
