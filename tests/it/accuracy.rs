//! The figures of `docs/ACCURACY.md`, held: measured anew on the corpora, and
//! none may have fallen. `UPDATE_EXPECT=1` writes what is measured now.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// Runs `gavel` with these words and returns what it says.
fn gavel(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_gavel"))
        .args(words)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("gavel runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("gavel writes text")
}

const TEST: [&str; 2] = ["tests/corpora/test.jsonl", "tests/corpora/civic.jsonl"];

fn objects(words: &[&str]) -> Vec<Value> {
    let words = [&["measure", "--json"], words].concat();
    gavel(&words).lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// What became of the messages of no category.
fn benign(words: &[&str]) -> String {
    let objects = objects(words);
    let of = &objects.iter().find(|object| object["benign"].is_object()).expect("some are nothing")["benign"];
    format!(
        "{} messages of no category, {} are flagged in any way and {} taken down.\n",
        of["flagged"]["of"],
        percent(&of["flagged"]),
        percent(&of["taken_down"]),
    )
}

fn share(value: &Value) -> String {
    let part = |key: &str| value[key].as_f64().expect("a share");
    format!("{:.3} ({:.2}–{:.2})", part("share"), part("low"), part("high"))
}

fn percent(value: &Value) -> String {
    let part = |key: &str| value[key].as_f64().expect("a share") * 100.0;
    format!("{:.2} % ({:.2}–{:.2})", part("share"), part("low"), part("high"))
}

/// The table as it stands in the document.
fn table() -> String {
    let mut text = String::from(
        "| category | meant | recall | in English | in Spanish | precision | false alarms |\n|---|---|---|---|---|---|---|\n",
    );
    for object in objects(&TEST) {
        if let Some(category) = object["category"].as_str() {
            let of_language = |lang: &str| match &object["recall_by_language"][lang] {
                Value::Null => "–".to_owned(),
                recall => format!("{:.2} of {}", recall["share"].as_f64().expect("a share"), recall["of"]),
            };
            if object["recall"]["of"] == 0 {
                continue;
            }
            writeln!(
                text,
                "| `{category}` | {} | {} | {} | {} | {} | {} |",
                object["recall"]["of"],
                share(&object["recall"]),
                of_language("en"),
                of_language("es"),
                share(&object["precision"]),
                percent(&object["false_positive_rate"]),
            )
            .expect("a string takes everything");
        }
    }
    let groups: [(&str, &[&str]); 3] =
        [("all", &TEST), ("plain civic", &TEST[1..]), ("identity", &["--tag", "identity", TEST[0], TEST[1]])];
    for (name, words) in groups {
        write!(text, "\n{name}: of {}", benign(words)).expect("a string takes everything");
    }
    text
}

/// Recall and false alarms of each category, and of messages that are nothing,
/// as a table tells them.
fn figures(table: &str) -> BTreeMap<String, (f64, f64)> {
    let number = |cell: &str| cell.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    let mut figures = BTreeMap::new();
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (recall, wrong) = (number(cells[2]).expect("a recall"), number(cells[6]).expect("a share"));
        figures.insert(cells[0].to_owned(), (recall, wrong));
    }
    for (name, benign) in table.lines().filter_map(|line| line.split_once(": of ")) {
        let mut shares = benign.split(',').skip(1).flat_map(|part| part.split(" and "));
        let mut next = || {
            shares.next().and_then(|part| part.split_whitespace().find_map(|word| word.parse::<f64>().ok()))
        };
        figures.insert(format!("{name}, flagged"), (1.0, next().expect("a share")));
        figures.insert(format!("{name}, taken down"), (1.0, next().expect("a share")));
    }
    assert!(figures.len() > 20, "{figures:?}");
    figures
}

#[test]
fn no_figure_has_fallen() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ACCURACY.md");
    let document = std::fs::read_to_string(&path).expect("the document is there");
    let (before, rest) = document.split_once(BEGIN).expect("the document has a place for the figures");
    let (written, after) = rest.split_once(END).expect("the place for the figures ends");
    let measured = table();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{measured}{END}{after}"))
            .expect("the document can be written");
        return;
    }
    let (now, promised) = (figures(&measured), figures(written));
    for (what, (recall, wrong)) in promised {
        let Some((recall_now, wrong_now)) = now.get(&what) else { panic!("{what} is not measured any more") };
        assert!(*recall_now >= recall, "recall of {what} fell from {recall} to {recall_now}");
        assert!(*wrong_now <= wrong, "false alarms of {what} rose from {wrong} % to {wrong_now} %");
    }
    assert_eq!(measured, written, "a figure rose: UPDATE_EXPECT=1 writes it into docs/ACCURACY.md");
}

/// The weights in the repository are what learning from the corpora gives, to
/// the last byte; and they stay small.
#[test]
fn the_weights_are_learned_from_the_corpora() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("weights.bin");
    let out = out.to_str().expect("a path of letters");
    gavel(&["train", "--out", out, "tests/corpora/train.jsonl", "tests/corpora/tune.jsonl"]);
    let learned = std::fs::read(out).expect("weights were written");
    let shipped = include_bytes!("../../config/weights.bin");
    assert!(shipped.len() <= 4 << 20, "{} bytes", shipped.len());
    assert!(learned == shipped, "config/weights.bin is not what `gavel train` makes of tests/corpora");
}

/// No family stands on two sides, and the corpus is what its datasheet says.
#[test]
fn the_corpora_are_as_their_datasheet_says() {
    let mut sides: BTreeMap<String, &str> = BTreeMap::new();
    let mut of_label: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let (mut all, mut spanish, mut benign, mut concerted) = (0, 0, 0, 0);
    for side in ["train", "tune", "test", "civic"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/corpora/{side}.jsonl"));
        for line in std::fs::read_to_string(path).expect("a corpus").lines() {
            let message: Value = serde_json::from_str(line).expect(line);
            let family = message["family"].as_str().expect("a family").to_owned();
            assert_eq!(
                *sides.entry(family.clone()).or_insert(side),
                side,
                "family {family} stands on two sides"
            );
            let labels = message["labels"].as_array().expect("labels");
            all += 1;
            spanish += usize::from(message["lang"] == "es");
            benign += usize::from(labels.is_empty());
            let tags = message["tags"].as_array().expect("tags");
            concerted += usize::from(tags.iter().any(|tag| tag == "concerted"));
            for label in labels {
                let count = of_label.entry(label.as_str().expect("a label").to_owned()).or_default();
                count[0] += 1;
                count[1] += usize::from(message["keyword"] == false);
                count[2] += usize::from(side == "test" && message["lang"] == "es");
            }
        }
    }
    assert!(
        all >= 6_000 && benign >= 2_000 && concerted >= 200,
        "{all} messages, {benign} of no category, {concerted} concerted"
    );
    assert!(spanish * 100 >= all * 20, "{spanish} of {all} are Spanish");
    assert_eq!(of_label.len(), 15, "{of_label:?}");
    for (label, [count, without_keyword, spanish_test]) in of_label {
        assert!(count >= 400, "{label}: {count}");
        assert!(
            without_keyword * 100 >= count * 40,
            "{label}: {without_keyword} of {count} without a keyword"
        );
        assert!(spanish_test >= 40, "{label}: {spanish_test} Spanish messages in the test part");
    }
}
