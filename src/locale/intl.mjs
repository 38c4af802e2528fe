// Words of dates and clocks that `Intl` does not have, for `intl.rs`; natively `icu/words.rs` has them.

/** "dimanche 1er novembre": a date in French. */
export const french = (date) => date.replace(/(^|\s)1(?=\s)/g, '$11er');

const CITIES = { Reunion: 'La Réunion', Noumea: 'Nouméa' };

/** The message with the city that an IANA zone is named after (`America/Argentina/Buenos_Aires`); `UTC` is named after none. */
export function zoneName(language, message, zone) {
  const city = /^Etc/.test(zone) ? '' : zone.split('/').slice(1).pop();
  if (!city) return zone;
  const said = message.replace('{place}', CITIES[city] ?? city.replace(/_/g, ' '));
  // "heure d’Abidjan".
  return language === 'fr' ? said.replace(/ de (?=[AEIOU])/, ' d’') : said;
}

const zones = new Map();

/** Seconds that a zone's clocks are ahead of UTC at an instant, as `Intl` writes it: `GMT+05:30`, or `GMT`; `NaN` for an unknown zone. */
export function offsetAt(zone, instant) {
  try {
    // Making a format takes longer than using it a hundred times.
    if (!zones.has(zone)) zones.set(zone, new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' }));
    const [, sign, hours = 0, minutes = 0] = /GMT(\W)?(\d+)?:?(\d+)?/.exec(zones.get(zone).format(instant * 1000));
    return (hours * 3600 + minutes * 60) * (!sign || sign === '+' ? 1 : -1);
  } catch {
    return NaN;
  }
}
