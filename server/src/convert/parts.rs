//! The parts of a feed, read on all processors and given in the feed's order.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::mpsc::sync_channel;

use alentour_formats::{Reading, Stream};

use super::Halt;

/// Stretches that are cut and not written yet, at most. Each takes two megabytes while it is read and one while it waits, so these
/// are what bounds the memory, and how many processors have something to do.
const AT_ONCE: usize = 8;

/// Reads what is left of a feed, and gives each part with the bytes that were read up to then.
///
/// Cutting, joining and what `take` does are done here, one after the other; parsing and reading, which take most of the time, by
/// others meanwhile.
pub fn each<R: Read>(
    stream: &mut Stream<R>,
    mut take: impl FnMut(Reading, u64) -> Result<(), Halt>,
) -> Result<(), Halt> {
    // One for each processor, and one that waits for it.
    let at_once = (2 * rayon::current_num_threads()).min(AT_ONCE);
    rayon::in_place_scope(|scope| {
        let mut waiting = VecDeque::new();
        let mut end = None;
        loop {
            while end.is_none() && waiting.len() < at_once {
                match stream.cut() {
                    Ok(Some(stretch)) => {
                        let (give, given) = sync_channel(1);
                        // Where nobody waits for it any more, something else has ended the reading.
                        scope.spawn(move |_| drop(give.send(stretch.read())));
                        waiting.push_back(given);
                    }
                    Ok(None) => end = Some(Ok(())),
                    // Behind the parts that were cut before: one of them may have another.
                    Err(why) => end = Some(Err(Halt::Stream(why))),
                }
            }
            let Some(next) = waiting.pop_front() else { return end.unwrap_or(Ok(())) };
            // Nothing comes from a thread that panicked, which the scope passes on.
            let read = next.recv()?;
            let part = stream.join(read).map_err(Halt::Stream)?;
            take(part, stream.bytes())?;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alentour_formats::{Options, StreamError};

    /// The identifiers that come, and what ends them, of a feed of a thousand items with that end.
    fn read(end: &str) -> (Vec<String>, Result<(), Halt>) {
        let items: Vec<_> = (0..1000).map(|n| format!(r#"{{"id": "{n}", "name": "Aide {n}"}}"#)).collect();
        let feed = format!(r#"{{"initiatives": [{}{end}"#, items.join(","));
        let options = Options::default();
        let mut stream = Stream::in_stretches(feed.as_bytes(), &options, None, 300, 100).unwrap();
        let mut ids = Vec::new();
        let end = each(&mut stream, |part, _| {
            ids.extend(part.feed.initiatives.into_iter().map(|initiative| initiative.id));
            Ok(())
        });
        (ids, end)
    }

    #[test]
    fn parts_come_in_the_feed_s_order() {
        let (ids, end) = read("]}");
        assert!(end.is_ok());
        assert_eq!(ids, (0..1000).map(|n| n.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn what_ends_a_feed_is_said_behind_all_that_is_before_it() {
        // What follows a comment cannot be told apart: the cutting stops there.
        let (ids, end) = read(r#", /* */ {"id": "x", "name": "X"}]}"#);
        assert!(matches!(end, Err(Halt::Stream(StreamError::Whole))));
        assert!(ids.len() > 980, "{}", ids.len());
    }

    #[test]
    fn whoever_takes_the_parts_can_end_the_reading() {
        let feed =
            format!(r#"[{}{{}}]"#, r#"{"id": "1", "title": "A", "applicationUrl": "x"},"#.repeat(1000));
        let mut stream = Stream::in_stretches(feed.as_bytes(), &Options::default(), None, 300, 100).unwrap();
        let mut parts = 0;
        let end = each(&mut stream, |_, _| {
            parts += 1;
            if parts == 3 { Err("enough".to_owned().into()) } else { Ok(()) }
        });
        assert!(matches!(end, Err(Halt::Other(_))));
        assert_eq!(parts, 3);
    }
}
