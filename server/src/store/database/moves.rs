//! A session that is another one now: all that people have of it goes along.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::NOBODY;
use super::announce::{announce_all, mail_to};
use super::batch::enqueue;
use super::participants::{Name, count_seats, lock, name, participants};
use crate::store::decide::NewMessage;
use crate::store::driver::Transaction;
use crate::store::tables::Value;
use crate::store::{Message, MessageKind, Notice, SessionMove, StoreError, WHO_ASKS};

/// Of two states of one sign-up the one that stays is the one in which it has more.
const RANK: &str = "CASE {}.state WHEN 'active' THEN 4 WHEN 'offered' THEN 3 WHEN 'waiting' THEN 2 WHEN 'asked' THEN 1 ELSE 0 END";

/// Moves a session. Says how many mails are owed; `None` where another server was first.
pub async fn move_within(
    transaction: &mut dyn Transaction,
    initiative: &str,
    change: &SessionMove,
    now: i64,
) -> Result<Option<u64>, StoreError> {
    let (from, to) = (change.from.session.as_str(), change.to.session.as_str());
    lock(transaction, initiative, &[from, to]).await?;
    if !advance(transaction, initiative, change, now).await? {
        return Ok(None);
    }
    let renamed = if from == to { None } else { Some(rename(transaction, initiative, from, to).await?) };
    if renamed.is_some() {
        stay_called_off(transaction, initiative, change, now).await?;
    }
    count_seats(transaction, (initiative, to), Some(change.to.starts_at)).await?;
    if change.notice == Notice::Everybody {
        keep_until(transaction, (initiative, to), change.keep_until).await?;
    }
    let told = readdress(transaction, initiative, from, to).await?;
    let mut participants = participants(transaction, (initiative, to)).await?;
    if let Some(renamed) = &renamed {
        participants.retain(|(name, _)| renamed.contains(name));
        let names: Vec<_> = participants.iter().map(|(name, _)| name.clone()).collect();
        announce_all(transaction, &names, &[], now).await?;
    }
    let mut messages = Vec::new();
    if change.notice == Notice::Everybody && !participants.is_empty() {
        let to = Message { kind: MessageKind::SessionMoved, sink: WHO_ASKS.to_owned() };
        let message = NewMessage::new((&NOBODY, initiative), to, "", 0, now)?;
        let detail = json!({ "session": change.to.session, "now": change.to.kept, "from": from,
                             "was": change.from.kept, "people": participants.len() });
        messages.push(NewMessage { detail: detail.to_string(), ..message });
    }
    for (name, is_confirmed) in participants {
        if change.notice == Notice::Everybody && is_confirmed && !told.contains(&name) {
            let detail = json!({ "session": to, "was": change.from.kept });
            messages.push(mail_to(initiative, (&name.0, &name.1), MessageKind::Moved, &detail, now)?);
        }
    }
    if change.notice == Notice::Passed {
        let sql = "INSERT INTO reminders (email_h, id, starts_at)
                   SELECT email_h, id, $3 FROM attendances WHERE initiative = $1 AND session = $2
                   ON CONFLICT DO NOTHING";
        transaction.execute(sql, vec![initiative.into(), to.into(), change.to.starts_at.into()]).await?;
    }
    messages.extend(on_again(transaction, initiative, change, now).await?);
    enqueue(transaction, &messages).await?;
    Ok(Some(messages.iter().filter(|message| message.kind.is_mail()).count() as u64))
}

/// Mails to those who lost a session because it was called off, and have nothing of it, where the feed announces it again: their seats are not
/// theirs any more. On another day it is another date, and what was called off here stays so.
async fn on_again(
    transaction: &mut dyn Transaction,
    initiative: &str,
    SessionMove { from, to, .. }: &SessionMove,
    now: i64,
) -> Result<Vec<NewMessage>, StoreError> {
    let Some(gone_since) = from.gone_since else { return Ok(Vec::new()) };
    if to.starts_at <= now || (to.starts_at - from.starts_at).abs() >= A_DAY {
        return Ok(Vec::new());
    }
    // The mail about its being called off says who lost it, and when: one from before it left the feed was about another time that it did.
    let sql = "SELECT DISTINCT o.email_h, o.signup AS id, o.detail FROM attendances a CROSS JOIN outbox o
               WHERE a.initiative = $1 AND a.session = $2 AND a.state = 'cancelled'
                 AND o.email_h = a.email_h AND o.signup = a.id AND o.kind = $3 AND o.created_at >= $4
                 AND NOT EXISTS (SELECT 1 FROM called_off c WHERE c.initiative = $1 AND c.session = $2
                                 AND c.starts_at > $5 - $6 AND c.starts_at < $5 + $6)
               ORDER BY o.email_h, id";
    let values: Vec<Value> = vec![
        initiative.into(),
        to.session.as_str().into(),
        MessageKind::CalledOff.as_str().into(),
        gone_since.into(),
        to.starts_at.into(),
        A_DAY.into(),
    ];
    let mut messages = Vec::new();
    for row in transaction.query(sql, values).await? {
        let detail: Json = serde_json::from_str(&row.string("detail")?).unwrap_or_default();
        if detail.get("session").and_then(Json::as_str) == Some(&from.session) {
            let (email_h, id) = name(&*row)?;
            let detail = json!({ "session": to.session });
            messages.push(mail_to(initiative, (&email_h, &id), MessageKind::OnAgain, &detail, now)?);
        }
    }
    Ok(messages)
}

