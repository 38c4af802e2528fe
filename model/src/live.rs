//! What has changed since a feed was written: seats that were taken, signatures that were given and offers that were accepted here. What goes
//! over the wire of it, and how it is put into an initiative.

use serde::Serialize;

use crate::initiative::{Initiative, Kind, Petition};
use crate::need::Need;
use crate::participation::Way;
use crate::session::Session;

/// What is known of an initiative at the moment: an entry of the answer of `GET /v1/live.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LiveInitiative {
    /// Its identifier.
    pub id: String,
    /// Its sessions that have a limit.
    pub sessions: Vec<LiveSession>,
    /// Of a petition: its signatures, those of the feed and those given here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatures: Option<u32>,
    /// Of a petition: the latest of those who agree to be named and whom its organiser has approved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signers: Vec<Signer>,
    /// Of a campaign: the pledges given here. A few of them are not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pledges: Option<u32>,
    /// What it needs, as far as that is counted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<LiveNeed>,
}

/// What is known of a need at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LiveNeed {
    /// Its identifier.
    pub id: String,
    /// How many are still needed.
    pub remaining: u32,
}

/// Somebody who has signed, as far as is said of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signer {
    /// The given name.
    pub name: String,
    /// The town.
    pub town: String,
}

/// Signatures above which some of those who gave them are named: among fewer, neighbours would find out who has not signed.
pub const UNNAMED: u32 = 50;
/// Pledges from which on their number is said: of a handful it tells what each of them has in mind.
const FEWEST_PLEDGES: u32 = 5;

/// What is known of a session at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LiveSession {
    /// Its identifier.
    pub id: String,
    /// When it begins (UTC seconds): a card's sessions have no identifiers.
    pub start: i64,
    /// How many before it in the feed's list begin at the same time. What is over may have left the feed since the card was made: a
    /// position among all would name another one then.
    pub nth: u32,
    /// Seats that are left.
    pub remaining: u32,
    /// People who wait for one.
    #[serde(skip_serializing_if = "is_zero")]
    pub waiting: u32,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl LiveInitiative {
    /// What is known of an initiative: `used` gives the seats of a session that are taken or held, by its identifier, and how many people wait
    /// for one; `signed` is how many have signed here and are not in the feed's number; `accepted` gives what was accepted of a need, by its
    /// identifier.
    pub fn new(
        initiative: &Initiative,
        used: impl Fn(&str) -> (u64, u64),
        signed: u64,
        accepted: impl Fn(&str) -> u64,
    ) -> Self {
        let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let sessions = initiative.sessions.iter().enumerate().filter_map(|(at, session)| {
            let (limit, (used, waiting)) = (session.limit()?, used(&session.id));
            Some(LiveSession {
                id: session.id.clone(),
                start: session.start.moment.instant,
                nth: nth(&initiative.sessions, at),
                remaining: limit.saturating_sub(count(used)),
                waiting: count(waiting),
            })
        });
        let signatures = |petition: &Petition| {
            let announced = petition.signatures;
            // Of none nothing is said that the feed does not say.
            let is_said = announced.is_some() || signed > 0;
            is_said.then(|| announced.unwrap_or_default().saturating_add(count(signed)))
        };
        let needs = initiative.participation.iter().flat_map(|participation| &participation.needs);
        let needs = needs.filter_map(|need| {
            let remaining = need.quantity?.saturating_sub(count(accepted(&need.id)));
            Some(LiveNeed { id: need.id.clone(), remaining })
        });
        Self {
            id: initiative.id.clone(),
            sessions: sessions.collect(),
            signatures: initiative.petition.as_ref().and_then(signatures),
            signers: Vec::new(),
            pledges: initiative.is_pledged_to().then(|| count(signed)).filter(|many| *many >= FEWEST_PLEDGES),
            needs: needs.collect(),
        }
    }

    /// Puts it into an initiative: see [`put`].
    pub fn put_into(&self, initiative: &Initiative) -> bool {
        let left = |session: &Session, nth| {
            let is_it = |live: &&LiveSession| match session.id.is_empty() {
                true => live.start == session.start.moment.instant && live.nth == nth,
                false => live.id == session.id,
            };
            self.sessions.iter().find(is_it).map(|live| (live.remaining, live.waiting))
        };
        let needed = |need: &Need| Some(self.needs.iter().find(|live| live.id == need.id)?.remaining);
        let named = |signer: &Signer| [&signer.name, " (", &signer.town, ")"].concat();
        let signers = self.signers.iter().map(named).collect::<Vec<_>>().join("\n");
        put(initiative, &left, &needed, Sums { signatures: self.signatures, pledges: self.pledges, signers })
    }
}

