// Asking for what has changed, for `live.rs`.

import { isHidden } from '../dom/browser.mjs';
import { send } from './fetch.mjs';

/**
 * What was counted, by identifier; nothing while the tab is away or what is opened is out of its window. As long as that is not drawn, it is
 * about to be.
 */
export async function count(root, address) {
  const seen = root.querySelector('.detail')?.getBoundingClientRect();
  if (isHidden() || seen?.bottom < 0 || seen?.top > innerHeight) return;
  const response = await send(address);
  if (response.status === 200) return JSON.parse(await response.text());
}
