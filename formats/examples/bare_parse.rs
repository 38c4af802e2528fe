//! The yardstick of `cargo xtask bench convert`: the least that could be called reading a feed, serde_json's parser over the
//! same bytes, which are all in memory before it begins.
//!
//!     bare_parse value|ignored FILE
//!
//! `value`: each entry of the feed's longest list becomes a `serde_json::Value`, looked at by nobody and dropped before the
//! next. `ignored`: nothing is kept at all (`serde::de::IgnoredAny`). Prints the seconds it took, reading the file included.

use std::error::Error;
use std::fmt;
use std::time::Instant;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, path] = &arguments[..] else { return Err("bare_parse value|ignored FILE".into()) };
    let start = Instant::now();
    let bytes = std::fs::read(path)?;
    let items = match what.as_str() {
        "value" => serde_json::from_slice::<Items>(&bytes)?.0,
        "ignored" => serde_json::from_slice::<IgnoredAny>(&bytes).map(|_| 0)?,
        other => return Err(format!("{other}: value or ignored").into()),
    };
    println!("{:.4}", start.elapsed().as_secs_f64());
    eprintln!("{items} items");
    Ok(())
}

/// How many entries a list has, or the lists of an object have, each parsed and dropped.
struct Items(usize);

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Count;
        impl<'de> Visitor<'de> for Count {
            type Value = usize;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<usize, A::Error> {
                let mut count = 0;
                while let Some(value) = list.next_element::<Value>()? {
                    drop(std::hint::black_box(value));
                    count += 1;
                }
                Ok(count)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<usize, A::Error> {
                let mut count = 0;
                while fields.next_key::<IgnoredAny>()?.is_some() {
                    count += fields.next_value::<Items>()?.0;
                }
                Ok(count)
            }

            fn visit_bool<E>(self, _: bool) -> Result<usize, E> {
                Ok(0)
            }

            fn visit_u64<E>(self, _: u64) -> Result<usize, E> {
                Ok(0)
            }

            fn visit_i64<E>(self, _: i64) -> Result<usize, E> {
                Ok(0)
            }

            fn visit_f64<E>(self, _: f64) -> Result<usize, E> {
                Ok(0)
            }

            fn visit_str<E>(self, _: &str) -> Result<usize, E> {
                Ok(0)
            }

            fn visit_unit<E>(self) -> Result<usize, E> {
                Ok(0)
            }
        }
        deserializer.deserialize_any(Count).map(Items)
    }
}
