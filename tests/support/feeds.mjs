// Feeds written for the tests: small, invented, and always about to happen.

const dayOf = (date) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format(date);

/** The day in Paris in so many days, as `YYYY-MM-DD`. */
export function day(days = 0) {
  const [year, month, date] = dayOf(new Date()).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}

/** An hour of that day on the clocks of Paris, as RFC 3339. */
export function at(days, hour = 17) {
  const zone = new Intl.DateTimeFormat('en-US', { timeZone: 'Europe/Paris', timeZoneName: 'longOffset' });
  const offset = zone.format(new Date(day(days) + 'T12:00:00Z')).split('GMT')[1];
  return `${day(days)}T${String(hour).padStart(2, '0')}:00:00${offset}`;
}

const places = {
  guillotiere: { name: 'Maison des voisins', streetAddress: '12 rue de Marseille', postalCode: '69007', addressLocality: 'Lyon', latitude: 45.7512, longitude: 4.8426 },
  villeurbanne: { name: 'Salle des fêtes', postalCode: '69100', addressLocality: 'Villeurbanne', latitude: 45.7663, longitude: 4.8796 },
  bron: { postalCode: '69500', addressLocality: 'Bron', latitude: 45.7394, longitude: 4.9139, approximate: true },
  vienne: { postalCode: '38200', addressLocality: 'Vienne', latitude: 45.5255, longitude: 4.8743 },
  saintEtienne: { postalCode: '42000', addressLocality: 'Saint-Étienne', latitude: 45.4339, longitude: 4.3903 },
  grenoble: { postalCode: '38000', addressLocality: 'Grenoble', latitude: 45.1885, longitude: 5.7245 },
};

const organizer = { name: 'Maison des voisins', url: 'https://example.org', sector: 'association' };
const contact = { id: 'contact', version: '2026-09', text: 'J’accepte que la Maison des voisins m’écrive au sujet de cette action.', purpose: 'contact', required: true };

/** A question of each type; some of them follow from an earlier answer. */
export const questions = [
  { id: 'envie', label: 'Ce qui vous donne envie', type: 'longText', help: 'Quelques lignes suffisent.' },
  { id: 'langues', label: 'Langues que vous parlez', type: 'choices', options: ['Arabe', 'Dari', 'Français', 'Langue des signes'], required: true },
  { id: 'commune', label: 'Votre commune', type: 'choice', options: ['Bron', 'Caluire', 'Décines', 'Écully', 'Givors', 'Oullins', 'Vénissieux'] },
  { id: 'moment', label: 'Moment que vous préférez', type: 'choice', options: ['Matin', 'Soir'] },
  { id: 'arrivee', label: 'Premier jour possible', type: 'date' },
  { id: 'voiture', label: 'Venez-vous en voiture ?', type: 'yesNo', required: true },
  { id: 'places', label: 'Places libres dans la voiture', type: 'number', minimum: 1, maximum: 8, help: 'Sans compter la vôtre.', required: true, onlyIf: { question: 'voiture', answer: 'yes' } },
  { id: 'siege', label: 'J’ai un siège enfant', type: 'boolean', onlyIf: { question: 'places', answer: '3' } },
  { id: 'gare', label: 'Où vous prendre ?', type: 'text', required: true, onlyIf: { question: 'voiture', answer: 'no' } },
  { id: 'part', label: 'Part de la récolte, en kg', type: 'number', minimum: 0.25 },
];

/** One initiative for each way to take part, with all that a form can ask. */
export const ways = () => [
  {
    id: 'devoirs', kind: 'volunteering', name: 'Aider aux devoirs à la Guillotière', summary: 'Deux heures par semaine avec un collégien du quartier.',
    description: 'Un premier paragraphe.\n\nUn second paragraphe.', causes: ['education', 'inclusion'], keywords: ['soutien scolaire'],
    url: 'https://example.org/devoirs', organizer, partners: [{ name: 'Ville', url: 'https://example.org/ville', sector: 'public' }],
    location: [places.guillotiere],
    sessions: [
      { id: 'un', name: 'Première séance', startDate: at(3), endDate: at(3, 19), maximumAttendeeCapacity: 8, remainingAttendeeCapacity: 8 },
      { id: 'deux', startDate: at(10), endDate: at(10, 19), maximumAttendeeCapacity: 1 },
      { id: 'complet', startDate: at(17), endDate: at(17, 19), maximumAttendeeCapacity: 4, remainingAttendeeCapacity: 0 },
    ],
    accessibility: ['wheelchair'], accessibilitySummary: 'Entrée de plain-pied.', inLanguage: ['fr', 'ar'],
    impact: [{ name: 'Élèves accompagnés', value: 64, unit: 'élèves', asOf: day(-100) }],
    participation: {
      way: 'shift', partySize: 3, telephone: 'optional', postalCode: 'required', message: 'optional', minimumAge: 16,
      questions: [
        { id: 'niveau', label: 'Niveau que vous préférez', type: 'choice', options: ['Collège', 'Lycée'], required: true },
        { id: 'permis', label: 'J’ai le permis', type: 'boolean' },
        { id: 'autre', label: 'Autre chose ?', type: 'text' },
      ],
      consents: [contact, { id: 'lettre', version: '1', text: 'J’aimerais recevoir la lettre du quartier.', purpose: 'newsletter' }],
    },
  },
  {
    id: 'reunion', kind: 'gathering', name: 'Réunion publique sur le logement', causes: ['housing'], organizer, location: [places.villeurbanne],
    sessions: [{ id: 'soir', startDate: at(5, 18), endDate: at(5, 20) }], participation: { way: 'rsvp', partySize: 5, consents: [contact] },
  },
  {
    id: 'petition', kind: 'petition', sensitive: false, name: 'Pour un toit digne à Lyon', causes: ['housing', 'poverty'], organizer, location: [places.guillotiere],
    petition: { target: 5000, signatures: 1240, asOf: day(-2), addressedTo: ['Conseil départemental'], outcome: 'Reçue en audience.' },
    participation: { way: 'signature', postalCode: 'optional', consents: [contact] },
  },
  {
    id: 'collectif', kind: 'group', name: 'Rejoindre le collectif de Bron', causes: ['poverty'], organizer, location: [places.bron],
    participation: { way: 'membership', telephone: 'optional', message: 'optional', consents: [contact] },
  },
];

