// What is known of words, for `words.rs`: it lies beside the application, whatever page that is on.

/** The address of a file of the bundle's. */
const file = (name) => import.meta.url.replace(/a\/[^/]*$/, name);

/**
 * The synonyms of the field with the names of kinds and causes, on pages in that language; and the forms of the words of the server's feed:
 * none where a published site, or the server of somebody else's feed, has none.
 */
export const learn = (host, lang) => Promise.all([host.text(file(__WORDS__[lang])), host.text(file('forms.txt')).catch(() => '')]);
