// Sending, for `fetch.rs`, by the host page's own `fetch`, whatever it is.

const TIMEOUT = 20_000; // ms. A telephone on a bad line gets this long.

/**
 * The response of the server. Rejects where none came, with anything: the page may have replaced `fetch`, and its own may throw, reject with
 * a text, or give something that is no response.
 *
 * Wrappers expect an address and plain options, and pages have a `Request`, `Headers` and `Response` of their own (MooTools is one): none of
 * them is made or asked for here. What has the parts of a response is one.
 */
export async function send(address, key, body) {
  const headers = {};
  if (body) headers['content-type'] = 'application/json';
  if (key) headers['idempotency-key'] = key;
  let signal;
  try {
    signal = AbortSignal.timeout(TIMEOUT);
  } catch {
    // Safari 15 has none.
  }
  const response = await fetch(address, { method: body ? 'POST' : 'GET', headers, body, cache: 'no-store', credentials: 'omit', signal });
  if (!response.status || !response.headers.get) throw response;
  return response;
}