/// Notes what a session is now. `false` where another server was first.
async fn advance(
    transaction: &mut dyn Transaction,
    initiative: &str,
    SessionMove { from, to, notice, .. }: &SessionMove,
    now: i64,
) -> Result<bool, StoreError> {
    let is_renamed = from.session != to.session;
    if is_renamed {
        // Another server may have noted it as one that nobody has anything of.
        let sql = "DELETE FROM sessions WHERE initiative = $1 AND session = $2
                   AND NOT EXISTS (SELECT 1 FROM attendances a WHERE a.initiative = $1 AND a.session = $2)";
        transaction.execute(sql, vec![initiative.into(), to.session.as_str().into()]).await?;
    }
    let alone = if is_renamed {
        "AND NOT EXISTS (SELECT 1 FROM sessions t WHERE t.initiative = $1 AND t.session = $4)"
    } else {
        ""
    };
    let sql = format!(
        "UPDATE sessions SET session = $4, sequence = sequence + 1, starts = $5, ends = $6, place = $7,
                             starts_at = $8, changed_at = $9, previous = $10, gone_since = NULL
         WHERE initiative = $1 AND session = $2 AND sequence = $3 {alone}"
    );
    let (changed_at, previous) = match notice {
        // Of another name a server with the old feed would make the old one again.
        Notice::Nobody if !is_renamed => (from.changed_at, from.previous.clone()),
        _ => (now, Some(from.said())),
    };
    let seen = || vec![initiative.into(), from.session.as_str().into(), from.sequence.into()];
    let values: Vec<Value> = vec![
        to.session.as_str().into(),
        to.kept.starts.as_str().into(),
        to.kept.ends.as_deref().into(),
        to.kept.place.as_deref().into(),
        to.starts_at.into(),
        changed_at.into(),
        previous.as_deref().into(),
    ];
    if transaction.execute(&sql, [seen(), values].concat()).await? > 0 {
        return Ok(true);
    }
    // Somebody has signed up for it under its new name already: the two are one.
    let sql = "DELETE FROM sessions WHERE initiative = $1 AND session = $2 AND sequence = $3";
    Ok(is_renamed && transaction.execute(sql, seen()).await? > 0)
}

/// Gives what people have of a session its new name. Where they have something of that one already, what is more stays. Says whose is
/// renamed.
async fn rename(
    transaction: &mut dyn Transaction,
    initiative: &str,
    from: &str,
    to: &str,
) -> Result<BTreeSet<Name>, StoreError> {
    let names = || vec![initiative.into(), from.into(), to.into()];
    let rank = |table: &str| RANK.replace("{}", table);
    for (goes, stays, than) in [("$2", "$3", ">="), ("$3", "$2", ">")] {
        let sql = format!(
            "DELETE FROM attendances WHERE initiative = $1 AND session = {goes}
             AND EXISTS (SELECT 1 FROM attendances b
                         WHERE b.email_h = attendances.email_h AND b.id = attendances.id AND b.session = {stays}
                           AND {} {than} {})",
            rank("b"),
            rank("attendances")
        );
        transaction.execute(&sql, names()).await?;
    }
    let sql = "UPDATE attendances SET session = $3 WHERE initiative = $1 AND session = $2
               RETURNING email_h, id";
    let renamed = transaction.query(sql, names()).await?;
    for sql in [
        "DELETE FROM holds WHERE initiative = $1 AND session = $2
         AND EXISTS (SELECT 1 FROM holds b
                     WHERE b.email_h = holds.email_h AND b.id = holds.id AND b.session = $3)",
        "UPDATE holds SET session = $3 WHERE initiative = $1 AND session = $2",
        // By those whose attendance has its new name already.
        "UPDATE presences SET session = $3 WHERE (email_h, id, session) IN (
             SELECT a.email_h, a.id, $2 FROM attendances a WHERE a.initiative = $1 AND a.session = $3)
         AND NOT EXISTS (SELECT 1 FROM presences b
                         WHERE b.email_h = presences.email_h AND b.id = presences.id AND b.session = $3)",
        "UPDATE seats SET session = $3 WHERE initiative = $1 AND session = $2
         AND NOT EXISTS (SELECT 1 FROM seats b WHERE b.initiative = $1 AND b.session = $3)",
        "UPDATE venues SET session = $3 WHERE initiative = $1 AND session = $2
         AND NOT EXISTS (SELECT 1 FROM venues b WHERE b.initiative = $1 AND b.session = $3)",
        // What was written to its people, of which some may be owed theirs still.
        "UPDATE broadcasts SET session = $3 WHERE initiative = $1 AND session = $2",
    ] {
        transaction.execute(sql, names()).await?;
    }
    // Where the other one has its own already.
    for table in ["seats", "venues"] {
        let sql = format!("DELETE FROM {table} WHERE initiative = $1 AND session = $2");
        transaction.execute(&sql, vec![initiative.into(), from.into()]).await?;
    }
    Ok(renamed.iter().map(|row| name(&**row)).collect::<Result<_, _>>()?)
}

