// Those who organise, from the mailed link to the list for the door: on pages that need no script, on a telephone, by keyboard alone.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { audit } from './support/axe.mjs';
import { openPage, startBrowser } from './support/browser.mjs';
import { at as moment } from './support/feeds.mjs';
import { mailing, startMailbox } from './support/mailbox.mjs';
import { startServer, binary } from './support/server.mjs';
import { said, until } from './support/widget.mjs';

// Of four languages, the two in which pages are built otherwise, one of them in the dark: axe looks at these. In all four they must fit.
const DIFFERENT = ['fr', 'ar'];
const consents = [{ id: 'contact', version: '1', text: 'J’accepte d’être contacté·e.', purpose: 'contact', required: true }];
const location = [{ name: 'Centre social', postalCode: '69007', addressLocality: 'Lyon', addressCountry: 'FR', latitude: 45.7485, longitude: 4.8467 }];
const session = (id, days, seats) => ({ id, startDate: moment(days, 18), endDate: moment(days, 20), location: 0, maximumAttendeeCapacity: seats });
const feed = {
  alentour: '1',
  initiatives: [
    { id: 'ramasse', kind: 'volunteering', name: 'Ramasse du soir', location, sessions: [session('mardi', 3, 2), session('jeudi', 5, 4)], participation: { way: 'shift', consents, telephone: 'optional' } },
    { id: 'atelier', kind: 'gathering', name: 'Atelier', location, sessions: [session('lundi', 4, 1)], participation: { way: 'shift', consents } },
    { id: 'fete', kind: 'gathering', name: 'Fête du quartier', location, sessions: [session('samedi', 6, 9)] },
    { id: 'collectif', kind: 'group', name: 'Collectif du quartier', location, participation: { way: 'membership', consents, message: 'optional' } },
  ],
};

let browser, mailbox, server;
before(async () => {
  mailbox = await startMailbox();
  [browser, server] = await Promise.all([startBrowser(), startServer(feed, mailing(mailbox))]);
});
after(() => Promise.all([browser?.close(), server?.stop(), mailbox?.stop()]));

const to = (email) => mailbox.to(email);

