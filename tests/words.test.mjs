// Words: understood once the field has the focus, and said why.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { listed, widget } from './support/widget.mjs';

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

test('a card that says the same stays the element that it is while a word is typed', async (t) => {
  const page = await opened(t);
  // By then what is known of words has come, of which all cards are made anew.
  await looked(page, 'tutorat', ['Réviser à plusieurs']);
  await looked(page, '', ['Réviser à plusieurs', 'Un jardin partagé', 'Marche']);
  await page.evaluate(() => {
    for (const card of document.querySelector('alentour-widget').shadowRoot.querySelectorAll('.card')) card.dataset.stood = 'yes';
  });
  const stood = () => page.locator('.card').evaluateAll((cards) => cards.map((card) => card.dataset.stood ?? 'no'));
  await looked(page, 'r', ['Réviser à plusieurs']);
  assert.deepEqual(await stood(), ['yes']);
  await looked(page, '', ['Réviser à plusieurs', 'Un jardin partagé', 'Marche']);
  assert.deepEqual(await stood(), ['yes', 'no', 'no']);
  // Found by something else than what it shows, it says so.
  await looked(page, 'tutorat', ['Réviser à plusieurs']);
  assert.deepEqual(await stood(), ['no']);
});

test('the counts of filters follow a word', async (t) => {
  const page = await opened(t);
  const { chip } = widget(page);
  await looked(page, 'jardin', ['Un jardin partagé']);
  await chip('Bénévolat').and(page.locator(':not(.none)')).waitFor();
  await looked(page, 'réviser', ['Réviser à plusieurs']);
  await chip('Bénévolat').and(page.locator('.none')).waitFor();
});
