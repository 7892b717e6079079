//! The doctor's visit to the server: what the bot may do there, and whether
//! the channels, roles and desks of the deployment are there.
//!
//! It sees the server as the bot does: the same sums of permissions, the same
//! choice of channels. It only asks, but for the rules notice (`pins`).

mod asking;
mod pins;
mod places;

pub use self::pins::rules_notice;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use self::asking::Asking;
use super::convert::{Converter, Us};
use super::gateway::Api;
use crate::advance::Server;
use crate::clock::Clock;
use crate::doctor::Report;
use crate::domain::event::Sight;
use crate::domain::id::{GuildId, MemberId, RoleId};
use crate::settings::{Loaded, Token};

/// The flags of an application whose bots are told what messages say
/// (Discord, *Application flags*): verified, or in few servers.
const MESSAGE_CONTENT: u64 = 1 << 18 | 1 << 19;

/// What an invitation of the bot asks for: see, write, read back, take down,
/// threads, pins, audit log, AutoMod's events. Never `Administrator`.
pub const INVITATION: u64 = 2_252_091_871_587_488;

/// A clock this far off would put wrong times on the record.
const CLOCK_OFF_MS: i64 = 30_000;

/// The fewest starts that should be left of the day's thousand.
const STARTS_LOW: u64 = 50;

/// What the doctor looks at, and how.
pub struct Visit<'a> {
    pub api: &'a Api,
    pub token: &'a Token,
    pub loaded: &'a Loaded,
    /// Posts and pins the rules notice where it is missing.
    pub pin: bool,
    pub clock: &'a Clock,
}

/// The server as the requests told it.
struct Found {
    me: MemberId,
    server: Server,
    roles: Vec<Role>,
    topics: Vec<Topic>,
    /// What the bot may do in the server as a whole.
    permissions: u64,
}

#[derive(Clone, Deserialize)]
struct Role {
    id: RoleId,
    name: String,
    permissions: Value,
    #[serde(default)]
    mentionable: bool,
}

/// A channel's topic, or a forum's guidelines.
#[derive(Deserialize)]
struct Topic {
    id: crate::domain::id::VenueId,
    #[serde(default)]
    topic: Option<String>,
}

/// Looks at everything that can be seen with this token.
pub async fn examine(visit: Visit<'_>, report: &mut Report) -> anyhow::Result<()> {
    let asking = Asking::new(visit.api.base(), visit.token.reveal())?;
    let Some(us) = who(&asking, &visit, report).await else { return Ok(()) };
    gateway(&asking, visit.api, report).await;
    let Some(me) = us.me else { return Ok(()) };
    let home = visit.loaded.deployment.guild;
    let Some(guild) = choose(&asking, us, home, report).await else { return Ok(()) };
    let Some(found) = learn(&asking, &visit, us, me, guild, report).await else { return Ok(()) };
    places::examine(visit.loaded, &found, report);
    places::filters(&asking, guild, &found, report).await;
    pins::examine(&asking, visit.loaded, &found, visit.pin, report).await;
    Ok(())
}

/// Who the bot is, whether its token is accepted, and what it is told.
async fn who(asking: &Asking, visit: &Visit<'_>, report: &mut Report) -> Option<Us> {
    #[derive(Deserialize)]
    struct Application {
        id: MemberId,
        #[serde(default)]
        flags: u64,
    }
    #[derive(Deserialize)]
    struct User {
        id: MemberId,
        username: String,
    }
    let reply = match asking.get("/applications/@me").await {
        Ok(reply) => reply,
        Err(why) => {
            report.problem(
                format!("`{}` cannot be reached: {why}", visit.api.base()),
                "see whether this machine may open connections to it, and whether a proxy stands between",
            );
            return None;
        }
    };
    clock(&reply, visit.clock, report);
    if reply.status == 401 {
        report.problem(
            "Discord does not accept the token (401)",
            "make a new one on the Bot page of https://discord.com/developers/applications, and put it in its place",
        );
        return None;
    }
    let application: Application = asking::read(&reply, "the application", report)?;
    let user: User = match asking.get("/users/@me").await {
        Ok(reply) => asking::read(&reply, "the bot's account", report)?,
        Err(why) => {
            report.problem(format!("the bot's account cannot be read: {why}"), "try again");
            return None;
        }
    };
    report.well(format!("the token is accepted: the bot is `{}`", user.username));
    if application.flags & MESSAGE_CONTENT == 0 {
        report.problem(
            "the Message Content intent is off: Discord would refuse the connection (4014)",
            format!(
                "switch it on under https://discord.com/developers/applications/{}/bot, Privileged Gateway Intents",
                application.id
            ),
        );
    } else {
        report.well("the Message Content intent is on");
    }
    Some(Us { me: Some(user.id), application: Some(application.id) })
}

/// Discord says what time it is with every answer.
fn clock(reply: &super::rest::Reply, clock: &Clock, report: &mut Report) {
    let said = reply.headers.get("date").and_then(|date| date.to_str().ok());
    let Some(theirs) = said.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()) else { return };
    let off_ms = clock.now().0 - theirs.timestamp().as_millisecond();
    if off_ms.abs() > CLOCK_OFF_MS {
        let way = if off_ms > 0 { "ahead" } else { "behind" };
        report.problem(
            format!("this machine's clock is {} seconds {way}", off_ms.abs() / 1000),
            "let it be set over the network (`timedatectl set-ntp true`): the log's times would be wrong",
        );
    } else {
        report.well("this machine's clock is right");
    }
}

