// Accessibility, as axe-core checks it: no violation at all, of WCAG 2.2 AA nor of its best practices.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** An audit of one test: look at as many states as there are, then say what is wrong in any of them. */
export function audit() {
  const found = [];
  return {
    /** Looks at the page as it is now, or at a part of it; `state` names it, and `isWidget` says whether the widget is on it. */
    async look(page, state, isWidget = true, part = 'html') {
      await page.evaluate(`window.axe || (() => { ${await source} })()`);
      const { violations, passes } = await page.evaluate(([part, values]) => window.axe.run(part, { runOnly: { type: 'tag', values } }), [part, tags]);
      // An element in a shadow tree is named by a list: its host, and its place in there.
      const inside = [...violations, ...passes].filter(({ nodes }) => nodes.some(({ target }) => target.some(Array.isArray)));
      assert.ok(!isWidget || inside.length >= 5, `${state}: only ${inside.length} rules have found something in the widget`);
      for (const { id, help, nodes } of violations) {
        for (const { target, failureSummary } of nodes) {
          const why = failureSummary.split('\n').slice(1, 2).join(' ').trim();
          found.push(`${state}: ${id} (${help}): ${target.flat().join(' ')}: ${why}`);
        }
      }
    },
    /** Fails with each rule that was broken, in which state, and where. */
    assertClean: () => assert.deepEqual(found, []),
  };
}
