//! Questions there and back again: rows of fields, and canonical JSON.

use alentour_model::QuestionType;
use serde_json::{Map, Value, json};

use super::{BETWEEN, QuestionRow, met};
use crate::steps::Fields;
use crate::steps::fields::MOST_KEPT;
use crate::steps::json::text;
use crate::steps::repeated::named;

/// Reads those of an initiative.
pub fn read(initiative: &Value, fields: &mut Fields) {
    let all = initiative.pointer("/participation/questions").and_then(Value::as_array);
    let all: Vec<&Value> = all.into_iter().flatten().take(MOST_KEPT).collect();
    let row = |question: &&Value| {
        let options = question.get("options").and_then(Value::as_array).into_iter().flatten();
        let condition = question.get("onlyIf").and_then(|condition| {
            let at = all.iter().position(|earlier| text(earlier, "id") == text(condition, "question"))?;
            Some(format!("{at}{BETWEEN}{}", text(condition, "answer")))
        });
        let is_required = question.get("required").and_then(Value::as_bool).unwrap_or_default();
        QuestionRow {
            label: text(question, "label").to_owned(),
            answer: QuestionType::parse(text(question, "type")).unwrap_or_default().as_str().to_owned(),
            options: options.filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
            required: if is_required { "yes".to_owned() } else { String::new() },
            only_if: condition.unwrap_or_default(),
            id: text(question, "id").to_owned(),
        }
    };
    fields.set_all(all.iter().map(row));
}

/// The questions that these fields make of those that are `known`. What was not answered otherwise stays as it is, and so does what a form has no
/// field for; one that is left out is there no more.
pub fn write(fields: &Fields, was: Option<&Fields>, known: &[Value]) -> Vec<Value> {
    let (rows, before) = (fields.questions(), was.map(Fields::questions).unwrap_or_default());
    let ids = names(&rows, known);
    let depends = |rows, at, ids: &[String]| {
        let (earlier, answer) = met(rows, at)?;
        Some((ids.get(earlier)?.clone(), answer.to_owned()))
    };
    let names_before: Vec<String> = before.iter().map(|(_, row)| row.id.clone()).collect();
    let mut all = Vec::new();
    for (at, ((_, row), id)) in rows.iter().zip(&ids).enumerate() {
        let was = before.iter().position(|(_, was)| was.id == *id);
        let known = known.iter().find(|known| text(known, "id") == id);
        let mut question = known.and_then(Value::as_object).cloned().unwrap_or_default();
        question.insert("id".into(), id.as_str().into());
        put(row, was.and_then(|at| Some(&before.get(at)?.1)), &mut question);
        let condition = depends(&rows, at, &ids);
        if condition != was.and_then(|at| depends(&before, at, &names_before)) {
            match condition {
                Some((id, answer)) => {
                    question.insert("onlyIf".into(), json!({ "question": id, "answer": answer }))
                }
                None => question.remove("onlyIf"),
            };
        }
        all.push(Value::Object(question));
    }
    // What no form shows was not taken out in one.
    let is_shown = |id: &str| names_before.iter().chain(&ids).any(|shown| shown == id);
    all.extend(known.iter().filter(|known| !is_shown(text(known, "id"))).cloned());
    all
}

/// Writes what a row says otherwise than before into a question.
fn put(row: &QuestionRow, was: Option<&QuestionRow>, question: &mut Map<String, Value>) {
    let differs = |part: fn(&QuestionRow) -> &str| was.is_none_or(|was| part(was) != part(row));
    if differs(|row| &row.label) {
        question.insert("label".into(), row.label.as_str().into());
    }
    let is_of_another_kind = was.is_none_or(|was| was.kind() != row.kind());
    if is_of_another_kind {
        question.insert("type".into(), row.kind().as_str().into());
        question.remove("minimum");
        question.remove("maximum");
    }
    if is_of_another_kind || differs(|row| &row.options) {
        question.remove("options");
        if row.kind().has_options() {
            question.insert("options".into(), row.options().collect());
        }
    }
    if differs(|row| &row.required) {
        question.insert("required".into(), (!row.required.is_empty()).into());
    }
}

/// What names each question: as it was named, or its own words.
fn names(rows: &[(usize, QuestionRow)], known: &[Value]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let kept = |row: &QuestionRow| known.iter().any(|known| text(known, "id") == row.id);
    for (at, (_, row)) in rows.iter().enumerate() {
        let is_taken = |name: &str| {
            names.iter().any(|known| known == name)
                || rows.iter().skip(at + 1).any(|(_, later)| later.id == name)
        };
        let name =
            if kept(row) && !names.contains(&row.id) { row.id.clone() } else { named(&row.label, is_taken) };
        names.push(name);
    }
    names
}
