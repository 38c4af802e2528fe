//! The parts of a feed, read on all processors and given in the feed's order.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::mpsc::sync_channel;

use alentour_formats::{Reading, Stream};

use super::Halt;

/// Stretches that are cut and not written yet. Each takes two megabytes while it is read, so these are what bounds the memory, and
/// how many processors have something to do.
const AT_ONCE: usize = 8;

/// Reads what is left of a feed, and gives each part with the bytes that were read up to then.
///
/// Cutting, joining and what `take` does are done here, one after the other; parsing and reading, which take most of the time, by
/// others meanwhile.
pub fn each<R: Read>(
    stream: &mut Stream<R>,
    mut take: impl FnMut(Reading, u64) -> Result<(), Halt>,
) -> Result<(), Halt> {
    rayon::in_place_scope(|scope| {
        let mut waiting = VecDeque::new();
        let mut end = None;
        loop {
            while end.is_none() && waiting.len() < AT_ONCE {
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
