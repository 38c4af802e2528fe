// A visitor proposes an initiative: five steps on pages that need no script, a mail to confirm, the operator's answer, and the card on a partner's page.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { audit } from './support/axe.mjs';
import { openPage, startBrowser } from './support/browser.mjs';
import { at as moment, day } from './support/feeds.mjs';
import { mailing, startMailbox } from './support/mailbox.mjs';
import { startServer, binary } from './support/server.mjs';
import { startSite } from './support/site.mjs';
import { until, widget } from './support/widget.mjs';

const location = [{ name: 'Centre social', postalCode: '69007', addressLocality: 'Lyon', addressCountry: 'FR', latitude: 45.7485, longitude: 4.8467 }];
const feed = {
  alentour: '1',
  initiatives: [{ id: 'haies', kind: 'gathering', name: 'Taille des haies', causes: ['environment'], location, sessions: [{ id: 'un', startDate: moment(3, 18), location: 0 }], participation: { way: 'rsvp' } }],
};

let browser, mailbox, server, site;
before(async () => {
  mailbox = await startMailbox();
  [browser, server, site] = await Promise.all([startBrowser(), startServer(feed, mailing(mailbox)), startSite()]);
});
after(() => Promise.all([browser?.close(), server?.stop(), mailbox?.stop(), site?.stop()]));

/** Publishes what waits, as whoever runs the installation does at a terminal. */
async function publish() {
  const run = (...options) =>
    new Promise((done, failed) => {
      const child = spawn(binary, ['initiatives', ...options, '--database', server.database], { stdio: ['ignore', 'pipe', 'inherit'] });
      let out = '';
      child.stdout.on('data', (chunk) => (out += chunk));
      child.on('close', (code) => (code === 0 ? done(out.trim()) : failed(new Error(`${options}: ${code}`))));
    });
  const [name] = (await run('list', '--status', 'waiting')).split('  ');
  await run('publish', name);
}

const picture = async (page, name) => process.env.ALENTOUR_PICTURES && (await page.screenshot({ path: `${process.env.ALENTOUR_PICTURES}/propose-${name}.png`, fullPage: true }));
const next = (page) => page.locator('form button:not(.unseen)[value=next], form button:not([name])').first().click();

/** Fills a step in. */
const steps = {
  async aim(page, words) {
    await page.locator('[name=causes][value=environment]').check();
    await page.locator('#whom').fill(words.whom);
    await page.locator('#change').fill(words.change);
  },
  async people(page, words) {
    await page.locator('[name=kind][value=gathering]').check();
    await page.locator('#people').fill('12');
    await page.locator('details:has(#question-0) > summary').click();
    await page.locator('#question-0').fill(words.question);
    await page.locator('#type-0').selectOption('yesNo');
    await page.locator('#required-0').check();
  },
  async when(page) {
    await page.locator('[name=when][value=dates]').check();
    await page.locator('#date-0').fill(day(6));
    await page.locator('#start-0').fill('14:00');
    await page.locator('[name=where][value=place]').check();
    await page.locator('#town').fill('69007');
    await page.locator('#venue').fill('Parc Blandan');
  },
  async partners(page, words) {
    await page.locator('#organizer').fill(words.organizer);
    await page.locator('#needs').fill(words.needs);
  },
  async telling(page, words) {
    await page.locator('#name').fill(words.name);
    await page.locator('#summary').fill(words.summary);
  },
};
const french = { question: 'Avez-vous un sécateur ?', whom: 'Les voisins', change: 'Les haies sont taillées.', organizer: 'Des voisins', needs: '12 sécateurs', name: 'Taille des haies du parc', summary: 'On taille ensemble.' };
const arabic = { question: 'هل لديكم مقص؟', whom: 'الجيران', change: 'ستُشذَّب الأسيجة.', organizer: 'جيران', needs: '12 مقصا', name: 'تشذيب أسيجة الحديقة', summary: 'نعمل معا.' };

