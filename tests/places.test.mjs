// Places as people type them: with a mistake, in short, with a quarter behind, in a neighbour's country, and names that several towns have.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { around, focused, listed, painted, said, widget } from './support/widget.mjs';

const feed = neighbourhood();
const [first] = feed.initiatives;
feed.initiatives.push(
  { ...first, id: 'bruxelles', name: 'Épicerie de Bruxelles', location: [{ addressLocality: 'Bruxelles', latitude: 50.85, longitude: 4.35 }] },
  { ...first, id: 'saint-denis', name: 'Jardin de Saint-Denis', location: [{ addressLocality: 'Saint-Denis', latitude: 48.936, longitude: 2.354 }] },
);
const at = bench(feed);

/** The files of gazetteers that a page has fetched, without their folder. */
const fetched = (page) => page.record.requests.flatMap(({ url }) => /\/gazetteer-\w+\/(.+)/.exec(url)?.[1] ?? []);

test('a name with a mistake is found, and the field shows the true one', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  for (const [typed, label] of [['Villeurbane', 'Villeurbanne (69100)'], ['Grenobel', 'Grenoble (38000)'], ['Mraseille', 'Marseille (13000)']]) {
    await around(page, typed, label);
    assert.equal(await widget(page).place.inputValue(), label);
  }
});

test('what a name with a mistake may mean is suggested while it is typed', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { place, proposals } = widget(page);
  await place.pressSequentially('Marsie');
  await proposals.filter({ hasText: 'Marseille (13000)' }).waitFor();
});

test('short forms, arrondissements and quarters are understood', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  for (const [typed, label] of [
    ['st etienne', 'Saint-Étienne (42000)'], ['Chalon s/ Saône', 'Chalon-sur-Saône (71100)'], ['lyon part dieu', 'Lyon (69000)'],
    ['Lyon 3ème', 'Lyon 3e (69003)'], ['75012 Paris', 'Paris 12e (75012)'],
  ]) {
    await around(page, typed, label);
    assert.equal(await widget(page).place.inputValue(), label, typed);
  }
});

test('a name that several towns have is asked about, and the list stays until one is chosen', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { place, proposals, count, note } = widget(page);
  const before = await said(count);
  await around(page, 'Saint-Denis', 'laquelle cherchez-vous');
  assert.equal(await said(count), before);
  assert.equal(await place.inputValue(), 'Saint-Denis');
  assert.equal(await note.getAttribute('role'), 'status');
  const labels = await proposals.allTextContents();
  assert.ok(labels.length > 1 && labels.every((label) => label.startsWith('Saint-Denis (')), labels.join());
  const { look, assertClean } = audit();
  await look(page, 'asked which place is meant');
  assertClean();
  // With the keyboard, as any suggestion.
  assert.equal((await focused(page)).id, 'place');
  const wanted = labels.indexOf('Saint-Denis (93200)');
  for (let step = 0; step <= wanted; step++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await count.getByText(/Saint-Denis \(93200\)/).waitFor();
  assert.equal(await place.inputValue(), 'Saint-Denis (93200)');
  assert.equal(await proposals.count(), 0);
  assert.equal((await said(note)).trim(), '');
});

test('whoever leaves the field is asked as well, and may answer with the mouse', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { place, proposals, count, note } = widget(page);
  await place.fill('Saint-Denis');
  await page.keyboard.press('Tab');
  await note.getByText(/laquelle cherchez-vous/).waitFor();
  await proposals.filter({ hasText: '(93200)' }).click();
  await count.getByText(/Saint-Denis \(93200\)/).waitFor();
});

test('a page’s ambiguous place is the most populous, and the console says to name it better', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="Saint-Denis"' });
  await listed(page);
  assert.match(await widget(page).place.inputValue(), /^Saint-Denis \(97400\)$/);
  assert.equal(await said(widget(page).note), '');
  const warnings = page.record.said();
  assert.equal(warnings.length, 1, warnings.join('\n'));
  assert.match(warnings[0], /Saint-Denis \(97400\)/);
});

test('a clear place says nothing in the console and reads the files of France alone', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  assert.deepEqual(page.record.said(), []);
  assert.deepEqual(fetched(page), ['fr/index.txt', 'fr/p/69.txt']);
});

test('the beginning of a postcode is proposed, and taken only by whoever chooses it', async (t) => {
  const page = await at.visit(t, { lang: 'fr-FR', attributes: 'data-place="69007"' });
  await listed(page);
  const { place, proposals, count, note } = widget(page);
  const before = await said(count);
  for (const [typed, guess] of [['1000', 'Troyes (10000)'], ['38', 'Grenoble (38000)']]) {
    await around(page, typed, 'Vouliez-vous dire');
    assert.ok((await said(note)).includes(`« ${guess} »`), await said(note));
    assert.match(await said(note), /Seuls les lieux de France/);
    assert.equal(await place.inputValue(), typed);
    assert.equal(await said(count), before);
  }
  await proposals.filter({ hasText: 'Grenoble (38000)' }).click();
  await count.getByText(/Grenoble \(38000\)/).waitFor();
});

test('on a Belgian page 1000 is Bruxelles, painted and found', async (t) => {
  const page = await at.visit(t, { lang: 'fr-BE', attributes: 'data-place="1000" data-radius="10"' });
  await painted(page);
  assert.equal(await widget(page).place.inputValue(), 'Bruxelles (1000)');
  await listed(page);
  assert.match(await said(widget(page).count), /^1 action à moins de 10 km · Bruxelles \(1000\)/);
  assert.ok(fetched(page).every((file) => file.startsWith('be/')), fetched(page).join());
  // France's towns are there as well, and say so.
  await around(page, '69007', 'Lyon 7e (FR-69007)');
});

test('the attribute says whose places are meant', async (t) => {
  const page = await at.visit(t, { attributes: 'data-countries="FR BE"' });
  await listed(page);
  const { place, proposals, count } = widget(page);
  await around(page, 'Bruxelles', 'Bruxelles (BE-1000)');
  await count.getByText(/Bruxelles/).waitFor();
  await around(page, '1000 Bruxelles', 'Bruxelles (BE-1000)');
  await place.fill('Namur');
  await proposals.filter({ hasText: 'Namur (BE-5000)' }).click();
  await count.getByText(/Namur \(BE-5000\)/).waitFor();
});

test('on a French page nothing of a neighbour is looked for', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  for (const [typed, start] of [['Bruxelles', 'Vouliez-vous dire « Brunelles'], ['Anderlecht', 'Nous ne trouvons pas']]) {
    await around(page, typed, start);
    assert.match(await said(widget(page).note), /Seuls les lieux de France sont connus ici\./);
  }
  assert.ok(fetched(page).every((file) => file.startsWith('fr/')), fetched(page).join());
});

test('the list with the script is that of its countries', async (t) => {
  const query = 'place=1000&amp;countries=BE&amp;radius=10&amp;lang=fr';
  const url = await at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>Une association</title><link rel="icon" href="data:,"><body>
    <script async src="${at.server.url}/v1/alentour.js?${query}"></script></body></html>`);
  const page = await at.visit(t);
  await page.goto(url);
  await listed(page);
  assert.equal(await widget(page).place.inputValue(), 'Bruxelles (1000)');
  assert.equal(page.record.requests.filter(({ url }) => url.includes('first.json?') && url.includes('countries')).length, 0);
});