/// What was counted of a session, of which so many before it begin at the same time: seats that are left, and people who wait for one.
pub type Counted<'a> = dyn Fn(&Session, u32) -> Option<(u32, u32)> + 'a;

/// What was counted of an initiative as a whole.
pub struct Sums {
    /// Signatures; `None` where nobody knows.
    pub signatures: Option<u32>,
    /// Pledges; `None` where they are not said, or no longer.
    pub pledges: Option<u32>,
    /// Who is named, with their towns, a line each: "Amina (Lyon)"; nobody where nobody is any more.
    pub signers: String,
}

/// Puts what was counted into what the feed says of that initiative, or what a card does, for all who look at it; whether anything is something
/// else now. `needed` gives what is still needed.
pub fn put(
    initiative: &Initiative,
    left: &Counted<'_>,
    needed: &dyn Fn(&Need) -> Option<u32>,
    sums: Sums,
) -> bool {
    // Hidden is as good as none.
    let mut is_new = initiative.is_pledged_to() && initiative.pledges.set(sums.pledges.unwrap_or_default());
    for (at, session) in initiative.sessions.iter().enumerate() {
        if let Some((left, waiting)) = left(session, nth(&initiative.sessions, at)) {
            is_new |= session.live.left.set(left);
            is_new |= session.live.waiting.set(waiting);
        }
    }
    if let Some(petition) = &initiative.petition {
        is_new |= sums.signatures.is_some_and(|signatures| petition.live.set(signatures));
        is_new |= petition.signers.set(sums.signers);
    }
    for need in initiative.participation.iter().flat_map(|participation| &participation.needs) {
        if let Some(needed) = needed(need) {
            is_new |= need.live.set(needed);
        }
    }
    is_new
}

/// How many sessions before that one begin at the same time.
fn nth(sessions: &[Session], at: usize) -> u32 {
    let is_then = |other: &&Session| other.start.moment.instant == sessions[at].start.moment.instant;
    sessions[..at].iter().filter(is_then).count() as u32
}

/// The first goal after those of the organiser's. The next ones are twice as much, twice as much again, and two and a half times as much, by
/// turns: 50, 100, 250, 500, 1000.
const FIRST_GOAL: u32 = 25;

impl Initiative {
    /// Whether pledges to it are counted.
    pub fn is_pledged_to(&self) -> bool {
        let way = self.participation.as_ref().map(|participation| participation.way);
        self.kind == Some(Kind::Campaign) && way == Some(Way::Pledge)
    }

    /// Pledges, where so many are known of that it is said.
    pub fn pledged(&self) -> Option<u32> {
        self.pledges.get().filter(|pledges| *pledges >= FEWEST_PLEDGES)
    }
}

impl Petition {
    /// Signatures, where some are known of.
    pub fn count(&self) -> Option<u32> {
        self.live.get().or(self.signatures)
    }

    /// What is aimed at: the organiser's goal until it is reached, then a round number above; `None` where no signature is known of, or
    /// nobody can count that far.
    pub fn goal(&self) -> Option<u32> {
        let signatures = self.count()?;
        if let Some(target) = self.target.filter(|target| *target > signatures) {
            return Some(target);
        }
        let (mut goal, mut turn) = (FIRST_GOAL, 0);
        while goal <= signatures {
            turn += 1;
            goal = goal.checked_mul(if turn % 3 == 0 { 5 } else { 4 })? / 2;
        }
        Some(goal)
    }

