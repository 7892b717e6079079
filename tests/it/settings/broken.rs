//! Broken deployment files, and everything that is said about each.

use std::path::Path;

use expect_test::{Expect, expect};
use gavel::settings::Settings;

use super::LEAST;

/// What is said about a file, all of it.
#[track_caller]
fn said(source: &str, expected: &Expect) {
    let said = match Settings::parse(source, Path::new("bot.toml")) {
        Ok(_) => "nothing\n".to_owned(),
        Err(problems) => problems.iter().map(|p| p.render(source, false) + "\n").collect(),
    };
    expected.assert_eq(&said);
}

/// One table after what every file needs; its problems, one a line.
#[track_caller]
fn problems(table: &str, expected: &Expect) {
    let source = format!("{LEAST}{table}");
    let said: String = match Settings::parse(&source, Path::new("bot.toml")) {
        Ok(_) => "nothing\n".to_owned(),
        Err(problems) => {
            problems.iter().map(|p| format!("{}: {}\n   {}\n", p.line(&source), p.what, p.hint)).collect()
        }
    };
    expected.assert_eq(&said);
}

#[test]
fn every_problem_is_listed_with_its_line_a_caret_and_a_hint() {
    let source = r##"polcy = "monroe.toml"
data_dir = ""
posture = "enforced"
time_zone = "America/Monroe"
archive = true

[discord]
guild_id = "monroe"
token = "abc"

[[channel]]
name = "#general"
topics = "scoped"
approved_on = 2026-02-30

[desk.hr]
office = "Human Resources"

[hours]
open = "8 am"

[role]
moderators = ["Communications"]
"##;
    said(
        source,
        &expect![[r##"
            error: the deployment file has no `policy`
             --> bot.toml:1:1
              |
            1 | polcy = "monroe.toml"
              | ^
              |
              = help: add `policy = "…"`
            error: unknown key `polcy` in the deployment file
             --> bot.toml:1:1
              |
            1 | polcy = "monroe.toml"
              | ^^^^^
              |
              = help: did you mean `policy`?
            error: `data_dir` says nothing
             --> bot.toml:2:12
              |
            2 | data_dir = ""
              |            ^^
              |
              = help: write `data_dir = "…"`
            error: `posture` of the deployment file cannot be `enforced`
             --> bot.toml:3:11
              |
            3 | posture = "enforced"
              |           ^^^^^^^^^^
              |
              = help: did you mean `enforce`?
            error: there is no time zone `America/Monroe`
             --> bot.toml:4:13
              |
            4 | time_zone = "America/Monroe"
              |             ^^^^^^^^^^^^^^^^
              |
              = help: write a name of the time zone database, such as "America/New_York"
            error: `archive` of the deployment file is a boolean, and should be a string in quotation marks
             --> bot.toml:5:11
              |
            5 | archive = true
              |           ^^^^
              |
              = help: write a string in quotation marks
            error: `guild_id` cannot be `monroe`
             --> bot.toml:8:12
              |
            8 | guild_id = "monroe"
              |            ^^^^^^^^
              |
              = help: write the number that Discord's `Copy ID` gives
            error: the token does not stand in this file, which people copy and send around
             --> bot.toml:9:9
              |
            9 | token = "abc"
              |         ^^^^^
              |
              = help: put it in a file of its own and name that with `token_file`, and have Discord make a new token
            error: channel `#general` has no `approved_by`
              --> bot.toml:11:1
               |
            11 | [[channel]]
               | ^^^^^^^^^^^
               |
               = help: add `approved_by = "…"`
            error: `name` is written with a `#`, which is no part of the channel's name
              --> bot.toml:12:8
               |
            12 | name = "#general"
               |        ^^^^^^^^^^
               |
               = help: write `name = "general"`
            error: channel `#general` is held to its topic, and no `purpose` says what that is
              --> bot.toml:13:10
               |
            13 | topics = "scoped"
               |          ^^^^^^^^
               |
               = help: add `purpose = "…"`, which is published in the pinned notice, or write `topics = "open"`
            error: invalid date, expected day between 01 and 28
              --> bot.toml:14:15
               |
            14 | approved_on = 2026-02-30
               |               ^^^^^^^^^^
               |
               = help: see https://toml.io for how this is written
            error: unknown key `hr` in `[desk]`
              --> bot.toml:16:7
               |
            16 | [desk.hr]
               |       ^^
               |
               = help: known here: `communications`, `legal`, `press`, `records`, `threat`
            error: `open` of `[hours]` is no time of day: `8 am`
              --> bot.toml:20:8
               |
            20 | open = "8 am"
               |        ^^^^^^
               |
               = help: write it like "08:00" or "16:30"
            error: unknown key `moderators` in `[role]`
              --> bot.toml:23:1
               |
            23 | moderators = ["Communications"]
               | ^^^^^^^^^^
               |
               = help: did you mean `moderator`?
        "##]],
    );
}

#[test]
fn a_file_that_is_no_toml() {
    said(
        "policy = monroe.toml\ndata_dir = \"data\"\n[discord\n",
        &expect![[r#"
        error: string values must be quoted, expected literal string
         --> bot.toml:1:10
          |
        1 | policy = monroe.toml
          |          ^^^^^^^^^^^
          |
          = help: see https://toml.io for how this is written
        error: unclosed table, expected `]`
         --> bot.toml:3:9
          |
        3 | [discord
          |         ^
          |
          = help: see https://toml.io for how this is written
    "#]],
    );
}

#[test]
fn channels() {
    let approved = "approved_by = \"M\"\napproved_on = 2026-01-05\n";
    problems(
        &format!("[[channel]]\n{approved}"),
        &expect![[r#"
        3: `[[channel]]` does not say which channel
           add `name = "…"`, or `name = "*"` for every text channel
    "#]],
    );
    problems(
        &format!("[[channel]]\nname = \"a\"\nid = 5\n{approved}"),
        &expect![[r#"
        5: channel `a` has a name and an id
           keep one of them
    "#]],
    );
    problems(
        &format!("[[channel]]\nname = \"a\"\n{approved}[[channel]]\nname = \"a\"\n{approved}"),
        &expect![[r#"
            8: there are two entries for channel `a`
               keep one of them
        "#]],
    );
    problems(
        &format!("[[channel]]\nid = 0\n{approved}"),
        &expect![[r#"
        4: `id` cannot be `0`
           write the number that Discord's `Copy ID` gives
    "#]],
    );
    problems(
        "[[channel]]\nname = \"a\"\n",
        &expect![[r#"
        3: channel `a` has no `approved_by`
           add `approved_by = "…"`
        3: channel `a` has no `approved_on`
           add `approved_on = 2026-01-05`, with the day it was done
    "#]],
    );
    problems(
        &format!("[[channel]]\nname = \"a\"\ntopics = \"scoped\"\npurpose = \" \"\n{approved}"),
        &expect![[r#"
        6: channel `a` is held to its topic, and no `purpose` says what that is
           add `purpose = "…"`, which is published in the pinned notice, or write `topics = "open"`
    "#]],
    );
    problems(
        &format!("[[channel]]\nname = \"a\"\naudience = \"everyone\"\ntopics = \"scope\"\n{approved}"),
        &expect![[r#"
            5: `audience` of channel `a` cannot be `everyone`
               one of: public, staff
            6: `topics` of channel `a` cannot be `scope`
               did you mean `scoped`?
        "#]],
    );
    problems(
        "[review]\nchannel = \"*\"\n",
        &expect![[r#"
        4: `channel` has to be one channel, and `*` is all
           name one channel
    "#]],
    );
    problems(
        "channel = \"general\"\n",
        &expect![[r#"
        3: `channel` of the deployment file is a string, and should be a list of tables, `[[channel]]`
           write a list of tables, `[[channel]]`
    "#]],
    );
}

#[test]
fn desks() {
    problems(
        "[desk.pres]\noffice = \"Communications\"\n",
        &expect![[r#"
        3: unknown key `pres` in `[desk]`
           did you mean `press`?
    "#]],
    );
    problems(
        "[desk.press]\nmention = \"Duty officer\"\nemail = \"nobody\"\n",
        &expect![[r#"
        4: `[desk.press]` has a role to mention, and only a page of the desk `threat` mentions one
           take `mention` away here
        5: `email` is no e-mail address: `nobody`
           write one address, such as "press@city.example"
    "#]],
    );
    problems(
        "[desk.threat]\ndepartment = [{ name = \"Works\" }, { name = \"Works\", email = \"a@b\", phone = 1 }]\n",
        &expect![[r#"
            4: department `Works` has no `email`
               add `email = "…"`, where its head is reached
            4: there are two entries for department `Works`
               keep one of them
            4: unknown key `phone` in `department`
               known here: `email`, `name`
        "#]],
    );
    problems(
        "[desk]\npress = \"Communications\"\n",
        &expect![[r#"
        4: `press` of `[desk]` is a string, and should be a table, `[press]`
           write a table, `[press]`
    "#]],
    );
}

/// What stands in a string without an end is not missing.
#[test]
fn what_could_not_be_read_is_not_called_missing() {
    said(
        "policy = \"monroe.toml\ndata_dir = \"data\"\n[limits]\nhold_hours = 0\n",
        &expect![[r#"
        error: invalid basic string, expected `"`
         --> bot.toml:1:22
          |
        1 | policy = "monroe.toml
          |                      ^
          |
          = help: see https://toml.io for how this is written
        error: `hold_hours` of `[limits]` is 0, and should be a whole number from 1 to 1000
         --> bot.toml:4:14
          |
        4 | hold_hours = 0
          |              ^
          |
          = help: write a whole number from 1 to 1000
    "#]],
    );
    said(
        "data_dir = \"data\npolicy = \"monroe.toml\"\n",
        &expect![[r#"
        error: invalid basic string, expected `"`
         --> bot.toml:1:17
          |
        1 | data_dir = "data
          |                 ^
          |
          = help: see https://toml.io for how this is written
    "#]],
    );
}

#[test]
fn hours_and_limits() {
    problems(
        "[hours]\ndays = \"mon-fry\"\nholidays = [2026-13-01, \"soon\"]\n",
        &expect![[r#"
            4: `days` of `[hours]` names no day with `fry`
               did you mean `fri`?
            5: invalid date, expected month between 01 and 12
               see https://toml.io for how this is written
            5: `holidays` of `[hours]` is a string, and should be a date like 2026-11-26
               write a date like 2026-11-26
        "#]],
    );
    problems(
        "[hours]\nopen = \"17:00\"\n",
        &expect![[r#"
        4: the offices close before they open
           write `open` and `close` of one day, such as "08:00" and "16:30"
    "#]],
    );
    problems(
        "[hours]\nopen = \"25:00\"\nclose = 1630\n",
        &expect![[r#"
        4: `open` of `[hours]` is no time of day: `25:00`
           write it like "08:00" or "16:30"
        5: `close` of `[hours]` is an integer, and should be a string in quotation marks
           write a string in quotation marks
    "#]],
    );
    problems(
        "[limits]\nhold_hours = 0\nmembers_per_day = -1\nappeal_days = \"ten\"\n",
        &expect![[r#"
            4: `hold_hours` of `[limits]` is 0, and should be a whole number from 1 to 1000
               write a whole number from 1 to 1000
            5: `members_per_day` of `[limits]` is -1, and should be a whole number from 0 to 1000000
               write a whole number from 0 to 1000000
            6: `appeal_days` of `[limits]` is a string, and should be a whole number from 1 to 365
               write a whole number from 1 to 365
        "#]],
    );
}

#[test]
fn adoptions() {
    problems(
        "[[adopted]]\nid = \"comment-standards\"\nby = \"City Manager\"\n",
        &expect![[r#"
        3: `[[adopted]]` has no `on`
           add `on = 2026-01-05`, with the day it was done
        3: `[[adopted]]` has no `published`
           add `published = "…"`
        4: `id` of `[[adopted]]` cannot be `comment-standards`
           did you mean `comment-standard`?
    "#]],
    );
    let whole = "[[adopted]]\nid = \"records-law\"\nby = \"C\"\non = 2026-01-05\npublished = \"x\"\n";
    problems(
        &format!("{whole}{whole}"),
        &expect![[r#"
        9: there are two entries for the adoption of `records-law`
           keep one of them
    "#]],
    );
    problems(
        "[[adopted]]\nby = \"C\"\non = \"yesterday\"\npublished = \"\"\n",
        &expect![[r#"
        3: `[[adopted]]` has no `id`
           add `id = "…"`, one of: comment-standard, records-law, media-procedure, safety-procedure
        5: `on` of `[[adopted]]` is a string, and should be a date like 2026-01-05
           write a date like 2026-01-05
        6: `published` says nothing
           write `published = "…"`
    "#]],
    );
}

#[test]
fn mail_log_city_and_roles() {
    problems(
        "[mail]\nserver = \"smtp.city.example\"\nusername = \"gavel\"\n",
        &expect![[r#"
        3: `[mail]` has no `from`
           add `from = "…"`
        4: `server` of `[mail]` is no host and port: `smtp.city.example`
           write both, such as "smtp.city.example:587"
        5: `[mail]` has a `username` and no `password_file`
           add the other
    "#]],
    );
    problems(
        "[mail]\nserver = \"\"\nfrom = \"\"\n",
        &expect![[r#"
        nothing
    "#]],
    );
    problems(
        "[log]\ncheckpoint_minutes = 0\nkey = \"k\"\n",
        &expect![[r#"
            4: `checkpoint_minutes` of `[log]` is 0, and should be a whole number from 1 to 10080
               write a whole number from 1 to 10080
            5: unknown key `key` in `[log]`
               known here: `checkpoint_channel`, `checkpoint_minutes`, `key_file`
        "#]],
    );
    problems(
        "[city]\nrules_url = \"city.example/rules\"\njurisdiction = \"ohio\"\n",
        &expect![[r#"
        4: `rules_url` is no address of a page: `city.example/rules`
           write it whole, such as "https://city.example/chat-rules"
        5: `jurisdiction` of `[city]` cannot be `ohio`
           one of: michigan, connecticut
    "#]],
    );
    problems(
        "[role]\nemployee = [\"@everyone\", \"\", \"Staff\", \"Staff\", true]\n",
        &expect![[r#"
        4: `employee` cannot be `@everyone`: that is every resident too
           name a role that only they hold
        4: `employee` names a role without a name
           take it away
        4: there are two entries for role `Staff` as `employee`
           keep one of them
        4: `employee` of `[role]` is a boolean, and should be a name in quotation marks, or an id
           write a name in quotation marks, or an id
    "#]],
    );
}
