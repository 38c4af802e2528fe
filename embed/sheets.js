// Style sheets of shadow roots.

import { CSSStyleSheet, Map, make } from './loading.js';

const sheets = new Map();

/** Constructed sheets are not blocked by a page's policy; a <style> may be, and is for browsers that have nothing else. */
export function adopt(root, ...all) {
  try {
    root.adoptedStyleSheets = all.map((css) => {
      if (!sheets.has(css)) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        sheets.set(css, sheet);
      }
      return sheets.get(css);
    });
  } catch {
    root.prepend(make('style', '', all.join('')));
  }
}
