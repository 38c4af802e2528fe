// The organiser's questions: every type of them, and those that an earlier answer leads to, from the list to what is stored.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { openPage } from './support/browser.mjs';
import { at as moment, neighbourhood, questions } from './support/feeds.mjs';
import { SETTINGS, startServer } from './support/server.mjs';
import { focused, introduce, said, widget } from './support/widget.mjs';

/** A feed whose first action asks all of it. */
function asking() {
  const feed = neighbourhood();
  const { organizer, location, participation: { consents } } = feed.initiatives[0];
  const sessions = [{ id: 'un', startDate: moment(3), endDate: moment(3, 19) }];
  feed.initiatives.unshift({ id: 'cueillette', kind: 'volunteering', name: 'Cueillette solidaire', organizer, location, sessions, participation: { way: 'shift', questions, consents: consents.slice(0, 1) } });
  return feed;
}

const at = bench(asking());

// Pages have a form where a mail can confirm it.
let mailing;
before(async () => (mailing = await startServer(asking(), `public-url = "https://agir.example.org"\n${SETTINGS}[mail]\nsmtp = "smtp://127.0.0.1:1"\nfrom = "Agir <bonjour@example.org>"\n`)));
after(() => mailing?.stop());

/** A field of the organiser's, by its id. */
const asked = (page, id) => page.locator(`.field:has(> [id="hint-answers.${id}"]), .field:has(> [id="error-answers.${id}"])`);
const group = (page, name) => page.getByRole('group', { name });

async function open(t, options = {}) {
  const page = await at.visit(t, { query: '#alentour=cueillette', ...options });
  await asked(page, 'voiture').waitFor();
  return page;
}

async function send(page) {
  await widget(page).send('Je participe').click();
  await widget(page).status.getByText('Merci').waitFor();
}

test('a question that an earlier answer leads to is shown with it, kept while it is hidden, and not sent then', async (t) => {
  const page = await at.visit(t);
  await widget(page).join('Participer', 'Cueillette solidaire').click();
  const { field } = widget(page);
  const seen = async () => Promise.all(['places', 'siege', 'gare'].map((id) => asked(page, id).isVisible()));
  assert.deepEqual(await seen(), [false, false, false]);
  assert.notEqual(await asked(page, 'places').getAttribute('hidden'), null);
  await field('Oui').check();
  await asked(page, 'places').waitFor();
  assert.deepEqual(await seen(), [true, false, false]);
  await field('Places libres dans la voiture').fill('3');
  await field(/^J’ai un siège enfant/).check();
  // Another answer to the first: what followed from it is gone, however far.
  await field('Non').check();
  await asked(page, 'gare').waitFor();
  assert.deepEqual(await seen(), [false, false, true]);
  await field('Où vous prendre ?').fill('Part-Dieu');
  await field('Oui').check();
  await asked(page, 'siege').waitFor();
  assert.equal(await field('Places libres dans la voiture').inputValue(), '3');
  assert.equal(await field(/^J’ai un siège enfant/).isChecked(), true);
  await field('Dari').check();
  await introduce(page, { email: 'voiture@example.org' });
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/signups'));
  await send(page);
  const row = (await at.server.signups('cueillette')).find(({ email }) => email === 'voiture@example.org');
  assert.deepEqual(row.answers, { langues: 'Dari', places: '3', siege: 'yes', voiture: 'yes' });
  assert.ok(!(await sent).postData().includes('Part-Dieu'));
  assert.deepEqual(page.record.errors, []);
});