test('proposed without a script on a telephone, confirmed, published, and there on a partner’s page', async (t) => {
  const page = await openPage(t, browser, { javaScriptEnabled: false, viewport: { width: 360, height: 780 } });
  await page.goto(`${server.url}/proposer`);
  assert.match(page.url(), /\/propose\?lang=fr$/);
  await page.getByText('Étape 1 sur 6').waitFor();
  assert.equal(await page.locator('.steps li').count(), 6);
  // What is missing is said beside it, and a link leads there.
  await next(page);
  assert.deepEqual(await page.locator('[role=alert] a').evaluateAll((all) => all.map((a) => a.getAttribute('href'))), ['#causes', '#whom', '#change']);
  for (const name of Object.keys(steps)) {
    await page.locator(`.steps [aria-current]`).waitFor();
    await steps[name](page, french);
    if (name === 'people') {
      // A row more, of those who said yes; where something is to choose from stands only where something is chosen from.
      await page.getByRole('button', { name: 'Ajouter une question' }).click();
      assert.equal(await page.locator('#question-0').inputValue(), french.question);
      await page.locator('#question-1:focus').fill('Quelle taille de gants ?');
      assert.equal(await page.locator('#options-1').isVisible(), false);
      await page.locator('#type-1').selectOption('choice');
      await page.locator('#options-1').fill('S\nM');
      await page.locator('#if-1').selectOption({ label: `Si «\u00a0${french.question}\u00a0»\u00a0: Oui` });
      await picture(page, 'questions');
      await next(page);
    } else if (name === 'when') {
      // A town of many names, another row, and Enter goes on: with the one that is chosen.
      await page.locator('#town').fill('Saint-Denis');
      await page.getByRole('button', { name: 'Ajouter une date' }).click();
      assert.equal(await page.locator('.row #date-1').count(), 1);
      await next(page);
      await page.locator('[name=town][value="Saint-Denis (93200)"]').check();
      await page.getByRole('button', { name: 'Saisir une autre ville' }).click();
      await page.locator('#town').fill('69007');
      await page.locator('#venue').press('Enter');
    } else {
      await next(page);
    }
  }
  await page.getByRole('heading', { name: 'Est-ce la même action ?' }).waitFor();
  await page.getByText('Étape 6 sur 6').waitFor();
  await page.getByText('Quelle taille de gants ?').waitFor();
  assert.match(await page.locator('section.asked').innerText(), /«\sTaille des haies\s» à 1 km/);
  assert.match(await page.locator('.preview').innerText(), /Taille des haies du parc/);
  // Back and forth loses nothing.
  await page.getByRole('button', { name: 'Retour' }).click();
  assert.equal(await page.locator('#name').inputValue(), french.name);
  await next(page);
  await page.locator('#email').fill('voisine@example.org');
  await page.locator('#consent').check();
  await page.getByRole('button', { name: 'Ce n’est pas la même chose : envoyer' }).click();
  await page.getByRole('heading', { name: 'Ouvrez votre messagerie' }).waitFor();

  const own = await mailbox.linked('voisine@example.org', 'proposal');
  await page.goto(server.url + own);
  await page.getByRole('button', { name: 'Confirmer et transmettre' }).click();
  await page.getByText('En attente de relecture').waitFor();
  await publish();
  await mailbox.linked('voisine@example.org', 'proposal', 1);
  await page.reload();
  await page.getByRole('link', { name: 'Voir l’action' }).waitFor();

  const shown = async () => (await (await fetch(`${server.url}/v1/feed.json`)).text()).includes(french.name);
  await until(shown, 900);
  const partner = await openPage(t, browser);
  await partner.goto(await site.page('association', { server: server.url, attributes: 'data-place="69007"' }));
  const card = partner.locator('.card', { hasText: french.name });
  await card.waitFor();
  assert.match(await card.innerText(), /Parc Blandan|Lyon 7e/);
  // From there the next one is proposed, in a tab of its own.
  const link = partner.getByRole('link', { name: 'Proposer une action' });
  assert.equal(await link.getAttribute('href'), 'https://agir.example.org/propose?lang=fr');
  assert.equal(await link.getAttribute('target'), '_blank');
  // And what is wrong with this one is said on the page of the server.
  await card.getByRole('link', { name: french.name, exact: true }).click();
  const report = partner.getByRole('link', { name: 'Signaler un problème' });
  assert.match(await report.getAttribute('href'), /^https:\/\/agir\.example\.org\/i\/a-[0-9a-f]{20}\/report\?lang=fr$/);
  assert.equal(await report.getAttribute('target'), '_blank');
  // The form asks what was written in the step.
  await widget(partner).join('Participer', french.name).click();
  const question = partner.getByRole('radiogroup', { name: french.question });
  await question.waitFor();
  const gloves = partner.getByRole('radiogroup', { name: 'Quelle taille de gants ?' });
  assert.equal(await gloves.isVisible(), false);
  await question.getByLabel('Oui').check();
  await gloves.getByLabel('M').check();
});

