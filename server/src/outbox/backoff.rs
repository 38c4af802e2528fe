//! What became of an attempt to send a message, and when the next one is due.

use crate::store::{Delivery, OutboxMessage};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// Seconds from one attempt to the next: greylisting takes minutes, a broken server a night, a long weekend three days.
const WAITS: [i64; 11] = [
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    12 * HOUR,
    12 * HOUR,
    12 * HOUR,
    12 * HOUR,
];

/// Attempts at what the receiver refuses: receivers get misconfigured, and are mended the next day. The eighth comes 22 hours
/// after the first.
const REFUSALS: u32 = 8;

/// The longest that a receiver may ask us to wait.
const LONGEST: i64 = 24 * HOUR;

/// Why a message was not sent. The texts are stored and shown to the operator: none holds anything personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryError {
    /// It may work later; not before that many seconds, if the receiver said so.
    Passing(String, Option<i64>),
    /// Nobody answered: the receiver is down, and not only for this message.
    Unreachable(String),
    /// The receiver does not want it. That may be a mistake of theirs.
    Refused(String),
    /// It will never work.
    Final(String),
    /// Not tried: again after so many seconds, however often.
    PutOff(i64, String),
}

impl DeliveryError {
    /// What may work later.
    pub fn passing(why: impl Into<String>) -> Self {
        Self::Passing(why.into(), None)
    }

    /// What follows from it for a message that was tried at `now` (UTC seconds).
    pub fn delivery(self, message: &OutboxMessage, now: i64) -> Delivery {
        let (why, least, tries) = match self {
            Self::PutOff(seconds, why) => return Delivery::PutOff(now + seconds, why),
            Self::Final(why) => return Delivery::Dead(now, why),
            Self::Passing(why, least) => (why, least.unwrap_or(0).clamp(0, LONGEST), u32::MAX),
            Self::Unreachable(why) => (why, 0, u32::MAX),
            Self::Refused(why) => (why, 0, REFUSALS),
        };
        match wait(message) {
            Some(seconds) if message.attempts < tries => Delivery::Later(now + seconds.max(least), why),
            _ => Delivery::Dead(now, format!("{why}; given up after {} attempts", message.attempts)),
        }
    }
}

/// Seconds until the next attempt, if there is to be one: a fifth more or less, so that what failed together does not come
/// back together. The id of a message is as good as random.
fn wait(message: &OutboxMessage) -> Option<i64> {
    let wait = *WAITS.get(message.attempts.max(1) as usize - 1)?;
    let spread =
        message.id.bytes().fold(message.attempts, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    Some(wait * (800 + i64::from(spread % 401)) / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MessageKind;

    fn message(id: &str, attempts: u32) -> OutboxMessage {
        OutboxMessage {
            id: id.into(),
            email_h: [0; 32],
            initiative: String::new(),
            kind: MessageKind::Confirm,
            sink: String::new(),
            signup: None,
            sequence: None,
            detail: "{}".into(),
            created_at: 0,
            attempts,
            error: None,
            dead_at: None,
        }
    }

    /// When the attempts of a message that always fails so are made, the first one at 0, and when it is given up.
    fn attempts(failure: &DeliveryError) -> Vec<i64> {
        let mut at = vec![0];
        for attempt in 1.. {
            match failure.clone().delivery(&message("5ea1", attempt), at[at.len() - 1]) {
                Delivery::Later(next, _) | Delivery::PutOff(next, _) => at.push(next),
                Delivery::Dead(now, _) => {
                    assert_eq!(now, at[at.len() - 1]);
                    return at;
                }
                Delivery::Sent(_) | Delivery::Mailed(..) | Delivery::Unneeded(_) => unreachable!(),
            }
        }
        unreachable!()
    }

    #[test]
    fn what_may_work_later_is_tried_for_three_days_less_and_less_often() {
        let at = attempts(&DeliveryError::passing("busy"));
        assert_eq!(at.len(), 12);
        assert!((40..80).contains(&at[1]), "{at:?}");
        assert!((2 * 86_400..7 * 86_400 / 2).contains(&at[11]), "{at:?}");
        assert_eq!(attempts(&DeliveryError::Unreachable(String::new())).len(), 12);
    }

    #[test]
    fn what_is_refused_is_tried_for_a_day_and_what_will_never_work_once() {
        let at = attempts(&DeliveryError::Refused("404".into()));
        assert!(at.len() == 8 && (16 * 3600..28 * 3600).contains(&at[7]), "{at:?}");
        assert_eq!(attempts(&DeliveryError::Final("410".into())).len(), 1);
    }

    #[test]
    fn a_receiver_that_asks_for_time_gets_it_within_reason() {
        let next = |seconds| match DeliveryError::Passing(String::new(), Some(seconds))
            .delivery(&message("a", 1), 0)
        {
            Delivery::Later(next, _) => next,
            other => panic!("{other:?}"),
        };
        assert!((48..=72).contains(&next(10)) && (48..=72).contains(&next(-5)));
        assert_eq!((next(900), next(i64::MAX)), (900, 86_400));
    }

    #[test]
    fn what_failed_together_does_not_come_back_together() {
        let times: std::collections::BTreeSet<_> =
            (0..200).map(|i| wait(&message(&format!("{i:032x}"), 4)).unwrap()).collect();
        assert!(times.len() > 50, "{}", times.len());
        assert!(times.iter().all(|time| (2880..=4320).contains(time)));
    }
}