test('every type is stored as it was answered', async (t) => {
  const page = await open(t);
  const { field } = widget(page);
  await field(/^Ce qui vous donne envie/).fill('La cueillette.\nEt le goûter.');
  // In the organiser's order, however they were ticked.
  for (const language of ['Français', 'Langue des signes', 'Arabe']) await field(language).check();
  await field('Langue des signes').uncheck();
  await field(/^Votre commune/).selectOption('Oullins');
  await field('Soir').check();
  await field(/^Premier jour possible/).fill('2028-02-29');
  await field('Non').check();
  await field('Où vous prendre ?').fill('Gare de Vaise');
  await field(/^Part de la récolte/).fill('2,5');
  await introduce(page, { email: 'tout@example.org' });
  await send(page);
  const row = (await at.server.signups('cueillette')).find(({ email }) => email === 'tout@example.org');
  assert.deepEqual(row.answers, {
    arrivee: '2028-02-29', commune: 'Oullins', envie: 'La cueillette.\nEt le goûter.', gare: 'Gare de Vaise', langues: 'Arabe\nFrançais', moment: 'Soir', part: '2.5',
    voiture: 'no',
  });
});

test('what is hidden is neither required nor in the summary; what is wrong is said, and the summary leads to the first of a group', async (t) => {
  const page = await open(t);
  const { field, summary } = widget(page);
  await introduce(page);
  await widget(page).send('Je participe').click();
  await summary.waitFor();
  assert.match(await said(summary), /Il reste 2 points.*Langues que vous parlez$/);
  await summary.getByRole('link', { name: /^Langues/ }).click();
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'in-answers.langues');
  const described = (one) => one.evaluate((it) => it.getAttribute('aria-describedby').split(' ').map((id) => it.getRootNode().getElementById(id).textContent).join('|'));
  const choice = page.getByRole('radiogroup', { name: 'Venez-vous en voiture ?' });
  assert.deepEqual([await choice.getAttribute('aria-invalid'), await choice.getAttribute('aria-required')], ['true', 'true']);
  assert.equal(await described(choice), 'Répondez à cette question.');
  assert.equal(await field('Arabe').getAttribute('aria-invalid'), 'true');
  assert.equal(await described(group(page, 'Langues que vous parlez')), 'Répondez à cette question.');
  await field('Arabe').check();
  assert.match(await said(summary), /Il reste un point.*Venez-vous en voiture \?$/);
  await summary.getByRole('link', { name: /^Venez-vous/ }).click();
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'in-answers.voiture');
  await field('Oui').check();
  await summary.waitFor({ state: 'hidden' });
  await field('Places libres dans la voiture').fill('9');
  await field(/^Part de la récolte/).fill('deux');
  await widget(page).send('Je participe').click();
  await summary.getByText(/Places libres/).waitFor();
  assert.match(await described(field(/^Part de la récolte/)), /Indiquez un nombre, en chiffres\. Au moins 0,25\./);
  assert.equal(await described(field('Places libres dans la voiture')), 'Sans compter la vôtre.\nDe 1 à 8.|Indiquez un nombre, en chiffres. De 1 à 8.');
  assert.equal(await field(/^Part de la récolte/).inputValue(), 'deux');
  // What is no longer asked is no longer wrong.
  await field('Non').check();
  assert.match(await said(summary), /Il reste un point.*Part de la récolte/);
});

test('what was answered is there after the list, in the words and signs of the language', async (t) => {
  const page = await open(t);
  const { field, back, join } = widget(page);
  await field('Oui').check();
  await field('Français').check();
  await field(/^Part de la récolte/).fill('0,5');
  await back.click();
  await join('Participer', 'Cueillette solidaire').click();
  assert.equal(await field('Oui').isChecked(), true);
  assert.equal(await field('Français').isChecked(), true);
  assert.equal(await field('Arabe').isChecked(), false);
  assert.equal(await field(/^Part de la récolte/).inputValue(), '0,5');
  assert.equal(await asked(page, 'places').isVisible(), true);
});

test('six options stand there, seven are a list', async (t) => {
  const page = await open(t);
  assert.equal(await page.getByRole('radiogroup', { name: /^Moment/ }).getByRole('radio').count(), 2);
  assert.equal(await widget(page).field(/^Votre commune/).evaluate((it) => it.localName), 'select');
});

