//! The doctor: what is wrong with a deployment, and how to mend it.
//!
//! It looks at the files, the store and the server as the bot would, and says
//! what it finds. It changes nothing, except that it pins the rules notice
//! where it is asked to.

mod files;

use crate::clock::Clock;
use crate::discord::doctor as server;
use crate::discord::gateway::Api;
use crate::domain::decision::Desk;
use crate::settings::{Loaded, open_to_others};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It keeps the bot from doing its work as the deployment says.
    Problem,
    /// It works, and somebody may be surprised by how.
    Warning,
    /// Something to know.
    Note,
    /// As it should be.
    Well,
}

impl Weight {
    /// The written name.
    pub fn word(self) -> &'static str {
        match self {
            Weight::Problem => "problem",
            Weight::Warning => "warning",
            Weight::Note => "note",
            Weight::Well => "well",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub weight: Weight,
    /// What is so: lower case, names in backticks, no full stop.
    pub what: String,
    /// How to mend it; empty where there is nothing to mend.
    pub mend: String,
}

/// All that was found, in the order it was looked at.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub findings: Vec<Finding>,
}

impl Report {
    pub fn problem(&mut self, what: impl Into<String>, mend: impl Into<String>) {
        self.add(Weight::Problem, what, mend);
    }

    pub fn warning(&mut self, what: impl Into<String>, mend: impl Into<String>) {
        self.add(Weight::Warning, what, mend);
    }

    pub fn note(&mut self, what: impl Into<String>) {
        self.add(Weight::Note, what, "");
    }

    pub fn well(&mut self, what: impl Into<String>) {
        self.add(Weight::Well, what, "");
    }

    fn add(&mut self, weight: Weight, what: impl Into<String>, mend: impl Into<String>) {
        self.findings.push(Finding { weight, what: what.into(), mend: mend.into() });
    }

    /// How many findings weigh so much.
    pub fn count(&self, weight: Weight) -> usize {
        self.findings.iter().filter(|finding| finding.weight == weight).count()
    }
}

/// What the doctor is asked to do.
pub struct Visit<'a> {
    pub loaded: &'a Loaded,
    pub api: &'a Api,
    /// The token as the environment gives it.
    pub token: Option<String>,
    /// Posts and pins the rules notice where it is missing.
    pub pin: bool,
    pub clock: &'a Clock,
}

/// Looks at everything.
pub async fn examine(visit: Visit<'_>) -> anyhow::Result<Report> {
    let Visit { loaded, api, token, pin, clock } = visit;
    let mut report = Report::default();
    policy(loaded, &mut report);
    deployment(loaded, &mut report);
    files::examine(&loaded.settings, clock, &mut report);
    let from_file = token.as_deref().is_none_or(|token| token.trim().is_empty());
    let file = &loaded.settings.token_file;
    match loaded.settings.token(token) {
        Ok(token) => {
            if from_file && open_to_others(file) == Some(true) {
                report.warning(
                    format!("others on this machine can read the bot's token in `{}`", file.display()),
                    format!("run `chmod 600 {}`", file.display()),
                );
            }
            server::examine(server::Visit { api, token: &token, loaded, pin, clock }, &mut report).await?;
        }
        Err(why) => report.problem(format!("there is no token: {why}"), loaded.settings.token_mend()),
    }
    Ok(report)
}

/// The policy compiled, or there would be no visit; what of it is not in force?
fn policy(loaded: &Loaded, report: &mut Report) {
    let (policy, deployment) = (&loaded.policy, &loaded.deployment);
    report.well(format!(
        "policy `{}`, version {}, compiles; the posture is `{}`",
        policy.id, policy.version, deployment.posture
    ));
    let adopted = |id: &str| deployment.adopted.iter().any(|adoption| adoption.id == id);
    let drafts: Vec<String> = policy
        .authorities
        .iter()
        .filter(|authority| authority.draft && !adopted(&authority.id))
        .map(|authority| format!("`{}`", authority.id))
        .collect();
    if !drafts.is_empty() {
        report.warning(
            format!(
                "drafts that nobody has adopted are cited to no member, and rules that rest on them alone \
                 end at review: {}",
                drafts.join(", ")
            ),
            "once the City has adopted one, say so in the deployment file: `[[adopted]]` with `id`, `by`, `on`, `published`",
        );
    }
    for adoption in &deployment.adopted {
        if !policy.authorities.iter().any(|authority| authority.id == adoption.id) {
            report.warning(
                format!("`{}` is declared adopted, and the policy has no such authority", adoption.id),
                "add it to the policy as `[[authority]]`, with its text",
            );
        }
    }
}

/// What the deployment file leaves out, and somebody will miss.
fn deployment(loaded: &Loaded, report: &mut Report) {
    let deployment = &loaded.deployment;
    if deployment.channels.is_empty() {
        report.problem(
            "no channel is approved, so nothing is watched",
            "add a `[[channel]]` to the deployment file for each channel that the City has approved",
        );
    }
    if deployment.review.is_none() {
        report.problem(
            "there is no review channel: cases are recorded, and nobody sees a card",
            "add `channel = \"…\"` under `[review]`",
        );
    }
    if !loaded.settings.names_time_zone {
        report.warning(
            "no time zone is set, so staffed hours and days are counted in UTC",
            "add `time_zone = \"…\"` to the deployment file, such as \"America/New_York\"",
        );
    }
    if deployment.city.name.is_empty() {
        report.warning(
            "the City has no name in what members are shown",
            "add `name` under `[city]` in the deployment file",
        );
    }
    if loaded.policy.office(Desk::Communications).is_empty()
        && deployment.desk(Desk::Communications).is_none_or(|desk| desk.office.is_empty())
    {
        report.warning(
            "no office is named that members can write to when something of theirs is taken down",
            "add `office` under `[desk.communications]` in the deployment file",
        );
    }
    let unsent: Vec<&str> = deployment
        .desks
        .iter()
        .filter(|desk| desk.channel.is_none() && desk.email.is_some())
        .map(|desk| desk.desk.word())
        .collect();
    if !unsent.is_empty() {
        report.warning(
            format!(
                "this version of Gavel sends no mail, and some desks have nothing else: {}; \
                 their cards go to the review channel",
                unsent.join(", ")
            ),
            "give them a `channel` as well",
        );
    }
}
