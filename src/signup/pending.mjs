// The storage of `kept.rs`: one entry, a list of initiative and key. Sandboxed frames and some privacy settings have none, and say
// so by throwing; and what another script of the page has put there is no list.

const NAME = 'alentour:signups';

function read() {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(NAME)));
  } catch {
    return new Map();
  }
}

/** The first initiative of which a key is kept. */
export const first = () => read().keys().next().value;

/** The key of an initiative. */
export const key = (id) => read().get(id);

/** Keeps a key for an initiative, instead of the last; an empty one keeps none. */
export function keep(id, key) {
  const kept = read();
  kept.delete(id);
  if (key) kept.set(id, key);
  try {
    if (kept.size) sessionStorage.setItem(NAME, JSON.stringify([...kept]));
    else sessionStorage.removeItem(NAME);
  } catch {}
}
