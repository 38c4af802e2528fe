// From the list to what is stored and confirmed, and back from its mails, once for each kind of action: with real mails, whose pages run no script.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { hurry, openPage } from './support/browser.mjs';
import { at as moment } from './support/feeds.mjs';
import { startMailbox } from './support/mailbox.mjs';
import { SETTINGS, startServer } from './support/server.mjs';
import { startSite } from './support/site.mjs';
import { introduce, listed, said, until, widget } from './support/widget.mjs';

const consents = [{ id: 'contact', version: '1', text: 'J’accepte d’être contacté·e.', purpose: 'contact', required: true }];
const location = [{ name: 'Centre social', postalCode: '69007', addressLocality: 'Lyon', addressCountry: 'FR', latitude: 45.7485, longitude: 4.8467 }];
const session = (id, days, seats) => ({ id, startDate: moment(days, 18), endDate: moment(days, 20), location: 0, maximumAttendeeCapacity: seats });
const initiative = (id, kind, name, way, more = {}, participation = {}) => ({ id, kind, name, location, participation: { way, consents, ...participation }, ...more });
const feed = {
  alentour: '1',
  initiatives: [
    initiative('ramasse', 'volunteering', 'Ramasse du soir', 'shift', { sessions: [session('mardi', 3, 4), session('jeudi', 5, 4), session('samedi', 7, 1)] }),
    initiative('reunion', 'gathering', 'Réunion publique', 'rsvp', { sessions: [session('soir', 4, 40)] }, { partySize: 4 }),
    initiative('toit', 'petition', 'Un toit pour toutes', 'signature', { petition: { target: 600, signatures: 98 } }, { message: 'optional' }),
    initiative('collectif', 'group', 'Collectif du quartier', 'membership', {}, { message: 'optional' }),
    initiative('local', 'project', 'Un local pour l’entraide', 'offer', {}, { message: 'optional' }),
    initiative('lettre', 'campaign', 'Un toit par lettre', 'pledge'),
    initiative('cours', 'training', 'Cours du soir', 'enrolment', { sessions: [session('un', 3, 12), session('deux', 10, 12)] }, { series: true }),
  ],
};

const at = bench(feed);
let mailbox, server;
before(async () => {
  mailbox = await startMailbox();
  await until(() => at.site);
  server = await startServer(feed, `public-url = "https://agir.example.org"\n${SETTINGS}[mail]\nsmtp = "${mailbox.url}"\nfrom = "Agir <bonjour@example.org>"\n[sign-ups]\npartner-origins = ["${at.site.url}"]\n`);
});
after(() => Promise.all([server?.stop(), mailbox?.stop()]));

const to = (email) => mailbox.to(email);

/** A page behind a link of a mail's, in a browser that runs no script. */
async function follow(t, path, options) {
  const page = await openPage(t, at.browser, { javaScriptEnabled: false, viewport: { width: 360, height: 780 }, ...options });
  const answer = await page.goto(server.url + path);
  assert.equal(answer.status(), 200);
  return page;
}

/** From the list to the confirmed sign-up; the path of its own page. */
async function takesPart(t, id, email, button, fill = () => {}, place = {}) {
  const { name } = feed.initiatives.find((it) => it.id === id);
  const page = await at.visit(t, { attributes: 'data-limit="40"', origin: server.url, browser: { init: hurry }, ...place });
  await listed(page);
  const card = page.locator('.card', { hasText: name });
  await card.locator('.action').click();
  await introduce(page, { email, consent: false });
  for (const box of await widget(page).detail.locator('[name^="consents."]').all()) await box.check();
  await fill(page, widget(page));
  await widget(page).send(button).click();
  await widget(page).status.getByText('Dernière étape').waitFor();
  assert.deepEqual((await server.signups(id)).filter((row) => row.email === email && row.confirmedAt), [], 'nothing counts before its person has confirmed');

  const own = await follow(t, await mailbox.linked(email, 'confirm'));
  await own.getByText(name).first().waitFor();
  assert.ok((await said(own.locator('body'))).includes('Camille'), 'what was typed is shown before it is confirmed');
  await own.getByRole('button', { name: 'Je confirme' }).click();
  assert.match(await said(own.locator('h1')), /^(C’est confirmé, merci !|Vous êtes sur la liste d’attente)$/);
  return mailbox.linked(email, 'mine');
}

/** What is stored of an address. */
async function stored(id, email) {
  const rows = (await server.signups(id)).filter((row) => row.email === email);
  assert.equal(rows.length, 1);
  assert.ok(rows[0].confirmedAt, JSON.stringify(rows[0]));
  return rows[0];
}