/// Seconds between two starts of one date that was called off: beyond it is another one.
const A_DAY: i64 = 86_400;

/// A date that was called off here stays so by its new name, but on another day: that is another date, as one that the feed gives an old name to.
async fn stay_called_off(
    transaction: &mut dyn Transaction,
    initiative: &str,
    SessionMove { from, to, .. }: &SessionMove,
    now: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO called_off (initiative, session, starts_at, at)
               SELECT initiative, $3, $4, at FROM called_off
               WHERE initiative = $1 AND session = $2 AND starts_at > $4 - $5 AND starts_at < $4 + $5
               ON CONFLICT (initiative, session) DO UPDATE SET starts_at = excluded.starts_at";
    let (was, is) = (from.session.as_str(), to.session.as_str());
    let values = vec![initiative.into(), was.into(), is.into(), to.starts_at.into(), A_DAY.into()];
    if transaction.execute(sql, values).await? == 0 {
        return Ok(());
    }
    let sql = "DELETE FROM called_off WHERE initiative = $1 AND session = $2";
    transaction.execute(sql, vec![initiative.into(), was.into()]).await?;
    // Whoever got something of it by its new name has it no more as soon as somebody looks.
    let sql = "UPDATE sessions SET gone_since = $3 WHERE initiative = $1 AND session = $2";
    transaction.execute(sql, vec![initiative.into(), is.into(), now.into()]).await?;
    Ok(())
}

/// What is kept for a time after a session is kept as long after its new date.
async fn keep_until(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
    until: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE signups SET expires_at = CASE WHEN pending OR expires_at > $3 THEN expires_at ELSE $3 END,
                                  keep_until = CASE WHEN keep_until > $3 THEN keep_until ELSE $3 END
               WHERE (email_h, id) IN (SELECT a.email_h, a.id FROM attendances a
                                       WHERE a.initiative = $1 AND a.session = $2 AND a.state <> 'cancelled')";
    transaction.execute(sql, vec![initiative.into(), session.into(), until.into()]).await?;
    Ok(())
}

/// Mails that wait and name a session name it by its new name. Says to whom one about a change waits that nobody has tried to send yet: it
/// will say what has become of it by then, and what it was when they heard of it last.
async fn readdress(
    transaction: &mut dyn Transaction,
    initiative: &str,
    from: &str,
    to: &str,
) -> Result<BTreeSet<Name>, StoreError> {
    const WAITING: &str = "SELECT email_h, id, signup, kind, detail, attempts FROM outbox
        WHERE sent_at IS NULL AND dead_at IS NULL AND initiative = $1 AND sink = ''";
    // By those about places that were sent, too, it is known who needs no other.
    const OF_PLACES: &str = "SELECT email_h, id, signup, kind, detail, attempts FROM outbox
        WHERE kind = 'venue' AND initiative = $1 AND sink = '' AND (sent_at IS NOT NULL OR dead_at IS NOT NULL)
          AND email_h IN (SELECT email_h FROM attendances WHERE initiative = $1 AND session IN ($2, $3))";
    let mut rows = transaction.query(WAITING, vec![initiative.into()]).await?;
    rows.extend(transaction.query(OF_PLACES, vec![initiative.into(), from.into(), to.into()]).await?);
    let mut told = BTreeSet::new();
    for row in rows {
        let mut detail: Json = serde_json::from_str(&row.string("detail")?).unwrap_or_default();
        if detail.get("session").and_then(Json::as_str) != Some(from) {
            continue;
        }
        detail["session"] = to.into();
        let email_h = row.digest("email_h")?;
        let (id, tried) = (row.string("id")?, row.number("attempts")?);
        let sql = "UPDATE outbox SET detail = $1 WHERE email_h = $2 AND id = $3 AND attempts = $4";
        let values =
            vec![detail.to_string().as_str().into(), (&email_h).into(), id.as_str().into(), tried.into()];
        let changed = transaction.execute(sql, values).await?;
        if changed > 0 && tried == 0 && row.string("kind")? == MessageKind::Moved.as_str() {
            told.insert((email_h, row.string("signup")?));
        }
    }
    Ok(told)
}
