//! The rules notice that is pinned in every approved channel: what the channel
//! is for, that criticism is welcome, that messages are records, whom to call,
//! how to appeal.
//!
//! One message with two embeds, English and Spanish. It is known again by its
//! author and the two titles, so that pinning twice pins once, and a notice
//! whose words have changed is edited and not doubled.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Found;
use super::asking::{self, Asking, refused};
use super::places::approved_in;
use crate::discord::rest::Call;
use crate::doctor::Report;
use crate::domain::card::Language;
use crate::domain::decision::{Desk, Posture, Topics};
use crate::domain::deployment::{Approval, Archive, Deployment, Hours};
use crate::domain::event::VenueSight;
use crate::domain::id::{MemberId, MessageId};
use crate::policy::Policy;
use crate::settings::Loaded;
use crate::words::{self, Value};

/// What stands in the audit log beside the pin.
const REASON: &str = "The rules notice of an approved channel";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Embed {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
}

#[derive(Debug, Deserialize)]
struct Posted {
    id: MessageId,
    author: Author,
    #[serde(default)]
    embeds: Vec<Embed>,
}

#[derive(Debug, Deserialize)]
struct Author {
    id: MemberId,
}

#[derive(Serialize)]
struct Body<'a> {
    embeds: &'a [Embed],
    allowed_mentions: NoMentions,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    enforce_nonce: bool,
}

