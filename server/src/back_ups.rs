//! Back-ups that the server makes itself, where somebody has settled a folder for them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use tracing::{error, info};

use crate::backup::{self, RowCounts};
use crate::error::CommandError;
use crate::settings::BackUp;
use crate::state::AppState;
use crate::store::{Deed, Store, TrailEntry};

/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_secs(600);

/// Makes back-ups when they are due, for ever.
pub async fn run(state: AppState) {
    loop {
        if let Some(wanted) = &state.settings.back_up
            && let Err(why) = make_if_due(&state, wanted, Timestamp::now()).await
        {
            error!(%why, folder = %wanted.folder.display(), "no back-up could be made");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Makes one, if the last one, by whomever, is old enough. Says whether it did.
///
/// # Errors
/// In words: why none could be made.
pub async fn make_if_due(state: &AppState, wanted: &BackUp, now: Timestamp) -> Result<bool, String> {
    let last = state.store.last_done(Deed::BackedUp).await.map_err(|why| why.to_string())?;
    if last.is_some_and(|last| now.as_second() - last < i64::from(wanted.hours.max(1)) * 3600) {
        return Ok(false);
    }
    let entry = TrailEntry::by_hand("", Deed::BackedUp, json!({}), now.as_second());
    make(state.store.clone(), wanted, &entry).await.map_err(|why| why.to_string())?;
    Ok(true)
}

/// Makes one, notes it, and removes the oldest files beyond those that are kept.
///
/// # Errors
/// Where it cannot be written.
pub async fn make(
    store: std::sync::Arc<dyn Store>,
    wanted: &BackUp,
    entry: &TrailEntry,
) -> Result<(PathBuf, RowCounts), CommandError> {
    let at = Timestamp::from_second(entry.at)?;
    let made = backup::backup(store.clone(), &wanted.folder, at).await?;
    store.note(entry).await?;
    for old in beyond(&wanted.folder, wanted.keep.max(1) as usize)? {
        std::fs::remove_file(&old).map_err(|why| format!("{}: {why}", old.display()))?;
    }
    info!(file = %made.0.display(), "back-up made");
    Ok(made)
}

/// The files of sign-ups in a folder beyond the newest: their names tell their times. What has another name is none of ours.
fn beyond(folder: &Path, keep: usize) -> std::io::Result<Vec<PathBuf>> {
    let is_ours = |name: &str| {
        let time = name.strip_prefix("signups-").and_then(|rest| rest.strip_suffix("Z.jsonl.gz"));
        time.is_some_and(|time| {
            time.len() == 17 && time.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'T')
        })
    };
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_ours(&name) {
            all.push(name);
        }
    }
    all.sort_unstable_by(|one, other| other.cmp(one));
    Ok(all.into_iter().skip(keep).map(|name| folder.join(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_of_ours_are_beyond_and_nobody_else_s() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "signups-2026-11-24T174944Z.jsonl.gz",
            "signups-2026-11-25T174944Z.jsonl.gz",
            "signups-2026-11-23T174944Z.jsonl.gz",
            "signups-mine.jsonl.gz",
            "keys.jsonl.gz",
        ] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let old = folder.path().join("signups-2026-11-23T174944Z.jsonl.gz");
        assert_eq!(beyond(folder.path(), 2).unwrap(), [old]);
        assert!(beyond(folder.path(), 3).unwrap().is_empty());
    }
}
