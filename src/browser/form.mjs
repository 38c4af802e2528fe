// The code of forms, for `form.rs`: a second WebAssembly module that fills the first one's table.

/** Joins it to the module with these exports. */
export const join = (host, a) =>
  host.text(import.meta.url.replace(/a\/[^/]*$/, __FORM__), false, undefined, async (response) => {
    // Like the application's own module: see `START` in xtask/src/build/glue.rs.
    if (WebAssembly.instantiateStreaming && response.headers.get('content-type') === 'application/wasm') {
      await WebAssembly.instantiateStreaming(response, { a });
    } else await WebAssembly.instantiate(await response.arrayBuffer(), { a });
    return true;
  });

/** Whether an event happens to what opens an initiative. A finger that comes there may only be scrolling. */
export const isNear = ({ target, pointerType }) => pointerType !== 'touch' && !!target.closest('.card a, .card .action');