    /// The time (UTC seconds) from which on signatures given here are not in the feed's number.
    #[cfg(feature = "server")]
    pub fn counts_from(&self) -> i64 {
        match (self.includes_sign_ups, self.as_of) {
            (false, _) => i64::MIN,
            (true, Some(as_of)) => (i64::from(as_of.date().days()) + 1) * 86_400,
            // Up to when nobody knows: rather none of them than some twice.
            (true, None) => i64::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::participation::{Participation, Way};
    use crate::session::When;
    use crate::time::Moment;

    fn session(id: &str, start: &str, limit: Option<u32>) -> Session {
        Session {
            id: id.into(),
            name: String::new(),
            start: When { moment: Moment::parse(start).unwrap(), all_day: false },
            end: None,
            time_zone: String::new(),
            place: None,
            capacity: limit,
            remaining: None,
            needs: Vec::new(),
            live: Default::default(),
        }
    }

    /// Two shifts at the same time, one of them without a limit, and a third one.
    fn shifts() -> Initiative {
        let mut initiative = Initiative::new("a", "A");
        initiative.sessions = vec![
            session("gone", "2026-11-01T10:00:00+01:00", Some(9)),
            session("free", "2026-12-01T10:00:00+01:00", None),
            session("four", "2026-12-01T10:00:00+01:00", Some(4)),
            session("two", "2026-12-02T10:00:00+01:00", Some(2)),
        ];
        initiative
    }

    fn left(initiative: &Initiative) -> Vec<Option<u32>> {
        initiative.sessions.iter().map(|session| session.left()).collect()
    }

    fn live(initiative: &Initiative, signed: u64) -> LiveInitiative {
        let used = |id: &str| {
            let used = [("gone", (1, 0)), ("free", (7, 0)), ("four", (3, 0)), ("two", (5, 2))];
            used.iter().find(|(name, _)| *name == id).unwrap().1
        };
        LiveInitiative::new(initiative, used, signed, |_| 0)
    }

    #[test]
    fn what_is_left_of_a_limit_is_put_in_by_identifier_and_into_a_card_by_time() {
        let whole = shifts();
        let live = live(&whole, 3);
        assert_eq!(live.signatures, None);
        let mut card = shifts();
        card.sessions.iter_mut().for_each(|session| (session.id, session.capacity) = (String::new(), None));
        // What is over has left the feed since.
        let mut earlier = card.clone();
        earlier.sessions.remove(0);
        assert!(live.put_into(&whole) && !live.put_into(&whole));
        live.put_into(&card);
        live.put_into(&earlier);
        // More seats than there are may be taken: the organiser has lowered the limit.
        assert_eq!(left(&whole), [Some(8), None, Some(1), Some(0)]);
        assert_eq!(left(&card), left(&whole));
        assert_eq!(left(&earlier), left(&whole)[1..]);
        for initiative in [&whole, &card, &earlier] {
            let waiting: Vec<_> = initiative.sessions.iter().filter_map(|it| it.live.waiting.get()).collect();
            assert_eq!(waiting.iter().rev().take(2).collect::<Vec<_>>(), [&2, &0]);
        }
    }

    #[test]
    fn signatures_given_here_are_added_to_those_of_the_feed() {
        let counted = |feed: Option<Option<u32>>, signed| {
            let mut initiative = Initiative::new("a", "A");
            initiative.petition = feed.map(|signatures| Petition { signatures, ..Petition::default() });
            let live = LiveInitiative::new(&initiative, |_| (0, 0), signed, |_| 0);
            live.put_into(&initiative);
            assert!(!live.put_into(&initiative), "nothing new the second time");
            initiative.petition.map(|petition| petition.count())
        };
        assert_eq!(counted(Some(Some(98)), 2), Some(Some(100)));
        assert_eq!(counted(Some(Some(u32::MAX - 3)), 2), Some(Some(u32::MAX - 1)));
        assert_eq!(counted(Some(None), 2), Some(Some(2)));
        // Of none nothing is said that the feed does not say, and how many come to a meeting is nobody's business.
        assert_eq!((counted(Some(None), 0), counted(None, 2)), (Some(None), None));
    }

    #[test]
    fn what_is_accepted_of_a_need_is_needed_no_more_and_what_nobody_counts_is_not_counted() {
        let mut initiative = Initiative::new("a", "A");
        let need = |id: &str, quantity| Need {
            id: id.into(),
            name: id.into(),
            kind: Default::default(),
            quantity,
            unit: String::new(),
            live: Default::default(),
        };
        let needs = vec![need("tables", Some(3)), need("bras", None), need("local", Some(1))];
        initiative.participation = Some(Participation { needs, ..Participation::new(Way::Offer) });
        let accepted = |id: &str| if id == "tables" { 2 } else { 7 };
        let live = LiveInitiative::new(&initiative, |_| (0, 0), 0, accepted);
        assert!(live.put_into(&initiative) && !live.put_into(&initiative));
        let needs = &initiative.participation.unwrap().needs;
        // More may have been accepted than is needed: the organiser has lowered the number.
        assert_eq!(needs.iter().map(Need::left).collect::<Vec<_>>(), [Some(1), None, Some(0)]);
        assert!(needs[0].takes(1) && !needs[0].takes(2) && !needs[0].takes(0) && !needs[2].takes(1));
        assert!(needs[1].takes(1) && !needs[1].takes(2));
    }

    #[test]
    fn pledges_to_a_campaign_are_said_from_five_on_and_go_again_below() {
        let mut campaign = Initiative::new("a", "A");
        campaign.kind = Some(Kind::Campaign);
        let said = |initiative: &Initiative, signed| {
            LiveInitiative::new(initiative, |_| (0, 0), signed, |_| 0).put_into(initiative);
            initiative.pledged()
        };
        assert_eq!(said(&campaign, 9), None, "it asks for none");
        campaign.participation = Some(crate::Participation::new(Way::Pledge));
        assert_eq!([4, 5, 128, 4].map(|signed| said(&campaign, signed)), [None, Some(5), Some(128), None]);
        assert!(LiveInitiative::new(&campaign, |_| (0, 0), 4, |_| 0).pledges.is_none());
        campaign.kind = Some(Kind::Project);
        assert_eq!(LiveInitiative::new(&campaign, |_| (0, 0), 128, |_| 0).pledges, None);
    }

    #[test]
    fn names_go_when_they_are_said_no_more() {
        let mut petition = Initiative::new("a", "A");
        petition.petition = Some(Petition::default());
        let signers = vec![Signer { name: "Amina".into(), town: "Lyon".into() }];
        let named = LiveInitiative { signers, ..LiveInitiative::new(&petition, |_| (0, 0), 60, |_| 0) };
        assert!(named.put_into(&petition) && !named.put_into(&petition));
        let names = || petition.petition.as_ref().unwrap().signers.get();
        assert_eq!(names(), "Amina (Lyon)");
        assert!(LiveInitiative::new(&petition, |_| (0, 0), 60, |_| 0).put_into(&petition));
        assert!(names().is_empty());
    }

    #[test]
    fn the_goal_is_the_organisers_until_it_is_reached_and_then_the_next_round_number() {
        let goal = |target, signatures| Petition { target, signatures, ..Petition::default() }.goal();
        assert_eq!(goal(Some(600), Some(599)), Some(600));
        assert_eq!(goal(Some(600), Some(600)), Some(1000));
        assert_eq!(goal(Some(600), None), None);
        for (signatures, next) in [
            (0, 25),
            (24, 25),
            (25, 50),
            (99, 100),
            (100, 250),
            (1000, 2500),
            (2500, 5000),
            (99_999, 100_000),
        ] {
            assert_eq!(goal(None, Some(signatures)), Some(next));
            assert_eq!(goal(Some(0), Some(signatures)), Some(next));
        }
        assert_eq!(goal(None, Some(u32::MAX)), None);
    }

    #[cfg(feature = "server")]
    #[test]
    fn what_the_organiser_has_counted_is_not_counted_again() {
        let as_of = Some(When { moment: Moment::parse("2026-11-20T00:00:00+01:00").unwrap(), all_day: true });
        let from = |includes_sign_ups, as_of| {
            Petition { includes_sign_ups, as_of, ..Petition::default() }.counts_from()
        };
        assert_eq!((from(false, as_of), from(false, None)), (i64::MIN, i64::MIN));
        assert_eq!(from(true, as_of), Moment::parse("2026-11-21T00:00:00Z").unwrap().instant);
        assert_eq!(from(true, None), i64::MAX);
    }
}