/** What `alentour accounts` says to that; an address is typed, and in no list of processes. */
function accounts(input, ...options) {
  return new Promise((done, failed) => {
    const child = spawn(binary, ['accounts', ...options, '--database', server.database], { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.on('close', (code) => (code === 0 ? done(out.trim()) : failed(new Error(`${options}: ${code}`))));
    child.stdin.end(input);
  });
}

/** A page of a browser that is not signed in, and runs no script. */
const visit = (t, options) => openPage(t, browser, { javaScriptEnabled: false, viewport: { width: 360, height: 780 }, ...options });

/** Somebody signs up, and confirms. */
async function comes(t, initiative, given, sessions = []) {
  const email = `${given.toLowerCase()}@example.org`;
  const form = { initiative, sessions, waitlist: sessions, partySize: 1, givenName: given, familyName: 'Essai', email, language: 'fr', consents: [{ id: 'contact', version: '1', text: consents[0].text }] };
  const headers = { 'content-type': 'application/json', 'idempotency-key': `${given}-0123456789abcdef`, origin: 'https://asso.example' };
  const answer = await fetch(`${server.url}/signups`, { method: 'POST', headers, body: JSON.stringify(form) });
  assert.equal(answer.status, 201, await answer.text());
  const page = await visit(t);
  await page.goto(server.url + (await mailbox.linked(email, 'confirm')));
  await page.getByRole('button', { name: 'Je confirme' }).click();
  await mailbox.linked(email, 'mine');
}

/** A page that is signed in as whoever organises these, in that language. */
async function organising(t, email, initiatives, lang = 'fr', options, more = []) {
  const id = await accounts(`${email}\n`, 'keep', '--language', lang, ...more);
  for (const initiative of initiatives) await accounts('', 'role', id, initiative, 'organiser').catch(() => {});
  const page = await visit(t, options);
  const before = to(email).length;
  await page.goto(`${server.url}/organise?lang=${lang}`);
  await page.locator('#email').fill(email);
  await page.locator('form.card button').click();
  await page.goto(`${server.url}${await mailbox.linked(email, 'organise/in', before)}?lang=${lang}`);
  await page.locator('form button').click();
  await page.locator('.action').first().waitFor();
  return page;
}

/** A picture to look at, where somebody has said where to. */
const picture = async (page, name) => process.env.ALENTOUR_PICTURES && (await page.screenshot({ path: `${process.env.ALENTOUR_PICTURES}/${name}.png`, fullPage: true }));

test('from the mailed link to the list for the door: one is moved, one given back, who waits is promoted and told', async (t) => {
  for (const given of ['Zoe', 'Max', 'Lea']) await comes(t, 'ramasse', given, ['mardi']);
  const page = await organising(t, 'asha@example.org', ['ramasse', 'collectif']);
  await picture(page, 'actions');
  assert.match(await said(page.locator('.action', { hasText: 'Ramasse' })), /3 inscriptions.*2 \/ 2.*complet.*1/s);
  await page.getByRole('link', { name: 'Ramasse du soir' }).click();
  await picture(page, 'action');
  await page.getByRole('link', { name: 'Participants' }).first().click();
  await page.locator('#words').fill('zoe');
  await page.getByRole('button', { name: 'Afficher' }).click();
  assert.match(await said(page.locator('[role=status]')), /^1 inscription/);
  await picture(page, 'people');
  await page.getByRole('link', { name: 'Zoe Essai' }).click();
  await page.locator('[name=to]').selectOption('jeudi');
  await page.getByRole('button', { name: 'Déplacer' }).click();
  assert.match(await said(page.locator('[role=status]')), /^C’est fait/);
  await picture(page, 'person');
  await until(() => to('zoe@example.org').some((mail) => mail.includes('autre date') || mail.includes('autre_date')));
  // Who waited longest has the seat now, and a mail.
  await until(() => to('lea@example.org').length >= 3);

  await page.goto(`${server.url}/organise/i/ramasse/people?session=mardi`);
  await page.getByRole('link', { name: 'Liste d’accueil' }).click();
  assert.deepEqual(await page.locator('.door tbody th').allInnerTexts(), ['Essai Lea', 'Essai Max']);
  await page.locator('.came').first().fill('1');
  await page.getByRole('button', { name: 'Enregistrer les présences' }).click();
  await page.getByText('C’est enregistré.').waitFor();
  await picture(page, 'door');

  // The table is a download, so it is asked for as one.
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const table = await (await fetch(`${server.url}/organise/i/ramasse/export.csv`, { headers: { cookie } })).text();
  assert.match(table, /zoe@example\.org/);
  await page.goto(`${server.url}/organise/i/ramasse/people`);
  const forPeople = await page.getByRole('link', { name: 'Télécharger pour un tableur' }).getAttribute('href');
  assert.match(await (await fetch(server.url + forPeople, { headers: { cookie } })).text(), /^Nom;Prénom;/);
  await page.goto(`${server.url}/organise/i/ramasse/trail`);
  for (const deed of ['Inscription déplacée', 'Présence notée', 'Inscriptions exportées']) await page.getByText(deed).first().waitFor();
  await picture(page, 'trail');
});

test('what is written to who waits is seen first, sent once, and read by nobody else', async (t) => {
  for (const given of ['Ada', 'Ben', 'Cleo']) await comes(t, 'atelier', given, ['lundi']);
  const page = await organising(t, 'asha@example.org', ['atelier']);
  await page.goto(`${server.url}/organise/i/atelier/people?session=lundi&state=waiting`);
  await page.getByRole('link', { name: 'Écrire aux participants' }).click();
  assert.equal(await page.locator('#to').inputValue(), 'waiting:lundi');
  await page.getByRole('button', { name: 'Voir l’aperçu' }).click();
  assert.equal(await page.locator('[aria-invalid]').count(), 2);
  await page.locator('#subject').fill('Une deuxième séance');
  await page.locator('#text').fill('Bonjour,\n\nNous ouvrons <une> séance de plus :\n– lundi prochain\n– même heure');
  await picture(page, 'write');
  await page.getByRole('button', { name: 'Voir l’aperçu' }).click();
  await page.getByText('2 destinataires').waitFor();
  assert.match(await page.locator('.letter').innerText(), /vous écrit au sujet de [^]*Atelier[^]*<une> séance de plus :\n– lundi/);
  await picture(page, 'preview');
  await page.getByRole('button', { name: 'Modifier' }).click();
  assert.equal(await page.locator('#text').inputValue(), 'Bonjour,\n\nNous ouvrons <une> séance de plus :\n– lundi prochain\n– même heure');
  await page.getByRole('button', { name: 'Voir l’aperçu' }).click();
  await page.getByRole('button', { name: 'Envoyer' }).click();
  await page.waitForURL(/sent=/);
  await until(async () => {
    await page.reload();
    return (await said(page.locator('[role=status]'))).startsWith('2 e-mails envoyés sur 2');
  }, 600);
  await picture(page, 'sent');
  const written = (name) => to(`${name}@example.org`).filter((mail) => /Reply-To: .*asha@example\.org/.test(mail)).length;
  assert.deepEqual(['ada', 'ben', 'cleo'].map(written), [0, 1, 1]);
});

test('a request is accepted by keyboard alone, and who asks is told', async (t) => {
  await comes(t, 'collectif', 'Ines');
  const page = await organising(t, 'asha@example.org', ['collectif']);
  await page.getByText('1 demande attend votre réponse').waitFor();
  const press = async (name) => {
    for (let keys = 0; keys < 60; keys++) {
      await page.keyboard.press('Tab');
      if ((await page.locator(':focus').innerText().catch(() => '')).trim() === name) return page.keyboard.press('Enter');
    }
    assert.fail(`no key leads to ${name}`);
  };
  await press('Collectif du quartier');
  await page.waitForURL(/collectif/);
  await press('Participants');
  await page.waitForURL(/people/);
  await press('Ines Essai');
  await page.waitForURL(/people\/./);
  const mails = to('ines@example.org').length;
  await press('Accepter');
  await page.getByText('demande acceptée').first().waitFor();
  await until(() => to('ines@example.org').length > mails);
});

test('the pages are accessible and fit a telephone, in four languages, light and dark', async (t) => {
  await comes(t, 'ramasse', 'Nora', ['jeudi']);
  const look = audit();
  for (const [lang, colorScheme] of [['fr', 'light'], ['en', 'dark'], ['es', 'light'], ['ar', 'dark']]) {
    // The audit is a script; the pages are the same with and without.
    const page = await organising(t, `${lang}@example.org`, ['ramasse', 'collectif'], lang, { javaScriptEnabled: true, colorScheme });
    const signup = /people\/[0-9a-f]+/.exec(await (async () => {
      await page.goto(`${server.url}/organise/i/ramasse/people?words=nora&lang=${lang}`);
      return page.locator('.people a').first().getAttribute('href');
    })())[0];
    const fits = async (path) => {
      if (DIFFERENT.includes(lang)) await look.look(page, `${lang} ${path}`, false);
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      assert.ok(wide <= 360, `${lang} ${path} is ${wide} px wide: ${await page.evaluate(`[...document.querySelectorAll('*')].filter((it) => it.getBoundingClientRect().right > 361).map((it) => it.tagName + '.' + it.className).join(' ')`)}`);
      const bytes = (await page.content()).length;
      assert.ok(bytes <= 60_000, `${path} has ${bytes} characters`);
      await picture(page, `${lang}${path.replaceAll(/[/?=]|people\/.*/g, '-')}`);
    };
    for (const path of ['', '/account', '/i/ramasse', '/i/ramasse/people', `/i/ramasse/${signup}`, '/i/ramasse/door?session=jeudi', '/i/ramasse/trail', '/i/ramasse/venue', '/i/ramasse/team', '/i/ramasse/call-off', '/i/ramasse/call-off?session=jeudi', '/i/ramasse/write']) {
      await page.goto(`${server.url}/organise${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
      await fits(path);
    }
    await page.locator('button[value=preview]').click();
    await fits('/i/ramasse/write wrong');
    await page.locator('#subject').fill('Rendez-vous');
    await page.locator('#text').fill(`https://agir.example.org/${'x'.repeat(200)}`);
    await page.locator('button[value=preview]').click();
    await fits('/i/ramasse/write preview');
    // Three times: then there is nothing to type into.
    if (lang === 'en') continue;
    await page.locator('button[value=send]').click();
    await page.waitForURL(/sent=/);
    await fits('/i/ramasse/write sent');
  }
  const page = await organising(t, 'fr@example.org', ['ramasse']);
  await page.goto(`${server.url}/organise/i/ramasse/write?lang=fr`);
  await page.getByText('3 messages par action').waitFor();
  assert.equal(await page.locator('#text').count(), 0);
  await picture(page, 'full');
  look.assertClean();
});

test('the link on the terminal makes the first operator, who settles the rest in pages', async (t) => {
  const fresh = await startServer(feed, '[robots]\nwork = 0\nper-address = 0\nfill-seconds = 0\n');
  t.after(() => fresh.stop());
  await until(() => /\/organise\/first\/[0-9a-f]{64}/.test(fresh.output), 600, () => fresh.output);
  const page = await visit(t);
  await page.goto(fresh.url + /\/organise\/first\/[0-9a-f]{64}/.exec(fresh.output)[0]);
  await picture(page, 'first');
  await page.locator('#email').fill('premiere@example.org');
  await page.locator('#name').fill('Asha');
  await page.getByRole('button', { name: 'Commencer' }).click();
  await picture(page, 'settings');
  await page.getByRole('link', { name: 'Responsable des données' }).click();
  await page.locator('#name').fill('Les Amis du quartier');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  assert.match(await said(page.locator('.said.wrong')), /À corriger.*adresse/s);
  assert.equal(await page.locator('#name').inputValue(), 'Les Amis du quartier');
  await picture(page, 'controller-wrong');
  await page.locator('#contact').fill('donnees@example.org');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  // Mail comes next, and is tried.
  const { hostname, port } = new URL(mailbox.url);
  for (const [id, text] of Object.entries({ public_url: 'https://agir.example.org', from: 'Agir <bonjour@example.org>', host: hostname, port })) await page.locator(`#${id}`).fill(text);
  await page.locator('[name=encryption][value=none]').check();
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByRole('button', { name: 'M’envoyer un e-mail d’essai' }).click();
  assert.match(await said(page.locator('[role=status]')), /l’a accepté.*250/s);
  await picture(page, 'mail-tried');
  await until(() => to('premiere@example.org').length === 1);
  await page.getByRole('link', { name: 'Continuer sans changer' }).click();
  await picture(page, 'secret');
  await page.getByRole('link', { name: 'Continuer sans changer' }).click();
  await page.locator('#folder').fill(`${fresh.folder}/copies`);
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByRole('button', { name: 'Sauvegarder maintenant' }).click();
  assert.match(await said(page.locator('[role=status]')), /C’est fait.*signups-/s);
  await page.goto(`${fresh.url}/privacy?lang=fr`);
  await page.getByText('Les Amis du quartier').first().waitFor();
});

test('the pages for operators are accessible and fit a telephone, in four languages, light and dark', async (t) => {
  const look = audit();
  for (const [lang, colorScheme] of [['fr', 'light'], ['en', 'dark'], ['es', 'light'], ['ar', 'dark']]) {
    const email = `operator-${lang}@example.org`;
    await accounts(`${email}\n`, 'keep', '--operator', '--language', lang);
    const page = await visit(t, { javaScriptEnabled: true, colorScheme });
    await page.goto(`${server.url}/organise?lang=${lang}`);
    await page.locator('#email').fill(email);
    await page.locator('form.card button').click();
    await page.goto(`${server.url}${await mailbox.linked(email, 'organise/in')}?lang=${lang}`);
    await page.locator('form button').click();
    const fits = async (path) => {
      if (DIFFERENT.includes(lang)) await look.look(page, `${lang} ${path}`, false);
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      assert.ok(wide <= 360, `${lang} ${path} is ${wide} px wide: ${await page.evaluate(`[...document.querySelectorAll('*')].filter((it) => it.getBoundingClientRect().right > 361).map((it) => it.tagName + '.' + it.className).join(' ')`)}`);
      const bytes = (await page.content()).length;
      assert.ok(bytes <= 60_000, `${path} has ${bytes} characters`);
      await picture(page, `${lang}${path.replaceAll('/', '-').replaceAll(' ', '-')}`);
    };
    for (const path of ['/installation', '/feeds', '/feeds/0', '/feeds/new', '/outbox', '/health', '/settings', '/settings/controller', '/settings/mail', '/settings/secret', '/settings/back-up', '/made', '/accounts', '/hidden', '/new']) {
      await page.goto(`${server.url}/organise${path}?lang=${lang}`);
      await fits(path);
    }
    // A draft, its first step, what is missing of it, and what is like it again.
    await page.goto(`${server.url}/organise/new?lang=${lang}`);
    await page.locator('main form button').click();
    await fits('/edit draft');
    const [, draft] = /\/i\/([^/]+)\//.exec(page.url());
    // Where it changes, the town is completed, as where one is proposed.
    await page.goto(`${server.url}/organise/i/${draft}/edit?step=when&lang=${lang}`);
    await page.locator('#town').fill('saint');
    await page.locator('#town-places li').nth(7).waitFor();
    await fits('/edit when');
    await page.goto(`${server.url}/organise/i/${draft}/publish?lang=${lang}`);
    await fits('/publish unfinished');
    await page.goto(`${server.url}/organise/i/${draft}/again?lang=${lang}`);
    await fits('/again');
    await page.goto(`${server.url}/organise/made?status=draft&lang=${lang}`);
    await fits('/made drafts');
    await page.goto(`${server.url}/organise/accounts?lang=${lang}`);
    await page.locator('main .card a.button').first().click();
    await fits('/accounts remove');
    // What a feed has is hidden by its address, with the letter to those who take part; and shown again.
    await page.goto(`${server.url}/organise/hidden?lang=${lang}`);
    await page.locator('#initiative').fill(`${server.url}/i/ramasse?lang=${lang}`);
    await page.locator('form[method=get] button').click();
    await page.locator('button[value=hide]').waitFor();
    await fits('/hidden ramasse');
    await page.goto(`${server.url}/organise/hidden?initiative=fete&lang=${lang}`);
    await page.locator('#reason').fill('…');
    await page.locator('button[value=hide]').click();
    await page.locator('button[value=show]').waitFor();
    await fits('/hidden fete');
    await until(async () => (await fetch(`${server.url}/i/fete`)).status === 404, 600);
    await page.locator('button[value=show]').click();
    await until(async () => (await fetch(`${server.url}/i/fete`)).status === 200, 600);
    // No feed is fetched from a private address: the doctor says so.
    await page.goto(`${server.url}/organise/feeds/new?lang=${lang}`);
    await page.locator('#address').fill(`${server.url}/v1/feed.json`);
    await page.locator('button[value=examine]').click();
    await page.locator('.warning').waitFor();
    assert.equal(await page.locator('button[value=add]').count(), 0);
    await fits('/feeds/new refused');
    await page.goto(`${server.url}/organise/settings/back-up?lang=${lang}`);
    await page.locator('button[value=save]').click();
    await fits('/settings/back-up wrong');
  }
  look.assertClean();
});

test('what a visitor reports, without a script, reaches whoever runs the installation, in four languages', async (t) => {
  await comes(t, 'ramasse', 'Omar', ['jeudi']);
  const visitor = await visit(t);
  await visitor.goto(`${server.url}/i/atelier?lang=fr`);
  await visitor.getByRole('link', { name: 'Signaler cette action' }).click();
  await visitor.getByRole('button', { name: 'Envoyer le signalement' }).click();
  // By keyboard alone: from the summary to the field, and on.
  await visitor.locator('a[href="#reason-0"]').focus();
  await visitor.keyboard.press('Enter');
  await visitor.locator('#reason-0').focus();
  await visitor.keyboard.press('Space');
  await visitor.locator('#words').fill('La salle est fermée ce jour-là.');
  await visitor.getByRole('button', { name: 'Envoyer le signalement' }).press('Enter');
  await visitor.getByRole('heading', { name: 'Merci, c’est envoyé' }).waitFor();
  await picture(visitor, 'reported');

  const look = audit();
  for (const [lang, colorScheme] of [['fr', 'light'], ['en', 'dark'], ['es', 'light'], ['ar', 'dark']]) {
    const page = await organising(t, `op-${lang}@example.org`, [], lang, { javaScriptEnabled: true, colorScheme }, ['--operator']);
    const fits = async (name) => {
      if (DIFFERENT.includes(lang)) await look.look(page, `${lang} ${name}`, false);
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      assert.ok(wide <= 360, `${lang} ${name} is ${wide} px wide`);
      assert.ok((await page.content()).length <= 60_000, name);
      await picture(page, `${lang}-${name}`);
    };
    await page.goto(`${server.url}/i/atelier/report?lang=${lang}`);
    await fits('report');
    await page.locator('#email').fill('personne');
    await page.locator('form.card button').click();
    await fits('report-wrong');
    assert.equal(await page.locator('#email').inputValue(), 'personne');
    await page.goto(`${server.url}/organise/reports?lang=${lang}`);
    await page.getByText('La salle est fermée ce jour-là.').waitFor();
    await fits('reports');
    await page.goto(`${server.url}/organise/tokens?lang=${lang}`);
    await page.locator('button[value=create]').click();
    await fits('tokens-wrong');
    await page.locator('#name').fill('Site web');
    await page.locator('#scope-2').check();
    await page.locator('button[value=create]').click();
    await fits('token-made');
    const token = await page.locator('.codes code').innerText();
    const ask = () => fetch(`${server.url}/v1/api/initiatives/ramasse/signups`, { headers: { authorization: `Bearer ${token}` } });
    assert.match(JSON.stringify(await (await ask()).json()), /omar@example\.org/);
    await page.goto(`${server.url}/organise/tokens?lang=${lang}`);
    await fits('tokens');
    await page.locator('button[value=revoke]').click();
    assert.equal((await ask()).status, 401);
    if (lang !== 'ar') continue;
    await page.goto(`${server.url}/organise/reports?lang=${lang}`);
    await page.locator('button[value=dismiss]').click();
    assert.equal(await page.getByText('La salle est fermée ce jour-là.').count(), 0);
  }
  look.assertClean();
});
