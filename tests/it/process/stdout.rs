//! What comes out of the commands, and when.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use serde_json::Value;

use super::gavel;

/// An answer comes before the next line is asked for.
#[test]
fn judge_answers_line_by_line() {
    let mut command = gavel(&["judge", "--json", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut to = child.stdin.take().expect("a pipe");
    let mut from = BufReader::new(child.stdout.take().expect("a pipe"));
    for (text, expected) in [("Move your car, asshole", "hold"), ("When is the pool open?", "none")] {
        writeln!(to, "{text}").expect("it reads");
        let mut line = String::new();
        from.read_line(&mut line).expect("it answers");
        let answer: Value = serde_json::from_str(&line).expect("one object");
        assert_eq!(answer["disposition"], expected, "{line}");
        assert!(answer["explanation"].is_string(), "{line}");
    }
    drop(to);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// A bad line is named and costs no other line its answer.
#[test]
fn judge_names_the_lines_it_cannot_read_and_goes_on() {
    let lines = [
        r#"{"id":"a","text":"Good morning"}"#,
        "hello",
        "[1]",
        r#"{"id":3}"#,
        r#"{"text":3}"#,
        r#"{"text":"x","audience":"king"}"#,
        r#"{"text":"x","topics":"wide"}"#,
        r#"{"text":"x","at":"noon"}"#,
        r#"{"id":"b","text":"Move your car, asshole","labels":["vulgar"]}"#,
        r#"{"text":"x""#,
    ];
    let mut command = gavel(&["judge", "--jsonl", "--json", "-"]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut to = child.stdin.take().expect("a pipe");
    to.write_all(lines.join("\n").as_bytes()).expect("it reads");
    drop(to);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(2));
    let answers: Vec<Value> = output
        .stdout
        .lines()
        .map(|line| serde_json::from_str(&line.expect("text")).expect("one object"))
        .collect();
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    assert_eq!(ids, ["a", "b"]);
    let errors = String::from_utf8(output.stderr).expect("text");
    let said = [
        "line 2 of standard input: this is no JSON (from character 1 on)",
        "line 3 of standard input: write an object",
        "line 4 of standard input: there is no `text`",
        "line 5 of standard input: `text` is no text",
        "line 6 of standard input: `audience`: write resident, employee or official",
        "line 7 of standard input: `topics`: write scoped or open",
        "line 8 of standard input: `at`: write seconds",
        "line 10 of standard input: this is no JSON (it ends too early)",
        "8 lines could not be read",
    ];
    assert_eq!(errors.lines().count(), said.len(), "{errors}");
    for (line, said) in errors.lines().zip(said) {
        assert!(line.contains(said), "{line}");
    }
}

/// Whoever reads only the beginning is no error.
#[test]
fn a_reader_that_leaves_is_no_error() {
    for arguments in [&["check", "--coverage"][..], &["judge", "-"], &["judge", "--json", "-"]] {
        let mut command = gavel(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut to = child.stdin.take().expect("a pipe");
        let mut from = child.stdout.take().expect("a pipe");
        let writing = std::thread::spawn(move || {
            for n in 0..5_000 {
                if writeln!(to, "Line {n}: move your car, asshole, or I call somebody").is_err() {
                    return;
                }
            }
        });
        let mut first = [0; 1];
        from.read_exact(&mut first).expect("something is said");
        drop(from);
        let output = child.wait_with_output().expect("it ends");
        writing.join().expect("it ends");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
        assert!(!errors.contains("roken pipe") && !errors.contains("panicked"), "{arguments:?}: {errors}");
    }
}
