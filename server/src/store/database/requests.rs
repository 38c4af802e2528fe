//! What organisers decide about requests.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde_json::json;

use super::announce::{announce_steps, mail, steps};
use super::attendances::attendances_of;
use super::request_seats::{give_back_all, given_back, lock_free, take_again};
use super::trail::note;
use super::{Database, lock_persons};
use crate::store::decide::SeatKey;
use crate::store::driver::{Lock, Transaction};
use crate::store::error::retried;
use crate::store::requests::{Answer, Answered, Decision, Offering, Refusal, RequestStore};
use crate::store::row::Row;
use crate::store::{Digest, MessageKind, StoreError, TrailEntry};

/// A need of an initiative.
type NeedKey = (String, String);

/// Of sign-ups `s` those of which there is nothing to decide, and those that were accepted: nobody else is told where to come, or
/// reminded to.
pub const ADMITTED: &str = "NOT EXISTS (SELECT 1 FROM decisions d
    WHERE d.email_h = s.email_h AND d.id = s.id AND d.decision <> 'accepted')";

/// A request as it is before its answer.
struct Request {
    email_h: Digest,
    initiative: String,
    version: i64,
    /// Only who has confirmed can be written to.
    is_confirmed: bool,
    decision: Option<Decision>,
    decided_at: i64,
    offers: Vec<Offering>,
    /// Sessions that it has something of.
    sessions: Vec<String>,
    /// What it gave back when it was declined: sessions, and for how many people.
    given_back: Vec<(String, i64)>,
}

/// What is known of a need.
struct Need {
    needed: Option<i64>,
    accepted: i64,
}

#[async_trait]
impl RequestStore for Database {
    async fn requested(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT s.initiative FROM decisions d
                   JOIN signups s ON s.email_h = d.email_h AND s.id = d.id
                   WHERE NOT s.pending ORDER BY s.initiative";
        let rows = self.driver.read(sql, Vec::new()).await?;
        Ok(rows.iter().map(|row| row.string("initiative")).collect::<Result<_, _>>()?)
    }

    async fn answer_requests(
        &self,
        answers: &[Answer],
        beyond: bool,
        entry: &TrailEntry,
    ) -> Result<Answered, StoreError> {
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let answered = answer_within(&mut *transaction, answers, beyond, entry).await?;
            transaction.commit().await?;
            Ok(answered)
        })
        .await
    }
}

async fn answer_within(
    transaction: &mut dyn Transaction,
    answers: &[Answer],
    beyond: bool,
    entry: &TrailEntry,
) -> Result<Answered, StoreError> {
    let now = entry.at;
    let mut persons = BTreeSet::new();
    for answer in answers {
        persons.extend(request(transaction, &answer.id).await?.map(|request| request.email_h));
    }
    lock_persons(transaction, &persons, Lock::Change).await?;
    // Their persons may have changed or withdrawn them until they were locked.
    let mut requests = Vec::with_capacity(answers.len());
    for answer in answers {
        requests.push(request(transaction, &answer.id).await?);
    }
    let mut free = lock_free(transaction, seats(answers, &requests), now).await?;
    let mut needs = needs(transaction, &requests).await?;
    let mut refused = Vec::new();
    for (at, (answer, request)) in answers.iter().zip(&requests).enumerate() {
        let is_twice = answers[..at].iter().any(|earlier| earlier.id == answer.id);
        let refusal = match request {
            _ if is_twice => Some(Refusal::Twice),
            Some(request) if request.version != answer.version => Some(Refusal::Changed),
            Some(request) => refusal(answer, request, &mut needs, beyond)
                .or_else(|| if answer.is_accepted { no_seat(request, &mut free) } else { None }),
            None => Some(Refusal::Unknown),
        };
        refused.extend(refusal.map(|refusal| (at, refusal)));
    }
    if !refused.is_empty() {
        return Ok(Answered::Refused(refused));
    }
    let mut changed = 0;
    // Those who were promised seats first: what others give back goes to the line.
    for is_accepted in [true, false] {
        for (answer, request) in answers.iter().zip(requests.iter().flatten()) {
            if answer.is_accepted != is_accepted || !give(transaction, answer, request, now).await? {
                continue;
            }
            changed += 1;
            let after = if is_accepted { Decision::Accepted } else { Decision::Declined };
            let mut detail = TrailEntry::change(request.decision.map(Decision::as_str), after.as_str());
            detail["signup"] = answer.id.as_str().into();
            let initiative = request.initiative.clone();
            note(transaction, &TrailEntry { initiative, detail, ..entry.clone() }).await?;
        }
    }
    Ok(Answered::Now(changed))
}

