// Loads the elements from a server. What runs them comes from there, so that it is always of the server's version: this only puts its
// script into the page, once.

const SCRIPT = 'v1/alentour.js';

let loading; // { src, promise }: elements are defined once for a page, by the first server.

/**
 * Defines <alentour-widget> and <alentour-action> by the script of a server, and gives a promise that is kept when they are.
 * Without a browser it does nothing, and its promise is kept.
 */
export function load(base) {
  let src;
  try {
    src = new URL(SCRIPT, String(base).replace(/\/*$/, '/')).href;
  } catch {
    return Promise.reject(new TypeError(`load() needs the address of an Alentour server, and not ${JSON.stringify(base)}`));
  }
  if (typeof document === 'undefined') return Promise.resolve();
  if (loading && loading.src !== src) console.warn(`[alentour] ${loading.src} defines the elements of this page; ${src} is not loaded`);
  loading ??= { src, promise: run(src) };
  return loading.promise;
}

function run(src) {
  // A tag of the page's own has defined them already.
  if (customElements.get('alentour-widget')) return Promise.resolve();
  // Imported it puts no widget of its own anywhere, as a tag would.
  return import(/* webpackIgnore: true */ /* @vite-ignore */ src).then(
    () => customElements.whenDefined('alentour-widget').then(() => {}),
    (error) => {
      // The next call tries again.
      loading = undefined;
      throw error;
    },
  );
}
