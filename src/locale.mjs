// Words of dates and clocks that `Intl` does not have, for `locale.rs`.

/** "dimanche 1er novembre": a date in French. */
export const french = (date) => date.replace(/(^|\s)1(?=\s)/g, '$11er');

const CITIES = { Reunion: 'La Réunion', Noumea: 'Nouméa' };

/** The message with the city that an IANA zone is named after (`America/Argentina/Buenos_Aires`); `UTC` is named after none. */
export function named(message, zone) {
  const city = /^Etc/.test(zone) ? '' : zone.split('/').slice(1).pop();
  if (!city) return zone;
  // "heure d’Abidjan".
  return message.replace('{place}', CITIES[city] ?? city.replace(/_/g, ' ')).replace(/ de (?=[AEIOU])/, ' d’');
}
