//! `cargo xtask schema`: the feed's JSON Schema, from the types that read it.

use std::fs;

use anyhow::{Context, bail};
use clap::Args;

use crate::workspace::root;

#[derive(Args, Default)]
pub struct Options {
    /// Only say whether docs/feed.schema.json is up to date
    #[arg(long)]
    check: bool,
}

impl Options {
    /// Compare, and write nothing.
    pub fn check() -> Self {
        Self { check: true }
    }
}

/// Writes `docs/feed.schema.json`, or compares it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let path = root().join("docs/feed.schema.json");
    let text = text()?;
    if !options.check {
        return fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()));
    }
    if fs::read_to_string(&path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    bail!("docs/feed.schema.json is not what the model reads: run `cargo xtask schema` and commit it")
}

fn text() -> anyhow::Result<String> {
    let schema = schemars::schema_for!(alentour_model::Feed);
    let text = serde_json::to_string_pretty(&schema).context("the schema cannot be written")?;
    Ok(text + "\n")
}
