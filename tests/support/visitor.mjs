// What a visitor does on whatever page the widget is: looks, opens, signs up.

import assert from 'node:assert/strict';
import { introduce, listed, until, widget } from './widget.mjs';

/** An initiative of the demo near 69007, which everybody may come to. */
export const MEETING = { id: 'loyers-lyon-point-du-jour', name: 'Réunion publique : nos loyers, nos charges, nos droits, au Point-du-Jour' };

/** Finds the meeting in the list, signs up for it, and waits for the thanks. The server then has the sign-up, once. */
export async function signUp(page, server, email) {
  await listed(page);
  const { fold, words, title } = widget(page);
  // The list is longer than its first page. Where there is room, the filters are open.
  if (await fold.isVisible()) await fold.click();
  await words.fill('loyers charges');
  await title(MEETING.name).click();
  await signUpThere(page, server, email);
}

/** The same where the meeting is open. */
export async function signUpThere(page, server, email) {
  const { send, status } = widget(page);
  await introduce(page, { email });
  await send('Je participe').click();
  await status.getByText('Merci, c’est bien reçu !').waitFor();
  const rows = (await server.signups(MEETING.id)).filter((row) => row.email === email);
  assert.equal(rows.length, 1);
}

/** Waits until the list is around a place. */
export async function isAround(page, place) {
  await listed(page);
  await until(async () => (await widget(page).count.textContent()).includes(place), 300, () => widget(page).count.textContent());
}

/**
 * Asserts that the widget is there once, that its links are hidden, and that no empty screen stands before it: between what is above
 * it on the page and its box there is less than half a screen.
 */
export async function assertNoEmptyScreen(page) {
  const found = await page.evaluate(() => {
    const widgets = document.querySelectorAll('alentour-widget');
    const top = widgets[0]?.getBoundingClientRect().top + scrollY;
    let above = 0;
    for (const text of document.body.querySelectorAll('h1, h2, h3, p, a, li')) {
      const { bottom, height } = text.getBoundingClientRect();
      if (height > 0 && !text.querySelector('alentour-widget, h1, h2, h3, p, a, li') && bottom + scrollY <= top) above = Math.max(above, bottom + scrollY);
    }
    const links = [...document.querySelectorAll('.alentour-fallback a')].filter((link) => link.checkVisibility());
    return { widgets: widgets.length, gap: top - above, links: links.length };
  });
  assert.equal(found.widgets, 1);
  assert.equal(found.links, 0, 'the fallback links are shown beside the widget');
  assert.ok(found.gap < 450, `${found.gap} px of nothing stand above the widget`);
}
