// A real browser, and a record of everything that a page does in it.

import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/**
 * Starts the browser, without a window. Where `CHROMIUM_SHELL` names the part of Chromium that draws pages, without the rest of a browser
 * around it, that: it takes half as long.
 */
export function startBrowser(...more) {
  return launch({ args: [...flags, ...more] }, process.env.CHROMIUM_SHELL);
}

/** The whole of Chromium. */
export function startWholeBrowser(...more) {
  return launch({ args: [...flags, ...more] });
}

/** A browser that keeps the pages one goes back to, as people's do: the driver turns that off. */
export function startBrowserThatGoesBack() {
  return launch({ args: flags, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
}

function launch(options, shell) {
  return chromium.launch({ executablePath: shell || process.env.CHROMIUM || '/usr/bin/chromium', ...options });
}

/**
 * A page in a context of its own, closed when the test ends. `init` is a script (or a function) that runs before the page's.
 * Times are those of Paris, whatever the machine's.
 */
export async function openPage(t, browser, { init, ...options } = {}) {
  const context = await browser.newContext({
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    viewport: { width: 1200, height: 900 },
    ...options,
  });
  t.after(() => context.close());
  context.setDefaultTimeout(15_000); // The machine may be busy; what is broken is told a little later.
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  page.record = watch(page);
  return page;
}

/** What the page did: requests, lines in the console, errors, dialogs. */
function watch(page) {
  const record = { requests: [], console: [], errors: [], dialogs: [], leaving: [] };
  page.on('request', (request) => record.requests.push({ method: request.method(), url: request.url() }));
  page.on('console', (message) => record.console.push({ type: message.type(), text: message.text() }));
  page.on('pageerror', (error) => record.errors.push(String(error?.stack ?? error)));
  page.on('dialog', (dialog) => {
    // Who leaves while something is being sent is asked, and leaves.
    if (dialog.type() === 'beforeunload') return record.leaving.push(dialog.accept().catch(() => {}));
    record.dialogs.push(dialog.message());
    dialog.dismiss().catch(() => {});
  });
  record.said = () => record.console.map((line) => line.text).filter((text) => text.startsWith('[alentour]'));
  record.fetched = (ending) => record.requests.filter(({ url }) => new URL(url).pathname.endsWith(ending)).length;
  return record;
}

/** Keeps every `alentour:` event of the page in `window.heard`. Given to a page as `init`. */
export function hear() {
  window.heard = [];
  for (const name of ['ready', 'search', 'open', 'signup', 'error']) {
    addEventListener('alentour:' + name, (event) => {
      window.heard.push({ name, detail: JSON.parse(JSON.stringify(event.detail ?? null)) });
    });
  }
}

/** Lets waits of a second and more pass twenty times as fast. Given to a page as `init`. */
export function hurry() {
  const real = window.setTimeout.bind(window);
  window.setTimeout = (work, delay = 0, ...values) => real(work, delay >= 1000 ? delay / 20 : delay, ...values);
}