/** A feed of a neighbourhood: more than a page of actions, near and far, today and in two months. */
export function neighbourhood() {
  const causes = ['poverty', 'education', 'health', 'employment', 'housing', 'inclusion', 'environment', 'culture'];
  const names = ['Collecte alimentaire', 'Visite à domicile', 'Atelier vélo', 'Café des habitants', 'Chantier participatif'];
  const kinds = ['volunteering', 'gathering', 'project', 'training', 'volunteering'];
  const spots = [places.guillotiere, places.villeurbanne, places.bron];
  const many = Array.from({ length: 20 }, (_, n) => ({
    id: `action-${n}`, kind: kinds[n % 5], name: `${names[n % 5]} numéro ${n + 1}`, causes: [causes[n % 8], causes[(n * 3 + 1) % 8]], organizer,
    location: [spots[n % 3]], sessions: [{ id: 'seance', startDate: at(1 + n * 3, 15), endDate: at(1 + n * 3, 17) }], url: `https://example.org/action-${n}`,
  }));
  const far = [
    { id: 'vienne', kind: 'volunteering', name: 'Épicerie solidaire de Vienne', causes: ['poverty'], organizer, location: [places.vienne] },
    { id: 'saint-etienne', kind: 'project', name: 'Jardin partagé de Saint-Étienne', causes: ['environment'], organizer, location: [places.saintEtienne] },
    { id: 'grenoble', kind: 'training', name: 'Connaître ses droits à Grenoble', causes: ['inclusion'], organizer, location: [places.grenoble] },
  ];
  const everywhere = [
    { id: 'campagne', kind: 'campaign', name: 'Campagne contre la précarité', causes: ['poverty'], reach: 'national', organizer, url: 'https://example.org/campagne' },
    { id: 'tutorat-en-ligne', kind: 'volunteering', name: 'Tutorat à distance', causes: ['education'], reach: 'online', organizer, url: 'https://example.org/tutorat' },
  ];
  return { alentour: '1', name: 'Les actions du quartier', inLanguage: 'fr', initiatives: [...ways(), ...many, ...far, ...everywhere] };
}

/** A number between 0 and 1 after the other, the same each time. */
function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A feed of a country: so many actions that a page reads those that are near. Half of them are around Lyon, some are everywhere. */
export function country(count = 3000) {
  const next = dice(7);
  const one = (list) => list[Math.floor(next() * list.length)];
  const towns = [
    { postalCode: '69003', addressLocality: 'Lyon', at: [45.757, 4.845], wide: 0.25 },
    { postalCode: '69003', addressLocality: 'Lyon', at: [45.757, 4.845], wide: 0.25 },
    { postalCode: '67000', addressLocality: 'Strasbourg', at: [48.573, 7.752], wide: 0.2 },
    { postalCode: '23000', addressLocality: 'Guéret', at: [46.17, 1.87], wide: 3 },
  ];
  const names = ['Collecte alimentaire', 'Visite à domicile', 'Atelier vélo', 'Café des habitants', 'Chantier participatif'];
  const kinds = ['volunteering', 'gathering', 'project', 'training', 'group'];
  const initiatives = Array.from({ length: count }, (_, n) => {
    const { at: [latitude, longitude], wide, ...town } = one(towns);
    const within = (middle) => Math.round((middle + wide * (next() + next() - 1)) * 10000) / 10000;
    const common = {
      id: `pays-${n}`, kind: kinds[n % 5], name: `${names[n % 5]} ${n + 1}`, causes: [one(['poverty', 'education', 'housing'])], organizer,
      description: `On y parle de ${one(['jardinage', 'couture', 'lecture'])}.`, participation: { way: 'rsvp', consents: [contact] },
    };
    if (n % 60 === 0) return { ...common, reach: 'national' };
    const sessions = n % 3 ? [{ id: 'une', startDate: at(1 + (n % 40), 15), endDate: at(1 + (n % 40), 17) }] : [];
    return { ...common, location: [{ ...town, latitude: within(latitude), longitude: within(longitude) }], sessions };
  });
  return { alentour: '1', name: 'Les actions du pays', inLanguage: 'fr', timeZone: 'Europe/Paris', initiatives };
}
