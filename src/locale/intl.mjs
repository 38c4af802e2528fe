// What `Intl` knows of time zones, for `intl.rs`.

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