/// Nobody is pinged.
#[derive(Serialize)]
struct NoMentions {
    parse: [&'static str; 0],
}

/// What there is of the notice in a channel.
enum Standing {
    Current,
    /// It is pinned, and says something else than it should.
    Outdated(MessageId),
    Missing,
}

pub(super) async fn examine(asking: &Asking, loaded: &Loaded, found: &Found, pin: bool, report: &mut Report) {
    for venue in approved_in(found) {
        let approval = found.server.approval_of(venue.id).and_then(|n| loaded.deployment.channels.get(n));
        let Some(approval) = approval else { continue };
        if !venue.holds_messages() {
            guidelines(venue, approval, found, report);
            continue;
        }
        if venue.permissions.is_some_and(|has| has & (1 << 10) == 0 || has & (1 << 16) == 0) {
            // What is pinned cannot be seen; the permission was reported.
            continue;
        }
        let notice = notice(&loaded.policy, &loaded.deployment, approval);
        let standing = match look(asking, venue, found.me, &notice).await {
            Ok(standing) => standing,
            Err(why) => {
                report
                    .problem(format!("what is pinned in #{} cannot be read: {why}", venue.name), "try again");
                continue;
            }
        };
        let mend = "run `gavel doctor` with `--pin`, which posts and pins it";
        match standing {
            Standing::Current => report.well(format!("the rules notice is pinned in #{}", venue.name)),
            Standing::Missing if !pin => {
                report.problem(format!("no rules notice is pinned in #{}", venue.name), mend);
            }
            Standing::Outdated(_) if !pin => {
                report.problem(format!("the rules notice in #{} does not say what it should", venue.name), mend);
            }
            standing => match put(asking, venue, found.me, &notice, standing).await {
                Ok(()) => report.well(format!("the rules notice is now pinned in #{}", venue.name)),
                Err(why) => report.problem(
                    format!("the rules notice cannot be pinned in #{}: {why}", venue.name),
                    "the bot needs Send Messages, Embed Links and Pin Messages there; a channel holds a limited number of pins",
                ),
            },
        }
    }
}

/// A forum has no messages of its own; its guidelines stand in their place.
fn guidelines(venue: &VenueSight, approval: &Approval, found: &Found, report: &mut Report) {
    let topic = found.topics.iter().find(|topic| topic.id == venue.id).and_then(|t| t.topic.as_deref());
    if topic.is_none_or(|topic| topic.trim().is_empty() || !topic.contains(approval.purpose.trim())) {
        report.problem(
            format!("the post guidelines of the forum #{} do not say what it is for", venue.name),
            format!("write them under Edit Channel, with the purpose word for word: {}", approval.purpose),
        );
    }
}

/// Looks for the notice among what is pinned.
async fn look(
    asking: &Asking,
    venue: &VenueSight,
    me: MemberId,
    notice: &[Embed],
) -> Result<Standing, String> {
    #[derive(Deserialize)]
    struct Pins {
        items: Vec<Pin>,
    }
    #[derive(Deserialize)]
    struct Pin {
        message: Posted,
    }
    let reply = asking.get(&format!("/channels/{}/messages/pins?limit=50", venue.id)).await?;
    if !reply.is_success() {
        return Err(refused(&reply));
    }
    let pins: Pins = serde_json::from_slice(&reply.body).map_err(|error| error.to_string())?;
    let ours: Vec<Posted> = pins
        .items
        .into_iter()
        .map(|pin| pin.message)
        .filter(|message| is_notice(message, me, notice))
        .collect();
    if ours.iter().any(|message| message.embeds == notice) {
        return Ok(Standing::Current);
    }
    Ok(ours.first().map_or(Standing::Missing, |message| Standing::Outdated(message.id)))
}

fn is_notice(message: &Posted, me: MemberId, notice: &[Embed]) -> bool {
    message.author.id == me
        && message.embeds.len() == notice.len()
        && message.embeds.iter().zip(notice).all(|(there, ours)| there.title == ours.title)
}

/// Posts, corrects and pins the notice.
async fn put(
    asking: &Asking,
    venue: &VenueSight,
    me: MemberId,
    notice: &[Embed],
    standing: Standing,
) -> Result<(), String> {
    let mentions = NoMentions { parse: [] };
    let failed = |error: serde_json::Error| error.to_string();
    if let Standing::Outdated(message) = standing {
        let body = Body { embeds: notice, allowed_mentions: mentions, nonce: None, enforce_nonce: false };
        return done(asking, &Call::edit(venue.id, message, &body).map_err(failed)?).await.map(|_| ());
    }
    // An earlier try may have posted it and then not been let pin it.
    let recent = done(asking, &Call::messages(venue.id, None, 50)).await?;
    let recent: Vec<Posted> = serde_json::from_slice(&recent.body).unwrap_or_default();
    let there = recent.into_iter().find(|m| is_notice(m, me, notice) && m.embeds == notice);
    let message = match there {
        Some(message) => message.id,
        None => {
            let body = Body {
                embeds: notice,
                allowed_mentions: mentions,
                nonce: Some(format!("rules{}", venue.id)),
                enforce_nonce: true,
            };
            let reply = done(asking, &Call::post(venue.id, &body).map_err(failed)?).await?;
            serde_json::from_slice::<Posted>(&reply.body).map_err(failed)?.id
        }
    };
    done(asking, &Call::pin(venue.id, message, REASON)).await.map(|_| ())
}

async fn done(asking: &Asking, call: &Call) -> Result<crate::discord::rest::Reply, String> {
    let reply = asking.send(call).await?;
    if reply.is_success() { Ok(reply) } else { Err(asking::refused(&reply)) }
}

/// The notice of a channel as it is posted, for whoever sets up a server without a doctor.
pub fn rules_notice(policy: &Policy, deployment: &Deployment, approval: &Approval) -> Vec<serde_json::Value> {
    let notice = notice(policy, deployment, approval);
    notice
        .into_iter()
        .map(|embed| json!({ "title": embed.title, "description": embed.description }))
        .collect()
}

/// The notice as this deployment and this channel have it.
fn notice(policy: &Policy, deployment: &Deployment, approval: &Approval) -> Vec<Embed> {
    let languages = [Language::En, Language::Es];
    languages.into_iter().map(|language| embed(language, policy, deployment, approval)).collect()
}

fn embed(language: Language, policy: &Policy, deployment: &Deployment, approval: &Approval) -> Embed {
    let say = |key: &str, args: &[(&str, Value<'_>)]| words::say(language, key, args);
    let unnamed = || say("office-unnamed", &[]);
    let city = Some(deployment.city.name.clone()).filter(|name| !name.is_empty()).unwrap_or_else(unnamed);
    let set = deployment.desk(Desk::Communications).map_or("", |desk| desk.office.as_str());
    let office = [set, policy.office(Desk::Communications)].into_iter().find(|o| !o.is_empty());
    let office = office.map_or_else(unnamed, str::to_owned);

    let mut lines = Vec::new();
    lines.push(match approval.purpose.as_str() {
        "" => say("pinned-purpose-open", &[("city", city.into())]),
        purpose => say("pinned-purpose", &[("city", city.into()), ("purpose", purpose.into())]),
    });
    lines.push(say("pinned-criticism", &[]));
    lines.push(match deployment.archive {
        Archive::All => say("pinned-records-all", &[]),
        Archive::Flagged => say("pinned-records-flagged", &[]),
    });
    // What the helper takes down is said only where it does so.
    if deployment.posture == Posture::Enforce {
        lines.push(say("pinned-helper", &[]));
    }
    if approval.topics == Topics::Scoped {
        lines.push(say("pinned-topics", &[]));
    }
    lines.push(say("pinned-hours", &[("hours", staffed(language, &deployment.hours).into())]));
    lines.push(say("pinned-emergency", &[]));
    if !deployment.city.police_phone.is_empty() {
        lines.push(say("pinned-police", &[("phone", deployment.city.police_phone.as_str().into())]));
    }
    lines.push(say("pinned-appeal-office", &[("office", office.as_str().into())]));
    if !deployment.city.rules_url.is_empty() {
        lines.push(say("pinned-link", &[("link", deployment.city.rules_url.as_str().into())]));
    }
    Embed { title: say("pinned-title", &[]), description: lines.join("\n") }
}

/// Office hours as a person says them.
fn staffed(language: Language, hours: &Hours) -> String {
    const DAYS: [&str; 7] = ["day-mon", "day-tue", "day-wed", "day-thu", "day-fri", "day-sat", "day-sun"];
    let name = |day: usize| words::say(language, DAYS[day], &[]);
    let mut stretches = Vec::new();
    let mut day = 0;
    while day < 7 {
        if !hours.days[day] {
            day += 1;
            continue;
        }
        let first = day;
        while day + 1 < 7 && hours.days[day + 1] {
            day += 1;
        }
        stretches.push(match day - first {
            0 => name(first),
            _ => words::say(
                language,
                "days-from-to",
                &[("first", name(first).into()), ("last", name(day).into())],
            ),
        });
        day += 1;
    }
    let time = |minutes: u16| format!("{}:{:02}", minutes / 60, minutes % 60);
    words::say(
        language,
        "hours-from-to",
        &[
            ("days", stretches.join(", ").into()),
            ("open", time(hours.open).into()),
            ("close", time(hours.close).into()),
        ],
    )
}
