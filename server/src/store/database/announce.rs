//! What others are told of a sign-up that has changed after it was made.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::batch::enqueue;
use super::participants::{Name, name};
use super::values::{NAMED, query};
use crate::store::decide::NewMessage;
use crate::store::driver::Transaction;
use crate::store::{Digest, Message, MessageKind, StoreError};

/// Tells the sinks that have heard of a sign-up, by person and id, of an event about it. Those that have not heard of it
/// yet will hear of it as it is then.
pub async fn announce(
    transaction: &mut dyn Transaction,
    (email_h, id): (&Digest, &str),
    kind: MessageKind,
    detail: &Json,
    now: i64,
) -> Result<(), StoreError> {
    announce_all(transaction, &[(*email_h, id.to_owned())], kind, detail, now).await
}

/// The same of many sign-ups.
pub async fn announce_all(
    transaction: &mut dyn Transaction,
    names: &[Name],
    kind: MessageKind,
    detail: &Json,
    now: i64,
) -> Result<(), StoreError> {
    let rows = || names.iter().map(|(email_h, id)| vec![email_h.into(), id.as_str().into()]).collect();
    let sql = "WITH v (email_h, id) AS (VALUES {})
               SELECT DISTINCT o.email_h, o.signup AS id, o.sink FROM v
               JOIN outbox o ON o.email_h = v.email_h AND o.signup = v.id
               WHERE o.sink <> '' AND o.attempts > 0 ORDER BY o.email_h, o.signup, o.sink";
    let sinks = query(transaction, sql, rows()).await?;
    let sql = format!(
        "UPDATE signups SET sequence = sequence + 1 WHERE {NAMED} RETURNING email_h, id, initiative, sequence"
    );
    let mut changed = HashMap::new();
    for row in query(transaction, &sql, rows()).await? {
        changed.insert(name(&*row)?, (row.string("initiative")?, row.number("sequence")?));
    }
    let mut messages = Vec::with_capacity(sinks.len());
    for row in &sinks {
        let name = name(&**row)?;
        let Some((initiative, sequence)) = changed.get(&name) else { continue };
        let message = Message { kind, sink: row.string("sink")? };
        let mut message = NewMessage::new((&name.0, initiative), message, &name.1, *sequence, now)?;
        message.detail = detail.to_string();
        messages.push(message);
    }
    Ok(enqueue(transaction, &messages).await?)
}

/// Enqueues a mail to the person about one of their sign-ups.
pub async fn mail(
    transaction: &mut dyn Transaction,
    initiative: &str,
    (email_h, id): (&Digest, &str),
    kind: MessageKind,
    detail: &Json,
    now: i64,
) -> Result<(), StoreError> {
    Ok(enqueue(transaction, &[mail_to(initiative, (email_h, id), kind, detail, now)?]).await?)
}

/// Such a mail, to be enqueued with others.
pub fn mail_to(
    initiative: &str,
    (email_h, id): (&Digest, &str),
    kind: MessageKind,
    detail: &Json,
    now: i64,
) -> Result<NewMessage, StoreError> {
    let message = Message { kind, sink: String::new() };
    let message = NewMessage::new((email_h, initiative), message, id, 0, now)?;
    Ok(NewMessage { detail: detail.to_string(), ..message })
}
