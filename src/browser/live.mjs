// Whether somebody sees what is opened, for `live.rs`.

import { isHidden } from '../dom/browser.mjs';

/** Whether the tab is in front and what is opened within its window; as long as that is not drawn, it is about to be. */
export function isSeen(root) {
  const seen = root.querySelector('.detail')?.getBoundingClientRect();
  return !isHidden() && !(seen?.bottom < 0 || seen?.top > innerHeight);
}
