// The storage of `pending.rs`: one entry, a list of initiative and key. Sandboxed frames and some privacy settings have none, and say
// so by throwing; and what another script of the page has put there is no list.

const NAME = 'alentour:signups';

function read() {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(NAME)));
  } catch {
    return new Map();
  }
}

function write(keys) {
  try {
    if (keys.size) sessionStorage.setItem(NAME, JSON.stringify([...keys]));
    else sessionStorage.removeItem(NAME);
  } catch {}
}

/** The first initiative of which a key is stored. */
export const first = () => read().keys().next().value;

/** The key of an initiative. */
export const key = (id) => read().get(id);

/** Stores a key for an initiative, in place of the last. */
export function store(id, key) {
  const keys = read();
  keys.delete(id); // The latest comes last.
  write(keys.set(id, key));
}

/** Forgets the key of an initiative. */
export function forget(id) {
  const keys = read();
  keys.delete(id);
  write(keys);
}

/** 128 random bits in hexadecimal. `randomUUID` would want https, which a page on a local network has not. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => (byte + 256).toString(16).slice(1)).join('');
