//! What a deployment file comes to.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use gavel::domain::decision::{Desk, Posture, Topics};
use gavel::domain::deployment::*;
use gavel::domain::id::{GuildId, MemberId, VenueId};
use gavel::settings::{self, Settings, Token, TokenError, open_to_others};

use super::{LEAST, read};
use crate::folder::{Folder, POLICY};

fn in_config(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config").join(name)
}

/// A deployment and a policy of another posture, loaded from one folder.
fn load(source: &str) -> Result<settings::Loaded, Vec<settings::Unusable>> {
    Folder::new(source, "monroe.toml", &POLICY.replace("enforce", "assist")).load()
}

#[track_caller]
fn deployment(source: &str) -> Deployment {
    load(source).expect("all is in order").deployment
}

#[test]
fn the_example_loads_and_its_policy_is_there() {
    let settings = Settings::load(&in_config("bot.toml")).expect("the example is in order");
    assert_eq!(settings.policy, in_config("monroe.toml"));
    assert!(settings.policy.is_file());
    let source = std::fs::read_to_string(in_config("bot.toml")).expect("it is text");
    let d = deployment(&source);
    assert_eq!(d.posture, Posture::Enforce);
    assert_eq!(d.city.name, "City of Monroe");
    assert_eq!(d.city.jurisdiction, Some(Jurisdiction::Michigan));
    assert_eq!(d.channels.len(), 2);
    assert_eq!(d.channels[0].channel, Named::Name("general-1".into()));
    assert_eq!((d.channels[0].topics, d.channels[1].topics), (Topics::Scoped, Topics::Open));
    let threat = d.desk(Desk::Threat).expect("it is set");
    assert_eq!(threat.mention.as_deref(), Some("Duty officer"));
    assert_eq!(threat.departments[0].name, "Public Works");
    let appeals = d.desk(Desk::Communications).expect("it is set");
    assert_eq!(appeals.office, "Communications Department");
    assert_eq!(d.adopted[0].id, "comment-standard");
    assert_eq!(d.checkpoint_channel, None, "an empty name is none");
    assert_eq!(d.hours.holidays.len(), 4);
    let mail = settings.mail.expect("it is set");
    assert_eq!((mail.host.as_str(), mail.port, mail.login), ("smtp.city.example", 587, None));
}

#[test]
fn only_what_has_a_default_has_one() {
    let settings = read(LEAST);
    assert_eq!(settings.policy, Path::new("city/monroe.toml"), "relative to the file");
    assert_eq!(settings.data_dir, Path::new("city/data"));
    assert_eq!(settings.token_file, Path::new("city/token"));
    assert_eq!(settings.key_file, Path::new("city/signing-key"));
    assert_eq!((&settings.mail, settings.posture, settings.names_time_zone), (&None, None, false));
    let d = deployment(LEAST);
    assert_eq!(d.archive, Archive::All);
    assert_eq!(d.limits, Limits { hold_hours: 4, appeal_days: 10, members_per_day: 100 });
    assert_eq!(d.hours.days, [true, true, true, true, true, false, false]);
    assert_eq!((d.hours.open, d.hours.close), (480, 990));
    assert_eq!((d.checkpoint_minutes, d.history_days), (10, 0));
    assert_eq!((d.guild, d.review, d.time_zone.as_str()), (None, None, "UTC"));
    assert_eq!((d.channels.len(), d.desks.len(), d.adopted.len(), d.own_ids.len()), (0, 0, 0, 0));
}

#[test]
fn the_policys_posture_holds_unless_the_deployment_sets_one() {
    assert_eq!(deployment(LEAST).posture, Posture::Assist);
    let watching = format!("posture = \"observe\"\n{LEAST}");
    assert_eq!(deployment(&watching).posture, Posture::Observe);
}

#[test]
fn absolute_paths_stay_as_they_are() {
    let settings = read("policy = \"/etc/gavel/p.toml\"\ndata_dir = \"/var/lib/gavel\"\n");
    assert_eq!(settings.policy, Path::new("/etc/gavel/p.toml"));
    assert_eq!(settings.data_dir, Path::new("/var/lib/gavel"));
}