const sessionsOf = (row) => row.sessions.map(({ id, state }) => [id, state]);

test('volunteering: two shifts, one of which is given back later', async (t) => {
  const email = 'volunteering@example.org';
  const path = await takesPart(t, 'ramasse', email, /^Je participe · 2 dates$/, async (page, { slot }) => {
    await slot('mardi').check();
    await slot('jeudi').check();
  });
  assert.deepEqual(sessionsOf(await stored('ramasse', email)), [['mardi', 'active'], ['jeudi', 'active']]);
  const own = await follow(t, path);
  await own.getByRole('button', { name: /Rendre cette place/ }).first().click();
  await own.getByText('Votre place est rendue').waitFor();
  assert.deepEqual(sessionsOf(await stored('ramasse', email)), [['mardi', 'cancelled'], ['jeudi', 'active']]);
});

test('gathering: a party of three, and on one’s own page of two', async (t) => {
  const email = 'gathering@example.org';
  const path = await takesPart(t, 'reunion', email, /^Je participe/, (page, { field }) => field('Nombre de personnes, en vous comptant').selectOption('3'));
  assert.equal((await stored('reunion', email)).partySize, 3);
  const own = await follow(t, path);
  await own.locator('summary').click();
  await own.locator('[name=party]').selectOption('2');
  await own.getByRole('button', { name: /Changer|Enregistrer/ }).click();
  assert.equal((await stored('reunion', email)).partySize, 2);
});

test('petition: signed with a word, counted once it is confirmed, and taken back', async (t) => {
  const email = 'petition@example.org';
  const path = await takesPart(t, 'toit', email, 'Je signe', (page, { field }) => field(/^Pourquoi/).fill('Pour mes voisins.'));
  assert.equal((await stored('toit', email)).message, 'Pour mes voisins.');
  const signatures = async () => (await (await fetch(`${server.url}/v1/live.json?id=toit`)).json()).initiatives[0].signatures;
  await until(async () => (await signatures()) === 99);
  const own = await follow(t, path);
  await own.getByRole('button', { name: /Annuler|Retirer/ }).click();
  await until(async () => (await signatures()) === 98);
  assert.deepEqual(await server.signups('toit'), []);
});

test('group: a word to those whom one wants to join', async (t) => {
  const email = 'group@example.org';
  await takesPart(t, 'collectif', email, /./, (page, { field }) => field(/^Un mot/).fill('Je suis voisine.'));
  assert.equal((await stored('collectif', email)).message, 'Je suis voisine.');
});

test('project: what one can bring', async (t) => {
  const email = 'project@example.org';
  await takesPart(t, 'local', email, /./, (page, { field }) => field(/^Ce que vous/).fill('Deux tables.'));
  assert.equal((await stored('local', email)).message, 'Deux tables.');
});

test('campaign: a pledge', async (t) => {
  const email = 'campaign@example.org';
  await takesPart(t, 'lettre', email, /./);
  await stored('lettre', email);
});

test('training: the whole series', async (t) => {
  const email = 'training@example.org';
  await takesPart(t, 'cours', email, /^Je m’inscris/, (page) => page.getByLabel(/^Toute la série|^Les 2|^Toutes/).check());
  assert.deepEqual(sessionsOf(await stored('cours', email)), [['un', 'active'], ['deux', 'active']]);
});

