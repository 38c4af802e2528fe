// What the widgets of a page share: what is taken from the page, and what is fetched for all of them.
//
// What the application may rely on is in docs/ARCHITECTURE.md, "Loader and application".

export const bundle = __ALENTOUR__; // The names of the bundle's files, and the loader's words: xtask/src/build/loader.rs.
export const first = __FIRST__; // The first page of results, where the server knows what the tag asks for; else `null`.

const FEED_TIMEOUT = 20_000; // ms. Long enough for a bad mobile network, short enough to say so before the visitor leaves.

// Taken now: the page may replace them later. `fetch` may be the page's own already, and is not trusted to abort.
export const {
  document, WebAssembly, IntersectionObserver, CSSStyleSheet, AbortController, CustomEvent, URL, URLSearchParams, Map, Set, Symbol, Object,
  Reflect, customElements,
} = window;
const fetch = window.fetch?.bind(window);
export const setTimeout = window.setTimeout.bind(window);
const clearTimeout = window.clearTimeout.bind(window);

/**
 * A property as the browser defines it. `<img name="currentScript">` and `<form><input name="closest"></form>` put elements in
 * the place of the document's and the form's own properties ("DOM clobbering"): they stand before the prototypes, which are asked here.
 */
export const native = (object, name) => Reflect.get(Object.getPrototypeOf(object), name, object);

/** Calls a method as the browser defines it. */
export const call = (object, name, ...values) => native(object, name).apply(object, values);

/** The first element of the page that a selector finds. */
export const find = (selector) => call(document, 'querySelector', selector);

// The script that runs. `null` where a page imports us, or has run our text by itself.
export const current = native(document, 'currentScript');

/** Where an imported script is from: `import.meta` is a syntax error in a classic one, and a script's own address is in each stack. */
const imported = () => /https?:[^\s()]*\/alentour\.js[^\s():]*/.exec(new Error().stack)?.[0];

/** The address of this script, with its query. */
export const address = current?.src || imported() || find('script[src*="/alentour.js"]')?.src;
// A tag that names its version (`/v1.2.3/alentour.js`) has its files, and its server's, where the others have.
export const folder = (address) => absolute('.', 'href', absolute(address)).replace(/v\d+\.[^/]*\/$/, 'v1/');
export const base = folder(address || '');
if (first) first.base = base; // Another server's tag may have defined the element before.

const said = new Set();

/** One line in the console, once for each cause. */
export function say(why) {
  if (!said.has(why)) console.warn('[alentour] ' + why);
  said.add(why);
}

export function make(name, className, ...children) {
  const element = call(document, 'createElement', name);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** An address as seen from the page or another address, or a part of it. What is no address is left for `fetch` to refuse. */
export function absolute(url, part = 'href', from = native(document, 'baseURI')) {
  try {
    return new URL(url, from)[part];
  } catch {
    return url;
  }
}

/** What a module's bytes must be, which its name says behind a `#`: for a page that has said so of the tag. A browser then compiles none before it has all of it. */
const sum = (url) => (current?.integrity || /\/v\d+\.[^/]*\/alentour/.test(address) ? url.split('#')[1] : '');

const requests = new Map();

/** One request for all widgets of the page; a failed one is forgotten, so that a retry works. */
function shared(key, start, again) {
  if (again || !requests.has(key)) {
    const promise = start();
    requests.set(key, promise);
    promise.catch(() => requests.get(key) === promise && requests.delete(key));
  }
  return requests.get(key);
}

/** The text at an address, or what else is made of its response. Rejects with `{ kind: 'network' | 'status' | 'timeout', status? }` and nothing else. */
function download(url, again, priority, make) {
  return new Promise((resolve, reject) => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      reject({ kind: 'timeout' });
      abort.abort();
    }, FEED_TIMEOUT);
    const ask = (cache) => fetch(url, { credentials: 'omit', cache, priority, integrity: sum(url), signal: abort.signal });
    Promise.resolve()
      .then(() => ask(again ? 'no-cache' : 'default'))
      // Off the line, what the browser has kept is better than nothing.
      .catch((error) => (again ? Promise.reject(error) : ask('force-cache')))
      .then((response) => (response.ok ? (make ? make(response) : response.text()) : Promise.reject({ kind: 'status', status: response.status })))
      .then(resolve, (error) => reject(error?.kind ? error : { kind: 'network' }))
      .then(() => clearTimeout(timer));
  });
}