#[test]
fn ids_are_numbers_or_strings_and_short_numbers_are_names() {
    let d = deployment(&format!(
        "{LEAST}[discord]\nguild_id = \"1034567890123456789\"\nown_ids = [77, \"78\"]\n\
         [[channel]]\nid = 1034567890123456781\napproved_by = \"M\"\napproved_on = \"2026-01-05\"\n\
         [[channel]]\nname = \"311\"\napproved_by = \"M\"\napproved_on = 2026-01-05\n\
         [[channel]]\nname = \"*\"\napproved_by = \"M\"\napproved_on = 2026-01-05\n\
         [review]\nchannel = \"1034567890123456782\"\n[role]\nmoderator = [12, \"Communications\"]\n"
    ));
    assert_eq!(d.guild, GuildId::new(1034567890123456789));
    assert_eq!(d.own_ids, [77, 78].map(|id| MemberId::new(id).unwrap()));
    let named: Vec<&Named> = d.channels.iter().map(|a| &a.channel).collect();
    let id = |raw| Named::Id(VenueId::new(raw).unwrap());
    assert_eq!(named, [&id(1034567890123456781), &Named::Name("311".into()), &Named::Every]);
    assert_eq!(d.review, Some(id(1034567890123456782)));
    assert_eq!(d.roles.moderator, ["12", "Communications"]);
}

#[test]
fn days_and_times_are_read_as_people_write_them() {
    let days = |written: &str| deployment(&format!("{LEAST}[hours]\ndays = {written}\n")).hours.days;
    assert_eq!(days("\"sat-mon\""), [true, false, false, false, false, true, true]);
    assert_eq!(days("\"Mon, wed , fri\""), [true, false, true, false, true, false, false]);
    assert_eq!(days("[\"mon-tue\", \"sun\"]"), [true, true, false, false, false, false, true]);
    let hours = deployment(&format!("{LEAST}[hours]\nopen = \"0:00\"\nclose = \"24:00\"\n")).hours;
    assert_eq!((hours.open, hours.close), (0, 24 * 60));
}

#[test]
fn a_policy_that_does_not_compile_is_reported_beside_the_file() {
    let folder = Folder::new("policy = \"p.toml\"\ndata_dir = \"\"\n", "p.toml", "id = 5\n");
    let unusable = folder.load().expect_err("both are broken");
    assert_eq!(unusable.len(), 2);
    assert!(unusable[0].render(false).contains("`data_dir` says nothing"), "{}", unusable[0]);
    assert!(unusable[1].count() > 1, "{}", unusable[1]);
    let missing = settings::load(&folder.path("other.toml")).expect_err("it is not there");
    assert!(missing[0].to_string().contains("other.toml"), "{}", missing[0]);
}

#[test]
fn the_token_comes_from_the_environment_or_its_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("bot.toml");
    let settings = Settings::parse(LEAST, &file).expect("in order");
    assert!(matches!(settings.token(None), Err(TokenError::Missing { .. })));
    let token = settings.token(Some(" Bot abc.def-1 \n".into())).expect("a token");
    assert_eq!(token.reveal(), "abc.def-1");
    assert_eq!(format!("{token:?}"), "Token(…)");
    std::fs::write(&settings.token_file, "from.the.file\n").expect("written");
    assert_eq!(settings.token(Some(String::new())).expect("a token").reveal(), "from.the.file");
    let mode = |mode| std::fs::set_permissions(&settings.token_file, PermissionsExt::from_mode(mode));
    mode(0o644).expect("set");
    assert_eq!(open_to_others(&settings.token_file), Some(true));
    mode(0o600).expect("set");
    assert_eq!(open_to_others(&settings.token_file), Some(false));
    std::fs::write(&settings.token_file, "\n").expect("written");
    assert!(matches!(settings.token(None), Err(TokenError::Empty { .. })));
    assert!(matches!(Token::new("two words", "x"), Err(TokenError::NotAToken { .. })));
}

#[test]
fn nothing_prints_a_secret() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("password"), "hunter2\n").expect("written");
    let source = format!(
        "{LEAST}[mail]\nserver = \"smtp.city.example:25\"\nfrom = \"a@city.example\"\n\
         username = \"gavel\"\npassword_file = \"password\"\n"
    );
    let settings = Settings::parse(&source, &dir.path().join("bot.toml")).expect("in order");
    let password = settings.mail.as_ref().expect("it is set").password().expect("it can be read");
    assert!(!format!("{settings:?}{password:?}").contains("hunter2"));
    assert_eq!(password.expect("there is one").reveal(), "hunter2");
}
