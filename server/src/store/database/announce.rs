//! What others are told of a sign-up that has changed after it was made.

use serde_json::Value as Json;

use super::batch::enqueue;
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
    let sinks = transaction
        .query(
            "SELECT DISTINCT sink FROM outbox
             WHERE email_h = $1 AND signup = $2 AND sink <> '' AND attempts > 0 ORDER BY sink",
            vec![email_h.into(), id.into()],
        )
        .await?;
    let rows = transaction
        .query(
            "UPDATE signups SET sequence = sequence + 1 WHERE email_h = $1 AND id = $2
             RETURNING initiative, sequence",
            vec![email_h.into(), id.into()],
        )
        .await?;
    let Some(row) = rows.first() else { return Ok(()) };
    let (initiative, sequence) = (row.string("initiative")?, row.number("sequence")?);
    let mut messages = Vec::with_capacity(sinks.len());
    for sink in &sinks {
        let message = Message { kind, sink: sink.string("sink")? };
        let mut message = NewMessage::new((email_h, &initiative), message, id, sequence, now)?;
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