/**
 * The canonical feed in a text; what is none is made one by the module that knows other people's formats. The application is told
 * of anything else, and says so.
 */
async function parse(url, text) {
  const read = (text) => {
    try {
      const feed = JSON.parse(text);
      return feed.initiatives.map && feed;
    } catch {}
  };
  return read(text) || (text && read(await (await import(base + bundle.formats)).read(url, text, base + bundle.gazetteer)));
}

export const text = (url, again, priority, make) => shared('text ' + url, () => download(url, again, priority, make), again);
export const feed = (url, again, priority) => shared('feed ' + url, () => download(url, again, priority).then((text) => parse(url, text)), again);
export const messages = (lang, priority) => shared('messages ' + lang, () => download(base + bundle.messages[lang], false, priority));

const WHOLE = 600; // Initiatives that the application reads as a whole: `FIRST` in src/browser/tiles.rs.

/** The index of the server's own tiles, which the application begins with; where there is little, the tiles at the same time. */
export async function tiles(priority) {
  const [head, ...tiles] = (await text(base + 'tiles.txt', false, priority)).split('\n');
  const [, version, count] = head.split(' ');
  if (count > WHOLE) return;
  tiles.join(' ').match(/\d+(:\d+)?/g)?.forEach((_, number) => text(`${base}t/${version}/${number}.txt`, false, priority).catch(() => {}));
}

/** The index of France's gazetteer, which most searches for a place begin with. */
export const places = () => text(base + bundle.gazetteer + 'fr/index.txt');

/** What only few pages need. */
export const rare = () => import(base + bundle.rare);

let attempts = 0;

/** The application's exports, once it runs. Its two files are fetched together. */
export function application(priority) {
  return shared('application', async () => {
    try {
      // The smallest module there is: a page's policy that forbids WebAssembly is found out before anything is downloaded.
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    } catch (error) {
      throw { kind: 'unsupported', error };
    }
    // Some browsers remember that a module failed to load: another attempt needs another address.
    const retry = attempts++ ? '?' + attempts : '';
    const url = base + bundle.wasm;
    const wasm = fetch(url, { credentials: 'omit', priority, integrity: sum(url) }).then((response) =>
      response.ok ? response : Promise.reject({ kind: 'status', status: response.status }),
    );
    wasm.catch(() => {}); // Reported below; without this also by the browser, when the glue fails first.
    const glue = await import(base + bundle.app + retry);
    await glue.default({ module_or_path: wasm });
    return glue;
  });
}

/**
 * Whether an error is the application's crash. A panic is compiled to `unreachable`, and running out of stack leaves it just as
 * undefined. The stack tells ours from another WebAssembly on the page.
 */
export function isCrash(error) {
  const fatal = error?.name === 'RuntimeError' || /call stack|recursion/.test(error?.message);
  return fatal && String(error.stack).includes(base + 'a/app.');
}

/** Does something once what was put on the page is on the screen, the page has loaded, and the browser has nothing else to do. */
export function whenIdle(work) {
  const idle = () => (window.requestIdleCallback ? requestIdleCallback(work, { timeout: 2000 }) : setTimeout(work, 200));
  // Three frames: the next one has begun by then, and what it takes to paint it comes first.
  const soon = () => setTimeout(idle, 50);
  if (native(document, 'readyState') === 'complete') soon();
  else addEventListener('load', soon, { once: true });
}
