// Words: understood once the field has the focus, and said why.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { listed } from './support/widget.mjs';

const initiative = (id, name, more) => ({ id, name, reach: 'online', ...more });
const at = bench({
  alentour: '1', inLanguage: 'fr', initiatives: [
    initiative('a', 'Réviser à plusieurs', { keywords: ['aide aux devoirs'] }),
    initiative('b', 'Un jardin partagé', { kind: 'volunteering' }),
    initiative('c', 'Marche', { causes: ['housing'], description: 'On parle de potagers.' }),
  ],
});

/** Titles of the cards. */
const titles = (page) => page.locator('.card h3').allTextContents();

async function looked(page, words, expected) {
  const field = page.locator('.words input');
  await field.fill(words);
  for (let tries = 0; tries < 50 && String(await titles(page)) !== String(expected); tries++) await page.waitForTimeout(100);
  assert.deepEqual(await titles(page), expected, words);
}

async function opened(t) {
  const page = await at.visit(t, { attributes: '' });
  await listed(page);
  return page;
}

test('synonyms, kinds, causes and words with a mistake find what is meant, and the card says why', async (t) => {
  const page = await opened(t);
  await looked(page, 'tutorat', ['Réviser à plusieurs']);
  assert.match(await page.locator('.card').innerText(), /Trouvé par «\s*aide aux devoirs\s*»/);
  await looked(page, 'bénévoles', ['Un jardin partagé']);
  await looked(page, 'mal-logement', ['Marche']);
  assert.match(await page.locator('.card').innerText(), /Trouvé par «\s*Logement\s*»/);
  await looked(page, 'potager', ['Marche']);
  assert.match(await page.locator('.card').innerText(), /La description dit «\s*potagers\s*»/);
  await looked(page, 'jadrin', ['Un jardin partagé']);
});

test('nothing is said to fit nowhere that fits elsewhere', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  await looked(page, 'jardin', ['Un jardin partagé']);
  await page.getByRole('heading', { name: /rien ne correspond à moins de 25\s*km/ }).waitFor();
});

test('where nothing is found, what may have been meant is a button', async (t) => {
  const page = await opened(t);
  await looked(page, 'jardin piscine', []);
  const button = page.getByRole('button', { name: /Vouliez-vous dire «\s*jardin\s*»/ });
  await button.click();
  assert.deepEqual(await titles(page), ['Un jardin partagé']);
  assert.equal(await page.locator('.words input').inputValue(), 'jardin');
});

test('without what is known of words they are found by their beginnings', async (t) => {
  const page = await opened(t);
  await page.route(/words-fr|forms\.txt/, (route) => route.abort());
  await looked(page, 'jard', ['Un jardin partagé']);
  await looked(page, 'tutorat', []);
});
