// Where the visitor is, and a word to who made the page, for `gazetteer.rs`.

/**
 * Where the visitor is: `[latitude, longitude]`. Rejects with whether it was refused. Pages without https have no geolocation at all.
 * Ten seconds, and a position of the last five minutes will do: it is towns that are looked for.
 */
export const locate = () =>
  new Promise((found, failed) =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => found([coords.latitude, coords.longitude]),
      ({ code }) => failed(code === 1), // PERMISSION_DENIED (W3C Geolocation, section 8).
      { timeout: 10_000, maximumAge: 300_000 },
    ),
  ).catch((refused) => Promise.reject(refused === true));

/** Says that the place of the page is the name of several, and which one is taken. */
export const sayTaken = (label) =>
  console.warn(`[alentour] place: several towns are called so, and ${label} is taken: name it like that, or by its postcode`);