/** The one way back of each mail to an address, as people follow it. */
function waysBack(email) {
  const plain = (mail) => mail.replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
  return to(email).map((mail) => [...new Set(plain(mail).match(/http:\S+?#alentour=\w+/g))].join(' '));
}

test('each mail, and one’s own page, lead back to the partner’s page with the action open, and without what its address said of the visitor', async (t) => {
  const canonical = '<link rel="canonical" href="?page_id=7#haut" />';
  const places = [
    ['tracked', { query: '?utm_source=lettre&mail=zoe%40example.org#' }, /^http:\/\/127\.0\.0\.1:\d+\/page-\d+#alentour=reunion$/],
    ['found-by-its-query', { query: '?page_id=7&fbclid=abc', head: canonical }, /\/page-\d+\?page_id=7#alentour=reunion$/],
    ['of-another-page', { query: '?a=b', head: '<link rel="canonical" href="/ailleurs?page_id=7" />' }, /\/page-\d+#alentour=reunion$/],
  ];
  for (const [name, place, expected] of places) {
    const email = `${name}@example.org`;
    const path = await takesPart(t, 'reunion', email, /^Je participe/, () => {}, place);
    const [first, ...others] = waysBack(email);
    assert.match(first, expected);
    assert.ok(others.length > 0 && others.every((other) => other === first), others.join('\n'));
    const own = await follow(t, path);
    const link = own.getByRole('link', { name: `Retourner sur ${new URL(at.site.url).host}` });
    assert.equal(await link.getAttribute('href'), first);
    const back = await openPage(t, at.browser);
    await back.goto(first);
    await widget(back).detail.getByRole('heading', { name: 'Réunion publique' }).waitFor();
  }
});

test('a page that is no partner’s is forgotten, and mails lead to the server’s own', async (t) => {
  const email = 'nobodys@example.org';
  const strange = await startSite();
  t.after(() => strange.stop());
  const url = await strange.page('association', { server: server.url, attributes: 'data-limit="40"' });
  const page = await openPage(t, at.browser, { init: hurry });
  await page.goto(`${url}#alentour=lettre`);
  await introduce(page, { email, consent: false });
  for (const box of await widget(page).detail.locator('[name^="consents."]').all()) await box.check();
  await widget(page).send(/./).click();
  await widget(page).status.getByText('Dernière étape').waitFor();
  await mailbox.linked(email, 'confirm');
  assert.deepEqual(waysBack(email), ['']);
  assert.ok(to(email)[0].includes('https://agir.example.org/i/lettre'), to(email)[0]);
});

test('the last seat: the next one waits for it, is promoted once it is given back, and may give it back, too', async (t) => {
  const choose = async (page, { slot }) => {
    // The card spoke of that one.
    await slot('mardi').uncheck();
    await slot('samedi').check();
  };
  const first = await takesPart(t, 'ramasse', 'premiere@example.org', /^Je participe/, choose);
  const next = await takesPart(t, 'ramasse', 'suivante@example.org', /liste d’attente/, choose);
  assert.deepEqual(sessionsOf(await stored('ramasse', 'suivante@example.org')), [['samedi', 'waiting']]);
  const waits = await follow(t, next);
  await waits.getByText('sur liste d’attente').first().waitFor();
  const own = await follow(t, first);
  await own.getByRole('button', { name: /Rendre cette place/ }).click();
  await until(() => to('suivante@example.org').some((mail) => /^Subject: .*[Pp]lace/m.test(mail)), 600);
  assert.deepEqual(sessionsOf(await stored('ramasse', 'suivante@example.org')), [['samedi', 'active']]);
  const promoted = await follow(t, next);
  await promoted.getByRole('button', { name: /Rendre cette place/ }).click();
  assert.deepEqual(sessionsOf(await stored('ramasse', 'suivante@example.org')), [['samedi', 'cancelled']]);
});

test('one’s own page stands without a script in each language and look, shows nothing that was typed, and tells nobody where it is', async (t) => {
  const path = await takesPart(t, 'reunion', 'own-page@example.org', /^Je participe/);
  const { look, assertClean } = audit();
  for (const lang of ['fr', 'en', 'es', 'ar']) {
    for (const colorScheme of ['light', 'dark']) {
      // The audit is a script, the page has none.
      const page = await follow(t, `${path}?lang=${lang}`, { colorScheme, javaScriptEnabled: true });
      assert.equal(await page.locator('html').getAttribute('dir'), lang === 'ar' ? 'rtl' : 'ltr');
      const text = await page.content();
      for (const typed of ['Camille', 'Durand', 'own-page@']) assert.ok(!text.includes(typed), typed);
      const { scrollWidth, clientWidth } = await page.locator('html').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
      assert.ok(scrollWidth <= clientWidth, `${lang}: ${scrollWidth} > ${clientWidth}`);
      await look(page, `${lang}, ${colorScheme}`, false);
    }
  }
  assertClean();

  // The link is all that is needed, so it must not leak: not to where the page leads, not into a frame, not into a cache.
  const { headers } = await fetch(server.url + path);
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.match(headers.get('content-security-policy'), /frame-ancestors 'none'/);
  // Nobody is known by a cookie, so that another site has nothing to misuse; and it has not the link.
  assert.equal(headers.get('set-cookie'), null);
  const guess = async (token) => {
    const answer = await fetch(`${server.url}/mine/${token}`);
    return [answer.status, await answer.text()];
  };
  const token = path.split('/')[2];
  const near = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
  const [[status, one], [, other]] = [await guess(near), await guess('0'.repeat(64))];
  assert.notEqual(status, 500);
  assert.ok(!one.includes('Réunion publique'));
  assert.equal(one.replaceAll(near, ''), other.replaceAll('0'.repeat(64), ''), 'a near miss looks like any');
});
