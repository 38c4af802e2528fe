// Numbers, dates and clocks as `Intl` has them, and words of theirs that it does not have, for `intl.rs`; natively `icu/` has them.

const formats = new Map();

/** One of `Intl`'s formats, which is kept: making one takes longer than using it a hundred times. */
function kept(language, options, kind = 'DateTimeFormat') {
  const key = kind + language + JSON.stringify(options);
  // Arabic's digits are a browser's choice, and the views' own text has Latin ones.
  if (!formats.has(key)) formats.set(key, new Intl[kind](language, language === 'ar' ? { ...options, numberingSystem: 'latn' } : options));
  return formats.get(key);
}

/** The same function, which remembers what it said: `Intl` takes up to a tenth of a millisecond, and a list says the same again for each key that is typed. */
function remembered(say) {
  const said = new Map();
  return (...of) => {
    const key = of.join();
    if (!said.has(key)) said.set(key, say(...of));
    return said.get(key);
  };
}

/** CLDR's plural category of a number of things; empty where the browser refuses the language. */
export const plural = remembered((tag, n) => {
  try {
    return kept(tag, {}, 'PluralRules').select(n);
  } catch {
    return '';
  }
});

/** A number to a tenth; with a `unit` of `Intl`'s, where it is one of something. */
export const number = remembered((tag, n, unit) => {
  try {
    return kept(tag, { maximumFractionDigits: 1, ...(unit && { style: 'unit', unit }) }, 'NumberFormat').format(n);
  } catch {
    return String(Math.trunc(n));
  }
});

/** The days from one to another, or the one day, each at noon UTC in milliseconds: "dim. 30 janv. – mar. 1er févr.". */
export const days = remembered((tag, first, last, weekday, year) => {
  const options = { weekday: weekday ? 'short' : undefined, day: 'numeric', month: 'short', year: year ? 'numeric' : undefined, timeZone: 'UTC' };
  try {
    const text = kept(tag, options).formatRange(first, last);
    // In French the first of a month is an ordinal.
    return tag === 'fr' ? text.replace(/(^|\s)1(?=\s)/g, '$11er') : text;
  } catch {
    return new Date(first).toISOString().slice(0, 10);
  }
});

const CITIES = { Reunion: 'La Réunion', Noumea: 'Nouméa' };

/** The message with the city that an IANA zone is named after (`America/Argentina/Buenos_Aires`); `UTC` is named after none. */
export function zoneName(language, message, zone) {
  const city = /^Etc/.test(zone) ? '' : zone.split('/').slice(1).pop();
  if (!city) return zone;
  const said = message.replace('{place}', CITIES[city] ?? city.replace(/_/g, ' '));
  // "heure d’Abidjan".
  return language === 'fr' ? said.replace(/ de (?=[AEIOU])/, ' d’') : said;
}

/** Seconds that a zone's clocks are ahead of UTC at an instant, as `Intl` writes it: `GMT+05:30`, or `GMT`; `NaN` for an unknown zone. */
export function offsetAt(zone, instant) {
  try {
    const format = kept('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });
    const [, sign, hours = 0, minutes = 0] = /GMT(\W)?(\d+)?:?(\d+)?/.exec(format.format(instant * 1000));
    return (hours * 3600 + minutes * 60) * (!sign || sign === '+' ? 1 : -1);
  } catch {
    return NaN;
  }
}
