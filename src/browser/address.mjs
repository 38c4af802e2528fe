// The address that `address.rs` tells the server.

/**
 * The page's address without its query, which may say something about the visitor; with the one that the page itself says it has for
 * everybody. Our own page in a frame says which page the frame is on. The prototype's method, as in `browser.mjs`.
 */
export function ofPage() {
  const page = location.origin + location.pathname;
  const said = (rel) => Object.getPrototypeOf(document).querySelector.call(document, `link[rel=${rel}]`)?.href?.split('#')[0];
  const canonical = said('canonical');
  return said('alentour-page') ?? (canonical?.split('?')[0] === page ? canonical : page);
}