test('a town is completed while it is typed and chosen by keyboard: nothing is asked about it', async (t) => {
  const page = await openPage(t, browser);
  await page.goto(`${server.url}/propose?lang=fr`);
  for (const name of ['aim', 'people']) {
    await steps[name](page, french);
    assert.equal(await page.locator('script').count(), 0);
    await next(page);
  }
  await page.getByRole('heading', { name: 'Quand et où' }).waitFor();
  await steps.when(page);
  const town = page.getByRole('combobox', { name: 'Ville ou code postal' });
  const options = page.locator('#town-places li');
  await town.fill('');
  await town.pressSequentially('Villeurb');
  await options.first().waitFor();
  assert.deepEqual(await options.allInnerTexts(), ['Villeurbanne (69100)']);
  await town.press('ArrowDown');
  await town.press('Enter');
  assert.equal(await town.inputValue(), 'Villeurbanne (69100)');
  // Where many have the name, one of them was chosen.
  await town.fill('Saint-Denis');
  await options.filter({ hasText: '(93200)' }).click();
  await town.press('Enter');
  await page.locator('#organizer').waitFor();
  assert.match(page.url(), /step=partners/);
  await page.goBack();
  assert.equal(await town.inputValue(), 'Saint-Denis (93200)');
  assert.deepEqual(page.record.errors, []);
});

test('each page reads well on a telephone, in the dark and from right to left, by keyboard, and is small', async (t) => {
  const look = audit();
  for (const [lang, colorScheme, words] of [['fr', 'light', french], ['ar', 'dark', arabic]]) {
    // The audit is a script; the pages are the same with and without.
    const page = await openPage(t, browser, { viewport: { width: 360, height: 780 }, colorScheme });
    const see = async (name) => {
      await look.look(page, `${lang} ${name}`, false);
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      assert.ok(wide <= 360, `${lang} ${name} is ${wide} px wide`);
      const size = (await page.content()).length;
      assert.ok(size < 60_000, `${lang} ${name}: ${size} characters`);
      await picture(page, `${lang}-${name}`);
    };
    await page.goto(`${server.url}/propose?lang=${lang}`);
    await next(page);
    await see('wrong');
    for (const name of Object.keys(steps)) {
      await steps[name](page, words);
      if (name === 'when') {
        await page.locator('#town').fill('saint');
        await page.locator('#town-places li').nth(7).waitFor();
        await page.locator('#town').press('ArrowDown');
        await see('completing');
        await page.locator('#town').fill('69007');
        await page.locator('#town-places li').first().waitFor();
        await page.locator('#venue').focus();
        assert.equal(await page.locator('#town-places').isHidden(), true);
      }
      await see(name);
      await next(page);
    }
    await page.locator('#email').waitFor();
    await see('send');
    await page.locator('#email').fill(`${lang}@example.org`);
    await page.locator('#consent').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('[value=take-back]').waitFor();
    await see('sent');
    await page.goto(`${server.url}${await mailbox.linked(`${lang}@example.org`, 'proposal')}?lang=${lang}`);
    await see('confirm');
    await page.locator('[value=confirm]').click();
    await page.locator('[value=withdraw]').waitFor();
    await see('waiting');
  }
  look.assertClean();
});
