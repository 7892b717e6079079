//! Starting over, as the program does it with a record that is to be kept.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::process::gavel;

/// The program; it ends with the test.
struct Sandbox(Child);

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_record_before_is_kept_beside_the_new_one_and_the_page_says_where() {
    let folder = tempfile::tempdir().expect("a directory");
    let (data, aside) = (folder.path().join("data"), folder.path().join("data.1"));
    let mut command = gavel(&["sandbox", "--port", "0", "--data", &data.display().to_string()]);
    let mut sandbox = Sandbox(command.stdout(Stdio::piped()).spawn().expect("it starts"));
    let mut line = String::new();
    BufReader::new(sandbox.0.stdout.take().expect("a pipe")).read_line(&mut line).expect("it speaks");
    let url = line.trim().strip_prefix("ready ").expect("it is ready").to_owned();

    let http = reqwest::Client::new();
    let said = format!("in <code>{}</code>", aside.display());
    let before = http.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(before.contains(&said), "it says where the record will be kept");
    assert!(!aside.exists());
    let first = std::fs::read(data.join("journal/00000000.jsonl")).expect("there is a record");

    let after = http.post(format!("{url}/over")).send().await.unwrap().text().await.unwrap();
    assert!(after.contains(&format!("The record before is kept {said}")), "it says where it is kept");
    let kept = std::fs::read(aside.join("journal/00000000.jsonl")).expect("it is there");
    assert!(kept.starts_with(&first), "the same record");
    let second = std::fs::read(data.join("journal/00000000.jsonl")).expect("there is a new one");
    assert_ne!(second, kept);
    assert!(after.contains(&format!("in <code>{}</code>", folder.path().join("data.2").display())));
}
