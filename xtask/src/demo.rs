//! `cargo xtask demo`: the widget on a partner's page, with a server and a database of its own.

use std::fs;

use anyhow::Context;
use clap::Args;

use crate::build;
use crate::process;
use crate::progress::note;
use crate::workspace::{dist, target};

#[derive(Args)]
pub struct Options {
    /// A feed to show instead of the demo's: a file or an address
    #[arg(long)]
    feed: Option<String>,
    /// The port to listen on
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

/// Builds, starts the server, and stays until it ends.
pub fn run(options: &Options) -> anyhow::Result<()> {
    build::bundle()?;
    let server = build::server(false)?;
    let dir = target().join("demo");
    fs::create_dir_all(&dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    let database = dir.join("alentour.db");
    note(format!("sign-ups are kept in {}", database.display()));

    let address = format!("127.0.0.1:{}", options.port);
    println!("\nA partner's page:  http://{address}/\n");
    println!("To try it on a page of your own, paste:");
    println!("  <script async src=\"http://{address}/v1/alentour.js\" data-place=\"69007\"></script>\n");

    let mut serve = process::command(server);
    serve.args(["serve", "--listen", &address, "--database"]).arg(format!("sqlite:{}", database.display()));
    // From the directory, so that a `cargo xtask build` beside it shows on the next reload; and a feed on this very
    // machine is what one tries first.
    serve.arg("--bundle").arg(dist()).arg("--allow-private-feeds");
    if let Some(feed) = &options.feed {
        serve.args(["--feed", feed]);
    }
    process::run(&mut serve, "run `cargo xtask build`")
}
