// The entry of `history.rs`. The page's own state goes along in it, for the page's router finds itself in it; an address it has none of.

/** Adds an entry that is as the one before; gives what it is known by. */
export function enter() {
  const mark = location.href + ' ' + Math.random();
  history.pushState({ ...history.state, alentour: mark }, '');
  return mark;
}

/** Whether the tab is at that entry. */
export const isAt = (mark) => history.state?.alentour === mark;

/** Whether the tab is at the page as it was before that entry: an anchor of the page's own is not. */
export const isBefore = (mark) => !isAt(mark) && mark.startsWith(location.href + ' ');

/** Goes back, where the tab is at that entry. */
export const back = (mark) => isAt(mark) && (history.back(), true);

/** Takes a permanent link out of the address, so that a reload shows the list. */
export function forget(config) {
  config.open = null; // Which the loader compares with, when the same link is followed once more.
  const without = location.href.replace(/([#?&])alentour=[^&#]*(&?)/, (_, before, after) => (after ? before : ''));
  if (without !== location.href) history.replaceState(history.state, '', without);
}
