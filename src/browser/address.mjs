// The address that `address.rs` tells the server.

/**
 * The page's address without its query, which may say something about the visitor; with the one that the page itself says it has for
 * everybody. The prototype's method, as in `browser.mjs`.
 */
export function ofPage() {
  const page = location.origin + location.pathname;
  const said = Object.getPrototypeOf(document).querySelector.call(document, 'link[rel=canonical]')?.href?.split('#')[0];
  return said?.split('?')[0] === page ? said : page;
}
