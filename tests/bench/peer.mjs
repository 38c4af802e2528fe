// The stand-in for the lightest peer, as its own server would send it: the element, and one JSON of what is nearest.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compressed } from './support.mjs';

/** As many as the widget shows at first. */
export const SHOWN = 12;

/**
 * Puts the element and its events on a site of theirs. Gives the tag that a partner writes. Near is near `latitude`, `longitude`,
 * in degrees; `feed` is the canonical feed that the widget has.
 */
export async function standIn(site, feed, point) {
  const code = await readFile(join(import.meta.dirname, 'peer.js'), 'utf8');
  const shared = { 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' };
  const script = site.put('/peer.js', compressed(code, 'text/javascript; charset=utf-8', shared));
  const events = JSON.stringify({ total: SHOWN, events: nearest(feed.initiatives, point) });
  const json = site.put('/peer.json', compressed(events, 'application/json', shared));
  return `<script async src="${script}"></script><event-agenda src="${json}" lang="fr" limit="${SHOWN}"></event-agenda>`;
}

/** The nearest that have a date to come, in the order of their dates, as a calendar's public interface gives them. */
function nearest(initiatives, point) {
  const dated = initiatives.filter(({ sessions, location }) => sessions?.some(upcoming) && location?.[0]?.latitude !== undefined);
  const far = ({ location: [place] }) => {
    const east = (place.longitude - point.longitude) * Math.cos((point.latitude * Math.PI) / 180);
    return Math.hypot(east, place.latitude - point.latitude);
  };
  const events = dated.sort((a, b) => far(a) - far(b)).slice(0, SHOWN).map(event);
  if (events.length < SHOWN) throw new Error(`the stand-in lists ${SHOWN} events; the feed has only ${events.length} with a date and a place`);
  return events.sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

const upcoming = ({ startDate }) => Date.parse(startDate) > Date.now();

function event({ id, name, summary, url, organizer, location: [place], sessions, keywords = [], accessibility = [] }) {
  const session = sessions.find(upcoming);
  const { latitude, longitude, name: venue, streetAddress: address, postalCode, addressLocality: city, addressRegion: region, addressCountry: country } = place;
  return {
    id, title: name, description: summary, url, status: 'confirmed',
    start: session.startDate, end: session.endDate, timeZone: session.timeZone, allDay: false,
    location: { name: venue, address, postalCode, city, region, country, latitude, longitude },
    organizer: organizer && { name: organizer.name, url: organizer.url },
    tags: keywords, accessibility,
    attendance: { capacity: session.maximumAttendeeCapacity, remaining: session.remainingAttendeeCapacity },
  };
}
