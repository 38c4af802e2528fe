// The widget as a visitor meets it: by roles and labels, in French unless said otherwise.

/** The parts of a widget; `of` is the page, or the element of one widget. */
export function widget(of) {
  const by = (role, name, options) => of.getByRole(role, { name, ...options });
  return {
    place: by('combobox', 'Ville ou code postal'),
    proposals: of.locator('#places').getByRole('option'),
    here: by('button', 'Autour de moi'),
    note: of.locator('#place-note'),
    radius: by('combobox', 'Distance'),
    words: by('searchbox', 'Mots-clés'),
    fold: by('button', /^Filtres/),
    filters: of.locator('#filters'),
    chip: (name) => of.locator('.search .chips').getByRole('button', { name: new RegExp(`^${name}( ?\\d+)?$`) }),
    unfilter: of.locator('#filters').getByRole('button', { name: 'Retirer les filtres' }),
    count: of.locator('.count'),
    cards: of.locator('[id^=card-]'),
    nearby: of.locator('.results :not(.elsewhere *)[id^=card-]'),
    elsewhere: of.locator('.elsewhere [id^=card-]'),
    more: of.locator('.results .more:not(.elsewhere *)'),
    link: (name) => by('link', name, { exact: typeof name === 'string' }),
    title: (name) => of.locator('h3').getByRole('link', { name, exact: true }),
    join: (action, name) => by('button', `${action} : ${name}`),
    detail: of.getByRole('article'),
    back: by('button', 'Retour à la liste'),
    field: (label) => of.getByRole('article').getByLabel(label, { exact: typeof label === 'string' }),
    slot: (id) => of.locator(`.slot input[value="${id}"]`),
    send: (action) => of.locator('.join').getByRole('button', { name: action }),
    summary: of.locator('#to-mend'),
    status: of.locator('#form-status'),
    alert: of.getByRole('alert'),
    retry: by('button', 'Réessayer'),
  };
}

/** Waits until the application's list is there and at rest. */
export async function listed(page) {
  await page.locator('.root:not(.painted) .results :is([id^=card-], .notice)').first().waitFor();
}

/** Waits until a list is there, be it the first page that the application has not yet taken over. */
export async function painted(page) {
  await page.locator('.results :is([id^=card-], .notice)').first().waitFor();
}

/** Chooses a place, as somebody does who types it and presses Enter, and waits until it stands there or is said to be unknown. */
export async function around(page, text, label) {
  const { place, note } = widget(page);
  await place.fill(text);
  await place.press('Enter');
  await page.waitForFunction((label) => {
    const root = document.querySelector('alentour-widget').shadowRoot;
    const said = root.querySelector('#place').value + root.querySelector('#place-note').textContent;
    return said.replace(/\s/g, ' ').includes(label);
  }, label);
  return note;
}

/** The text of an element with plain spaces: French has two kinds that do not break. */
export const said = async (element) => (await element.textContent()).replace(/\s+/g, ' ').trim();

/** The number that stands in a chip. */
export async function numberIn(chip) {
  // It follows the list by a frame.
  await chip.page().waitForTimeout(100);
  return Number((await chip.textContent()).replace(/\D/g, ''));
}

/** The form's fields that everybody fills in. */
export async function introduce(page, { given = 'Camille', family = 'Durand', email = 'camille.durand@example.org', consent = true } = {}) {
  const { field } = widget(page);
  await field('Prénom').fill(given);
  await field('Nom').fill(family);
  await field('Adresse e-mail').fill(email);
  if (consent) await field(/J’accepte/).check();
}

/** Waits until the element of that identifier has the focus, in the widget. */
export const waitForFocus = (page, id) =>
  page.waitForFunction((id) => document.activeElement.shadowRoot?.activeElement?.id === id, id);

/** The element that has the focus, in whatever shadow tree. */
export const focused = (page) =>
  page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return { id: active?.id ?? '', name: active?.localName ?? '', text: (active?.textContent ?? '').trim().slice(0, 80) };
  });

/**
 * Waits until something holds; a signal's effects come a moment after its cause. As patient as the browser's own waits: 15 s. `why`: what
 * there is instead.
 */
export async function until(holds, tries = 300, why = () => holds) {
  for (let n = 0; n < tries; n++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`never came true: ${await why()}`);
}
