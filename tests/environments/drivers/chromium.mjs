// Chromium, by its own protocol.

import { openPage, startWholeBrowser } from '../../support/browser.mjs';

/** Starts it. A driver's `window()` gives a window of that size, of somebody who was never there. */
export async function startChromium() {
  const browser = await startWholeBrowser();
  return {
    name: `Chromium ${browser.version()}`,
    async window(t, size) {
      const page = await openPage(t, browser, { viewport: size });
      return {
        open: (url) => page.goto(url),
        evaluate: (work, value) => page.evaluate(work, value),
        press: ({ x, y }) => page.mouse.click(x, y),
        type: (text) => page.keyboard.type(text),
        key: (name) => page.keyboard.press(name),
        back: () => page.goBack(),
        close: () => page.context().close(),
      };
    },
    stop: () => browser.close(),
  };
}
