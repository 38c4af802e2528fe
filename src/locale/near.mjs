// Days in a word. The loader has this too, for the first page of results: a page that was made elsewhere, or a while ago, does not know
// what day it is for who reads it.

const DAY = 864e5; // ms

/** What the visitor's own clock shows at an instant in milliseconds, as `YYYY-MM-DDTHH:MM...`. */
const shown = (instant) => new Date(instant - new Date(instant).getTimezoneOffset() * 6e4).toISOString();

/**
 * The words for today and tomorrow for a day that is it on the visitor's clock, otherwise `text`. `datetime` is a day (`2026-11-29`) or a moment
 * with its offset; one whose clocks are not the visitor's keeps its text, since it may be another day here.
 */
export function near(today, tomorrow, datetime, text) {
  try {
    const day = datetime.slice(0, 10);
    const days = (Date.parse(day) - Date.parse(shown(Date.now()).slice(0, 10))) / DAY;
    const isOwn = day === datetime || shown(Date.parse(datetime)).startsWith(datetime.slice(0, 16));
    return (isOwn && [today, tomorrow][days]) || text;
  } catch {
    return text; // A page may have made its own of `Date`.
  }
}
