//! The views where there is no browser, for `tests/views.test.mjs` to compare with what the application builds in one. Standard input
//! is JSON, `{ "feed": ..., "scenes": [{ "lang", "instant", "zone", "config": { ... }, "label", "point", "opened" }, ...] }`, and so is
//! standard output: the tree of each scene.

use std::io::stdin;
use std::process::ExitCode;
use std::sync::Arc;

use alentour::locale::KnownZones;
use alentour::render::{ChosenPlace, Clock, Config, Scene};
use alentour_model::feed::Unnoted;
use alentour_model::read::read_document;
use alentour_model::{Catalog, Point};
use alentour_texts::Language;
use serde_json::Value;

fn main() -> ExitCode {
    match trees() {
        Some(trees) => {
            println!("{trees}");
            ExitCode::SUCCESS
        }
        None => {
            eprintln!("standard input is not what the first lines of this program say");
            ExitCode::FAILURE
        }
    }
}

fn trees() -> Option<Value> {
    let input: Value = serde_json::from_reader(stdin()).ok()?;
    let feed = read_document(&input.get("feed")?, &KnownZones, &mut Unnoted).ok()?;
    let catalog = Arc::new(Catalog::new(feed.initiatives));
    let scenes = input.get("scenes")?.as_array()?;
    scenes.iter().map(|it| serde_json::to_value(scene(it, &catalog)?.widget()).ok()).collect()
}

fn scene(given: &Value, catalog: &Arc<Catalog>) -> Option<Scene> {
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let asked = given.get("config")?;
    let config = Config {
        radius: text(asked, "radius"),
        causes: text(asked, "causes"),
        kinds: text(asked, "kinds"),
        limit: text(asked, "limit"),
        api: text(asked, "api"),
        page: text(asked, "page"),
        ..Config::default()
    };
    let around = given.get("point").and_then(|point| {
        let degrees = |position: usize| point.get(position)?.as_f64();
        Some(ChosenPlace { label: text(given, "label"), point: Point::new(degrees(0)?, degrees(1)?)? })
    });
    Some(Scene {
        language: Language::parse(&text(given, "lang"))?,
        clock: Clock::new(given.get("instant")?.as_i64()?, &text(given, "zone"))?,
        catalog: Arc::clone(catalog),
        config,
        around,
        opened: given.get("opened").and_then(Value::as_str).map(str::to_owned),
        live: None,
    })
}
