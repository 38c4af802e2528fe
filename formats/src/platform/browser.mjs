// What a browser knows already, and the WebAssembly need not bring along: time zones, and what an address is.

const clocks = new Map();

/** Seconds that the clocks of a zone are ahead of UTC at an instant in milliseconds; `undefined` for an unknown zone. */
export function offsetAt(zone, instant) {
  try {
    if (!clocks.has(zone)) {
      const number = 'numeric';
      const parts = { year: number, month: number, day: number, hour: number, minute: number, second: number, era: 'short' };
      clocks.set(zone, new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...parts }));
    }
    const shown = {};
    for (const { type, value } of clocks.get(zone).formatToParts(instant)) shown[type] = value;
    if (shown.era.startsWith('B')) return undefined;
    const date = new Date(0);
    date.setUTCFullYear(shown.year, shown.month - 1, shown.day);
    date.setUTCHours(shown.hour, shown.minute, shown.second);
    return Math.round((date - instant) / 1000);
  } catch {
    return undefined;
  }
}

/** The address that a text means, on the page of another one if there is one; `undefined` where it is none. */
export function parse(text, base) {
  try {
    return new URL(text, base || undefined);
  } catch {
    return undefined;
  }
}

/** Names and values of the parameters of an address, in turn. */
export const parameters = (address) => [...address.searchParams].flat();

/** The address with other parameters: names and values, in turn. */
export function withParameters(address, list) {
  const copy = new URL(address);
  const search = new URLSearchParams();
  for (let at = 0; at < list.length; at += 2) search.append(list[at], list[at + 1]);
  copy.search = search;
  return copy;
}

/** The address at `https`. */
export function secured(address) {
  const copy = new URL(address);
  copy.protocol = 'https:';
  return copy;
}

/** As text, without what stands behind `#`. */
export function text(address) {
  const copy = new URL(address);
  copy.hash = '';
  return copy.href;
}