test('a form full of questions is answered with the keyboard alone', async (t) => {
  const page = await open(t);
  const { field } = widget(page);
  await field('Adresse e-mail').focus();
  await page.keyboard.type('clavier@example.org');
  const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
  // Past who is under 15.
  await press('Tab', 'Tab');
  await page.keyboard.type('Pour voir.');
  // Four boxes, each of them reached; the third is ticked.
  await press('Tab', 'Tab', 'Tab', 'Space', 'Tab', 'Tab');
  assert.equal(await field('Français').isChecked(), true);
  assert.equal((await focused(page)).id, 'in-answers.commune');
  // A group of radios is one stop; its arrows choose.
  await press('Tab', 'ArrowDown');
  assert.equal(await field('Soir').isChecked(), true);
  // A date has a stop for each of its parts.
  await press('Tab');
  assert.equal((await focused(page)).id, 'in-answers.arrivee');
  for (let n = 0; n < 8 && (await focused(page)).id !== 'in-answers.voiture'; n++) await press('Tab');
  await press('Space');
  assert.equal(await field('Oui').isChecked(), true);
  await asked(page, 'places').waitFor();
  await press('Tab');
  assert.equal((await focused(page)).id, 'in-answers.places');
  await page.keyboard.type('3');
  await asked(page, 'siege').waitFor();
  await press('Tab', 'Space');
  assert.equal(await field(/^J’ai un siège enfant/).isChecked(), true);
  await press('Tab');
  assert.equal((await focused(page)).id, 'in-answers.part');
});

const looks = [
  ['light', 'fr', { colorScheme: 'light', viewport: { width: 1200, height: 900 } }],
  ['dark', 'fr', { colorScheme: 'dark', viewport: { width: 1200, height: 900 } }],
  ['Arabic', 'ar', { colorScheme: 'light', viewport: { width: 1200, height: 900 } }],
  ['a telephone', 'fr', { viewport: { width: 360, height: 780 } }],
  ['a dark telephone in Arabic', 'ar', { colorScheme: 'dark', viewport: { width: 360, height: 780 } }],
];

for (const [how, lang, options] of looks) {
  test(`questions are accessible in ${how}, and no wider than the screen`, async (t) => {
    const { look, assertClean } = audit();
    const page = await open(t, { lang, browser: options, attributes: `data-lang="${lang}"` });
    await page.locator('[id="in-answers.voiture"]').check();
    await page.locator('[id="in-answers.places"]').fill('3');
    await asked(page, 'siege').waitFor();
    await page.locator('[id="in-answers.langues"]').check();
    await look(page, 'asked');
    const shoot = async (name) => {
      if (process.env.ALENTOUR_SCREENSHOTS) await page.locator('.join').screenshot({ path: `${process.env.ALENTOUR_SCREENSHOTS}/questions-${how.replaceAll(' ', '-')}-${name}.png` });
    };
    await shoot('asked');
    await page.locator('.join button[type=submit]').click();
    await page.locator('#to-mend').waitFor();
    await look(page, 'to mend');
    await shoot('to-mend');
    assertClean();
    // A finger hits each option, and its words stand side by side.
    for (const box of await Promise.all((await page.locator('.options label').all()).map((label) => label.boundingBox()))) {
      assert.ok(box.height >= 44 && box.width >= 120, JSON.stringify(box));
    }
    const { scrollWidth, clientWidth } = await page.locator('html').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
    assert.ok(scrollWidth <= clientWidth, `${scrollWidth} > ${clientWidth}`);
  });

  test(`without a script all questions are there in ${how}, and those that depend say on what`, async (t) => {
    const { look, assertClean } = audit();
    const page = await openPage(t, at.browser, options);
    await page.goto(`${mailing.url}/i/cueillette?lang=${lang}`);
    for (const { id } of questions) assert.equal(await asked(page, id).isVisible(), true, id);
    assert.match(await said(asked(page, 'gare')), lang === 'ar' ? /لا/ : /Si « Venez-vous en voiture \? » : Non/);
    await look(page, 'asked', false);
    if (process.env.ALENTOUR_SCREENSHOTS) await page.screenshot({ path: `${process.env.ALENTOUR_SCREENSHOTS}/questions-${how.replaceAll(' ', '-')}-page.png`, fullPage: true });
    assertClean();
  });
}