async fn gateway(asking: &Asking, api: &Api, report: &mut Report) {
    #[derive(Deserialize)]
    struct Gateway {
        url: String,
        session_start_limit: Starts,
    }
    #[derive(Deserialize)]
    struct Starts {
        remaining: u64,
    }
    let reply = match asking.get("/gateway/bot").await {
        Ok(reply) => reply,
        Err(why) => {
            report.problem(format!("where the gateway is cannot be asked: {why}"), "try again");
            return;
        }
    };
    let Some(gateway): Option<Gateway> = asking::read(&reply, "the gateway's address", report) else {
        return;
    };
    if gateway.session_start_limit.remaining < STARTS_LOW {
        report.warning(
            format!(
                "the bot may start {} more times today; after that Discord resets its token",
                gateway.session_start_limit.remaining
            ),
            "see in its log why it starts so often",
        );
    }
    let told = match api.gateway(&gateway.url) {
        Ok(told) => told,
        Err(error) => {
            report.problem(
                format!("the gateway's address is not accepted: {error}"),
                "ask who runs that server",
            );
            return;
        }
    };
    match asking::connect(&told).await {
        Ok(()) => report.well(format!("the gateway `{told}` answers")),
        Err(why) => report.problem(
            format!("the gateway `{told}` cannot be reached: {why}"),
            "see whether this machine may open connections to it, and whether a proxy stands between",
        ),
    }
}

/// The one server that the bot works in.
async fn choose(asking: &Asking, us: Us, home: Option<GuildId>, report: &mut Report) -> Option<GuildId> {
    #[derive(Deserialize)]
    struct Membership {
        id: GuildId,
        name: String,
    }
    let reply = match asking.get("/users/@me/guilds").await {
        Ok(reply) => reply,
        Err(why) => {
            report.problem(format!("the bot's servers cannot be asked: {why}"), "try again");
            return None;
        }
    };
    let all: Vec<Membership> = asking::read(&reply, "the bot's servers", report)?;
    let named = |of: &Membership| format!("`{}` ({})", of.name, of.id);
    let application = us.application.map_or(0, MemberId::get);
    let invitation = format!(
        "invite it: https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={INVITATION}"
    );
    let chosen = match home {
        Some(home) => match all.iter().find(|of| of.id == home) {
            Some(of) => of,
            None => {
                report.problem(
                    format!("the bot is not in the server {home}, which `guild_id` names"),
                    invitation,
                );
                return None;
            }
        },
        None => match all.as_slice() {
            [] => {
                report.problem("the bot is in no server", invitation);
                return None;
            }
            [one] => one,
            several => {
                let names: Vec<String> = several.iter().map(named).collect();
                report.problem(
                    format!("the bot is in several servers, and works in one: {}", names.join(", ")),
                    "say which with `guild_id` under `[discord]`",
                );
                return None;
            }
        },
    };
    report.well(format!("the bot is in {}", named(chosen)));
    let others: Vec<String> = all.iter().filter(|of| of.id != chosen.id).map(named).collect();
    if !others.is_empty() {
        report.note(format!("the bot is also in servers that it takes no notice of: {}", others.join(", ")));
    }
    Some(chosen.id)
}

/// Puts the server together from several requests, in the form the gateway
/// gives it, and understands it as the bot does.
async fn learn(
    asking: &Asking,
    visit: &Visit<'_>,
    us: Us,
    me: MemberId,
    guild: GuildId,
    report: &mut Report,
) -> Option<Found> {
    #[derive(Deserialize)]
    struct OurRoles {
        roles: Vec<RoleId>,
    }
    #[derive(Deserialize)]
    struct Roles {
        roles: Vec<Role>,
        owner_id: Option<MemberId>,
    }
    let paths = [
        format!("/guilds/{guild}"),
        format!("/guilds/{guild}/channels"),
        format!("/guilds/{guild}/members/{me}"),
    ];
    let mut replies = Vec::new();
    for path in &paths {
        match asking.get(path).await {
            Ok(reply) => replies.push(reply),
            Err(why) => {
                report.problem(format!("the server cannot be read (`{path}`): {why}"), "try again");
                return None;
            }
        }
    }
    let mut whole: serde_json::Map<String, Value> = asking::read(&replies[0], "the server", report)?;
    let Roles { roles, owner_id } = asking::read(&replies[0], "the server's roles", report)?;
    let topics: Vec<Topic> = asking::read(&replies[1], "the server's channels", report)?;
    let channels: Box<RawValue> = asking::read(&replies[1], "the server's channels", report)?;
    let ours: OurRoles = asking::read(&replies[2], "the bot as a member", report)?;
    let member: Box<RawValue> = asking::read(&replies[2], "the bot as a member", report)?;
    let parsed = |raw: &RawValue| serde_json::from_str::<Value>(raw.get()).unwrap_or_default();
    whole.insert("channels".to_owned(), parsed(&channels));
    whole.insert("members".to_owned(), Value::Array(vec![parsed(&member)]));
    let mut converter = Converter::new(Some(guild));
    converter.resume(us, Some(guild));
    let sight: Sight = match converter.learn(&Value::Object(whole).to_string()) {
        Ok(sight) => sight,
        Err(error) => {
            report.problem(
                format!("the server's description was not understood: {error}"),
                "please report this",
            );
            return None;
        }
    };
    let mut server = Server::default();
    server.learn(&sight, &visit.loaded.deployment, &Default::default());
    let bits = |role: &Role| match &role.permissions {
        Value::String(text) => text.parse().unwrap_or(0),
        number => number.as_u64().unwrap_or(0),
    };
    let held = roles.iter().filter(|role| role.id.get() == guild.get() || ours.roles.contains(&role.id));
    let permissions = match owner_id == Some(me) {
        true => u64::MAX,
        false => held.fold(0, |sum, role| sum | bits(role)),
    };
    Some(Found { me, server, roles, topics, permissions })
}
