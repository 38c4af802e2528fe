// The visitor's position: asked for by the button alone, and explained where it cannot be had.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { listed, said, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

/** Counts in `window.asked` how often the page's scripts ask for the position or for the permission. */
function countQuestions() {
  window.asked = 0;
  for (const name of ['getCurrentPosition', 'watchPosition']) {
    const real = Geolocation.prototype[name];
    Geolocation.prototype[name] = function (...values) {
      window.asked++;
      return real.apply(this, values);
    };
  }
}

test('the position is never asked for until the button is pressed', async (t) => {
  const page = await at.visit(t, { browser: { init: countQuestions } });
  await listed(page);
  const { place, words, cards, back, here } = widget(page);
  await place.pressSequentially('69007');
  await words.fill('devoirs');
  await cards.first().getByRole('link').click();
  await back.click();
  assert.equal(await page.evaluate(() => window.asked), 0);
  await here.click();
  assert.equal(await page.evaluate(() => window.asked), 1);
});

test('a granted position is searched around, and its numbers are shown nowhere', async (t) => {
  const geolocation = { latitude: 45.4339, longitude: 4.3903 };
  const page = await at.visit(t, { browser: { geolocation, permissions: ['geolocation'] } });
  await listed(page);
  const { here, count, place } = widget(page);
  await here.click();
  await count.getByText(/Votre position/).waitFor();
  assert.equal(await place.inputValue(), 'Votre position');
  assert.match(await said(count), /^1 action à moins de 25 km · Votre position/);
  assert.ok(!(await page.locator('alentour-widget').evaluate((it) => it.shadowRoot.innerHTML)).includes('45.4'));
  for (const { url } of page.record.requests) assert.ok(!url.includes('45.4') && !url.includes('4.39'), url);
});

test('a refused position is explained, and another way is named', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { here, note, nearby } = widget(page);
  await here.click();
  await note.getByText(/n’a pas été communiquée/).waitFor();
  assert.match(await said(note), /Vous pouvez indiquer une ville ou un code postal/);
  assert.equal(await nearby.count(), 12);
});

test('a position that cannot be found is explained', async (t) => {
  const fail = () => {
    Geolocation.prototype.getCurrentPosition = (_, failed) => setTimeout(failed, 10, { code: 2, message: 'no signal' });
  };
  const page = await at.visit(t, { browser: { init: fail } });
  await listed(page);
  await widget(page).here.click();
  await widget(page).note.getByText(/n’a pas pu être trouvée/).waitFor();
});

test('a browser without geolocation is explained', async (t) => {
  const remove = () => Object.defineProperty(Navigator.prototype, 'geolocation', { value: undefined });
  const page = await at.visit(t, { browser: { init: remove } });
  await listed(page);
  await widget(page).here.click();
  await widget(page).note.getByText(/n’a pas pu être trouvée/).waitFor();
});

test('a position that comes after another place was typed is too late', async (t) => {
  const slow = () => {
    Geolocation.prototype.getCurrentPosition = (found) =>
      setTimeout(found, 700, { coords: { latitude: 45.1885, longitude: 5.7245 } });
  };
  const page = await at.visit(t, { browser: { init: slow } });
  await listed(page);
  const { here, place, count } = widget(page);
  await here.click();
  await place.fill('69100');
  await place.press('Enter');
  await count.getByText(/Villeurbanne/).waitFor();
  await page.waitForTimeout(1000);
  assert.match(await said(count), /Villeurbanne/);
});