/// The request of that id, unless it waits for its person's confirmation.
async fn request(transaction: &mut dyn Transaction, id: &str) -> Result<Option<Request>, StoreError> {
    let sql = "SELECT s.email_h, s.initiative, s.sequence, s.confirmed_at, d.decision, d.at
               FROM decisions d JOIN signups s ON s.email_h = d.email_h AND s.id = d.id
               WHERE d.id = $1 AND NOT s.pending";
    let rows = transaction.query(sql, vec![id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let email_h = row.digest("email_h")?;
    let sql = "SELECT * FROM offers WHERE email_h = $1 AND id = $2 ORDER BY need";
    let offers = transaction.query(sql, vec![(&email_h).into(), id.into()]).await?;
    let (decision, decided_at) = (Decision::parse(&row.string("decision")?), row.number("at")?);
    let given_back = match decision {
        Some(Decision::Declined) => given_back(transaction, (&email_h, id), decided_at).await?,
        _ => Vec::new(),
    };
    let attendances = attendances_of(transaction, &email_h, id).await?;
    Ok(Some(Request {
        email_h,
        initiative: row.string("initiative")?,
        version: row.number("sequence")?,
        is_confirmed: row.integer("confirmed_at")?.is_some(),
        decision,
        decided_at,
        given_back,
        sessions: attendances.into_iter().map(|one| one.session).collect(),
        offers: offers.iter().map(|row| offering(&**row)).collect::<Result<_, _>>()?,
    }))
}

/// What a row says of an offer.
pub fn offering(row: &dyn Row) -> Result<Offering, sqlx::Error> {
    let count = |number: i64| number.try_into().unwrap_or(u32::MAX);
    Ok(Offering {
        need: row.string("need")?,
        quantity: count(row.number("quantity")?),
        needed: row.integer("needed")?.map(count),
        accepted: count(row.number("accepted")?),
    })
}

/// The sessions whose seats answers free, or ask for again.
fn seats(answers: &[Answer], requests: &[Option<Request>]) -> BTreeSet<SeatKey> {
    let mut all = BTreeSet::new();
    for (answer, request) in answers.iter().zip(requests) {
        let Some(request) = request else { continue };
        let asked_again = || request.given_back.iter().map(|(session, _)| session.clone()).collect();
        let sessions: Vec<String> = if answer.is_accepted { asked_again() } else { request.sessions.clone() };
        all.extend(sessions.into_iter().map(|session| (request.initiative.clone(), session)));
    }
    all
}

/// Why a request that was declined cannot be accepted: a session that it gave back has not as many seats left; else `free` counts them, for
/// those that follow.
fn no_seat(request: &Request, free: &mut BTreeMap<SeatKey, i64>) -> Option<Refusal> {
    for (session, party) in &request.given_back {
        let Some(free) = free.get_mut(&(request.initiative.clone(), session.clone())) else { continue };
        if party > free {
            return Some(Refusal::NoSeat(session.clone()));
        }
        *free -= party;
    }
    None
}

/// What is known of the needs that these offer. Locks all that is offered of them, in one order: two who decide at the same time do not
/// accept the last table twice.
async fn needs(
    transaction: &mut dyn Transaction,
    requests: &[Option<Request>],
) -> Result<BTreeMap<NeedKey, Need>, StoreError> {
    let offered = requests.iter().flatten().flat_map(|request| {
        request.offers.iter().map(|offer| (request.initiative.clone(), offer.need.clone()))
    });
    let names: BTreeSet<NeedKey> = offered.collect();
    let mut needs = BTreeMap::new();
    for name in names {
        let parameters = || vec![name.0.as_str().into(), name.1.as_str().into()];
        let locking = transaction.locking(Lock::Change);
        let sql = format!(
            "SELECT accepted FROM offers WHERE initiative = $1 AND need = $2 ORDER BY email_h, id {locking}"
        );
        let mut accepted = 0;
        for row in transaction.query(&sql, parameters()).await? {
            accepted += row.number("accepted")?;
        }
        let sql = "SELECT accepted FROM need_totals WHERE initiative = $1 AND need = $2";
        if let Some(row) = transaction.query(sql, parameters()).await?.first() {
            accepted += row.number("accepted")?;
        }
        let sql = "SELECT o.needed FROM offers o JOIN signups s ON s.email_h = o.email_h AND s.id = o.id
                   WHERE o.initiative = $1 AND o.need = $2
                   ORDER BY COALESCE(s.confirmed_at, s.received_at) DESC, s.email_h, s.id LIMIT 1";
        let latest = transaction.query(sql, parameters()).await?;
        let needed = latest.first().map_or(Ok(None), |row| row.integer("needed"))?;
        needs.insert(name, Need { needed, accepted });
    }
    Ok(needs)
}

/// How many of an offer an answer accepts.
fn accepted(answer: &Answer, offer: &Offering) -> u32 {
    match &answer.quantities {
        _ if !answer.is_accepted => 0,
        Some(quantities) => quantities.get(&offer.need).copied().unwrap_or_default(),
        None => offer.quantity,
    }
}

/// Why an answer cannot be given; else `needs` counts it, for those that follow.
fn refusal(
    answer: &Answer,
    request: &Request,
    needs: &mut BTreeMap<NeedKey, Need>,
    beyond: bool,
) -> Option<Refusal> {
    for (need, quantity) in answer.quantities.iter().flatten() {
        let offered = request.offers.iter().find(|offer| offer.need == *need);
        let offered = offered.map_or(0, |offer| offer.quantity);
        if *quantity > offered {
            return Some(Refusal::NotOffered(need.clone(), offered));
        }
    }
    for offer in &request.offers {
        let Some(need) = needs.get_mut(&(request.initiative.clone(), offer.need.clone())) else { continue };
        let more = i64::from(accepted(answer, offer)) - i64::from(offer.accepted);
        let left = need.needed.map(|needed| (needed - need.accepted).max(0));
        if let Some(left) = left.filter(|left| more > *left && more > 0 && !beyond) {
            return Some(Refusal::Beyond(offer.need.clone(), left.try_into().unwrap_or(u32::MAX)));
        }
        need.accepted += more;
    }
    None
}

/// Writes an answer, and tells of it. `false` where it was so before.
async fn give(
    transaction: &mut dyn Transaction,
    answer: &Answer,
    request: &Request,
    now: i64,
) -> Result<bool, StoreError> {
    let (decision, kind) = match answer.is_accepted {
        true => (Decision::Accepted, MessageKind::Accepted),
        false => (Decision::Declined, MessageKind::Declined),
    };
    let changed: Vec<_> =
        request.offers.iter().filter(|offer| accepted(answer, offer) != offer.accepted).collect();
    if request.decision == Some(decision) && changed.is_empty() {
        return Ok(false);
    }
    let name = || vec![(&request.email_h).into(), answer.id.as_str().into()];
    // By its time a mail knows whether it tells of the last decision.
    let at = now.max(request.decided_at + 1);
    let sql = "UPDATE decisions SET decision = $3, at = $4 WHERE email_h = $1 AND id = $2";
    transaction.execute(sql, [name(), vec![decision.as_str().into(), at.into()]].concat()).await?;
    for offer in changed {
        let sql = "UPDATE offers SET accepted = $4 WHERE email_h = $1 AND id = $2 AND need = $3";
        let values = vec![offer.need.as_str().into(), i64::from(accepted(answer, offer)).into()];
        transaction.execute(sql, [name(), values].concat()).await?;
    }
    let name = (&request.email_h, answer.id.as_str());
    let before = attendances_of(transaction, name.0, name.1).await?;
    match decision {
        Decision::Declined => give_back_all(transaction, &request.initiative, name, at, now).await?,
        _ => take_again(transaction, &request.initiative, name, &request.given_back, now).await?,
    }
    if request.is_confirmed {
        mail(transaction, &request.initiative, name, kind, &json!({ "at": at }), now).await?;
    }
    let after = attendances_of(transaction, name.0, name.1).await?;
    announce_steps(transaction, name, &steps(&before, &after), now).await?;
    Ok(true)
}

/// Gives a sign-up what an attempt asks for and offers: of what was accepted as much stays as is still offered. A request that was declined
/// is asked anew.
pub async fn replace_request(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    id: &str,
    attempt: &str,
) -> Result<(), sqlx::Error> {
    let (own, both) =
        (|| vec![email_h.into(), id.into()], || vec![email_h.into(), id.into(), attempt.into()]);
    for (sql, parameters) in [
        ("UPDATE offers SET accepted = (SELECT CASE WHEN b.accepted < offers.quantity THEN b.accepted ELSE offers.quantity END
                                       FROM offers b WHERE b.email_h = $1 AND b.id = $2 AND b.need = offers.need)
         WHERE email_h = $1 AND id = $3
           AND EXISTS (SELECT 1 FROM offers b WHERE b.email_h = $1 AND b.id = $2 AND b.need = offers.need)", both()),
        ("DELETE FROM offers WHERE email_h = $1 AND id = $2", own()),
        ("UPDATE offers SET id = $2 WHERE email_h = $1 AND id = $3", both()),
        ("DELETE FROM decisions WHERE email_h = $1 AND id = $2
           AND (decision <> 'accepted'
                OR NOT EXISTS (SELECT 1 FROM decisions a WHERE a.email_h = $1 AND a.id = $3))", both()),
        ("UPDATE decisions SET id = $2 WHERE email_h = $1 AND id = $3
           AND NOT EXISTS (SELECT 1 FROM decisions b WHERE b.email_h = $1 AND b.id = $2)", both()),
    ] {
        transaction.execute(sql, parameters).await?;
    }
    Ok(())
}
