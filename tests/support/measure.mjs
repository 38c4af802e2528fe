// What is measured of a page as it is seen: run in the page, on its document or on the widget's shadow root.

/** Elements whose own text is cut, or that reach out of the window, as `name.class "text"`; `rows` are selectors of what may scroll or be cut. */
export const cut = (page, rows = []) =>
  page.evaluate((rows) => {
    const root = document.querySelector('alentour-widget')?.shadowRoot ?? document;
    const found = new Set();
    let looked = 0;
    const walker = document.createTreeWalker(root === document ? document.body : root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      const element = walker.currentNode.parentElement;
      if (!text || !element?.checkVisibility({ visibilityProperty: true }) || element.closest(['.unseen', '.skip', 'option', 'style', 'script', '.website', ...rows].join())) continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      const box = range.getBoundingClientRect();
      // Labels for the ear are a pixel wide, however they are made so.
      if (element.clientWidth === 1) continue;
      looked++;
      const say = (why) => found.add(`${element.localName}.${element.className} "${text.slice(0, 30)}" ${why}`);
      if (box.left < -1 || box.right > innerWidth + 1) say(`from ${Math.round(box.left)} to ${Math.round(box.right)}`);
      for (let at = element; at; at = at.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(at);
        const around = at.getBoundingClientRect();
        const hides = (overflow) => overflow === 'hidden' || overflow === 'clip';
        if (hides(overflowX) && (box.left < around.left - 1 || box.right > around.right + 1)) say(`is cut by ${at.localName}.${at.className}`);
        if (hides(overflowY) && (box.top < around.top - 1 || box.bottom > around.bottom + 1)) say(`is cut by ${at.localName}.${at.className}`);
      }
    }
    return { looked, found: [...found] };
  }, rows);

/** How wide the page is, beyond its window. */
export const tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/**
 * Controls that a finger misses: less than 24 px wide or high (WCAG 2.2, 2.5.8). What stands within a label is pressed with it; a link within a text
 * is as high as its line, as that criterion allows.
 */
export const small = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('alentour-widget')?.shadowRoot ?? document;
    const isInText = (it) => it.localName === 'a' && it.parentElement.matches('p, li, dd, label, span, bdi') && it.parentElement.textContent.trim().length > it.textContent.trim().length + 3;
    const controls = [...root.querySelectorAll('a[href], button, input, select, textarea, summary, [role=option]')];
    const seen = controls.filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.closest('.website, .unseen, .skip') && it.type !== 'hidden' && !isInText(it));
    const found = seen.flatMap((it) => {
      const pressed = it.matches('[type=checkbox], [type=radio]') ? (it.closest('label') ?? it) : it;
      // A card's link is as large as the card.
      const { width, height } = (it.matches('.card h3 a') ? it.closest('.card') : pressed).getBoundingClientRect();
      return Math.min(width, height) < 23.5 ? [`${it.localName}.${it.className} "${it.textContent.trim().slice(0, 30)}" ${Math.round(width)} x ${Math.round(height)}`] : [];
    });
    return { looked: seen.length, found: [...new Set(found)] };
  });
