// What somebody does on a page in whatever browser: finds things by role and name, as they are read out, presses them, and types.

import { until } from '../support/widget.mjs';

/** The hands of a visitor in a window that a driver has opened. */
export class Hands {
  constructor(window) {
    this.window = window;
  }

  /** Waits until it is there, and gives what it is: its name, its text, its state. `name`: a text that it is, or a RegExp. */
  async see(role, name) {
    let found;
    await until(async () => (found = await this.find(role, name)), 300, () => this.#what(role, name));
    return found;
  }

  /** Waits until it is no longer there. */
  gone(role, name) {
    return until(async () => !(await this.find(role, name)), 300, () => `still there: ${role} ${name}`);
  }

  /** What is there now; `null` where it is not. */
  find(role, name) {
    return this.window.evaluate(lookFor, asked(role, name));
  }

  /** Presses it with the pointer. */
  async press(role, name) {
    // What moves is not met: it is pressed where it has come to rest.
    let last;
    await until(
      async () => {
        const found = await this.find(role, name);
        const rests = found?.x === last?.x && found?.y === last?.y && found?.isOnTop;
        last = found;
        return found && rests;
      },
      300,
      () => this.#what(role, name),
    );
    await this.window.press({ x: last.x, y: last.y });
  }

  /** Types into a field. */
  async fill(role, name, text) {
    await this.press(role, name);
    await this.window.evaluate(selectAll);
    await this.window.type(text);
    await until(async () => (await this.find(role, name))?.value === text, 100, async () => (await this.find(role, name))?.value);
  }

  async #what(role, name) {
    return `${role} ${name} is not there, or not to be pressed: ${JSON.stringify(await this.find(role, name))}`;
  }
}

const asked = (role, name) => (name instanceof RegExp ? { role, pattern: name.source } : { role, name });

/** Runs in the page: selects what is in the field, so that it is written over. */
function selectAll() {
  let active = document.activeElement;
  while (active.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  active.select();
}

/** Runs in the page: the first that is seen of a role and a name, in whatever shadow tree; brought into sight. */
function lookFor({ role, name, pattern }) {
  const plain = (text) => text.replace(/\s+/g, ' ').trim();
  const ROLES = {
    button: 'button, [role=button], summary',
    submit: 'button[type=submit]',
    link: 'a[href]',
    textbox: 'input:not([type]), input[type=text], input[type=email], input[type=tel], textarea',
    combobox: '[role=combobox], select',
    checkbox: 'input[type=checkbox]',
    heading: 'h1, h2, h3, h4',
    article: 'article',
    status: '[role=status], [role=alert], [tabindex="-1"]',
    widget: 'alentour-widget',
  };
  function* all(root) {
    for (const element of root.querySelectorAll('*')) {
      yield element;
      if (element.shadowRoot) yield* all(element.shadowRoot);
    }
  }
  const nameOf = (element) => {
    const by = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => id && element.getRootNode().getElementById(id)?.textContent);
    return plain(element.getAttribute('aria-label') ?? (by.filter(Boolean).join(' ') || (element.labels?.[0] ?? element).textContent));
  };
  const fits = (text) => (pattern ? new RegExp(pattern).test(text) : name === undefined || text === plain(name));
  const isSeen = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible';
  for (const element of all(document)) {
    if (!element.matches(ROLES[role]) || !isSeen(element) || !fits(nameOf(element))) continue;
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
    const { left, top, width, height } = element.getClientRects()[0];
    const [x, y] = [Math.round(left + width / 2), Math.round(top + height / 2)];
    const met = element.getRootNode().elementFromPoint(x, y);
    const isOnTop = element === met || element.contains(met) || [...(element.labels ?? [])].some((label) => label.contains(met));
    const { value, checked } = element;
    const state = { pressed: element.getAttribute('aria-pressed'), direction: getComputedStyle(element).direction };
    const root = element.getRootNode();
    return { x, y, isOnTop, name: nameOf(element), value, checked, hasFocus: root.activeElement === element, ...state };
  }
  return null;
}
