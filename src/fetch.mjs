// Sending, for `fetch.rs`.

/**
 * The response to a request. Rejects where none came, with anything: the page may have replaced `fetch`, and its own may throw, reject with
 * a text, or give something that is no response. What is one says so itself: the page may have replaced `Response`, too.
 */
export async function send(request) {
  const response = await fetch(request);
  if (Object.prototype.toString.call(response) !== '[object Response]') throw response;
  return response;
}
