//! The store's directory, the signing key and the disk under them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Report;
use crate::clock::Clock;
use crate::settings::{Settings, open_to_others};
use crate::store::{Options, Store, StoreError};

/// Below this the log may be full within days.
const FREE_LOW_BYTES: u64 = 5 << 30;
/// Below this a single busy day may fill it, and a full disk stops the bot.
const FREE_LEAST_BYTES: u64 = 1 << 30;
/// At most this many files are looked at; a large log has many, all made alike.
const FILES_LIMIT: usize = 20_000;

pub fn examine(settings: &Settings, clock: &Clock, report: &mut Report) {
    let data = &settings.data_dir;
    let shown = data.display();
    match fs::metadata(data) {
        Ok(found) if !found.is_dir() => {
            report.problem(
                format!("`{shown}` is a file, and the moderation log needs a directory"),
                "name another place with `data_dir`",
            );
            return;
        }
        Ok(_) => {
            if let Err(error) = probe(data) {
                report.problem(
                    format!("nothing can be written in `{shown}`: {error}"),
                    "give it to the account that runs the bot",
                );
            }
            modes(data, report);
            open(settings, clock, report);
        }
        Err(_) => {
            let above = standing(data);
            match probe(&above) {
                Ok(()) => report.well(format!("`{shown}` will be made at the first start")),
                Err(error) => report.problem(
                    format!(
                        "`{shown}` cannot be made, because nothing can be written in `{}`: {error}",
                        above.display()
                    ),
                    "make the directory, and give it to the account that runs the bot",
                ),
            }
        }
    }
    key(settings, report);
    free(&standing(data), report);
    report.note(format!(
        "whether the volume under `{shown}` is encrypted cannot be seen from here; it should be, for it holds what people wrote"
    ));
}

/// The directory itself, or the nearest one above it that is there.
fn standing(path: &Path) -> PathBuf {
    let found = path.ancestors().find(|above| !above.as_os_str().is_empty() && above.is_dir());
    found.unwrap_or(Path::new(".")).to_owned()
}

/// Whether files can be made there.
fn probe(dir: &Path) -> io::Result<()> {
    let file = dir.join(format!(".gavel-doctor-{}", std::process::id()));
    fs::File::create_new(&file)?;
    fs::remove_file(&file)
}

fn modes(data: &Path, report: &mut Report) {
    // sled makes its files as the account's umask has it, and anew all the
    // time. They hold no text, and the closed directory above keeps others out.
    let index = data.join("index");
    let mut open = Vec::new();
    let mut seen = 0;
    let mut ahead = vec![data.to_owned()];
    while let Some(path) = ahead.pop() {
        seen += 1;
        if seen > FILES_LIMIT {
            break;
        }
        if open_to_others(&path) == Some(true) {
            open.push(path.clone());
        }
        let is_dir = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
        if let Some(entries) = is_dir.then(|| fs::read_dir(&path).ok()).flatten() {
            let entries = entries.flatten().map(|entry| entry.path());
            ahead.extend(entries.filter(|entry| *entry != index));
        }
    }
    open.sort();
    match open.as_slice() {
        [] => report.well(format!("`{}` is closed to others on this machine", data.display())),
        [first, rest @ ..] => {
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            report.problem(
                format!("others on this machine can get at `{}`{more}", first.display()),
                format!("run `chmod -R go= {}`", data.display()),
            );
        }
    }
}

/// Opens a log that is there, as the bot would. One that is not there yet is
/// left to the first start.
fn open(settings: &Settings, clock: &Clock, report: &mut Report) {
    let data = &settings.data_dir;
    let is_empty = fs::read_dir(data.join("journal")).map_or(true, |mut entries| entries.next().is_none());
    if is_empty {
        report.well(format!("`{}` holds no log yet; the first start makes one", data.display()));
        return;
    }
    let options = Options { key_file: Some(settings.key_file.clone()), ..Options::new(data) };
    match Store::open(options, clock) {
        Ok((store, _)) => report.well(format!("the log opens; it has {} entries", store.next())),
        Err(StoreError::Locked { holder, .. }) => {
            let by = holder.map_or(String::new(), |pid| format!(" (process {pid})"));
            report.well(format!("the log is in use: a bot is running{by}"));
        }
        Err(error) => {
            report.problem(
                format!("the log does not open: {error}"),
                "run `gavel log verify --data DIR` on it",
            );
        }
    }
}

fn key(settings: &Settings, report: &mut Report) {
    let file = &settings.key_file;
    match open_to_others(file) {
        None => report.well(format!("the signing key `{}` will be made at the first start", file.display())),
        Some(true) => report.problem(
            format!("others on this machine can read the signing key `{}`", file.display()),
            format!("run `chmod 600 {}`", file.display()),
        ),
        Some(false) => report.well(format!("the signing key `{}` is closed to others", file.display())),
    }
}

fn free(dir: &Path, report: &mut Report) {
    match fs2::available_space(dir) {
        Ok(free) => {
            let said =
                format!("{:.1} GiB are free under `{}`", free as f64 / (1_u64 << 30) as f64, dir.display());
            let mend = "make room: when the disk is full the bot stops, because nothing would be on record";
            if free < FREE_LEAST_BYTES {
                report.problem(said, mend);
            } else if free < FREE_LOW_BYTES {
                report.warning(said, mend);
            } else {
                report.well(said);
            }
        }
        Err(error) => {
            report.warning(format!("how much is free under `{}` cannot be told: {error}", dir.display()), "");
        }
    }
}
