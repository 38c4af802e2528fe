// Where `words.rs` finds what is known of words: beside the application, whatever page it is on.

/** The synonyms of the field and the names of kinds and causes, on pages in that language. */
export const words = (lang) => import.meta.url.replace(/a\/[^/]*$/, __WORDS__[lang]);

/** The forms of the words of the server's feed. */
export const forms = () => import.meta.url.replace(/a\/[^/]*$/, 'forms.txt');
