//! The requests that the bot makes, and nothing of when.
//!
//! Paths come from serenity's routes and bodies from its builders. Its own
//! `Request::build` is not used: it opens a tracing span that holds the whole
//! request, body included, and what people wrote has no place in diagnostics.

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Method, Url};
use serde::Serialize;
use serenity::http::Route;
use serenity::model::id::{ChannelId, GuildId as SerenityGuild, MessageId as SerenityMessage, UserId};
use twilight_http_ratelimiting as limits;

use super::gate::Lane;
use crate::domain::id::{GuildId, MemberId, MessageId, VenueId};

/// Discord's limit for the reason in its audit log.
pub const REASON_LIMIT: usize = 512;

/// What serenity's routes begin with; the configured server takes its place.
const DISCORD: &str = "https://discord.com";

/// One request, ready to be made as often as needed.
#[derive(Clone, Debug)]
pub struct Call {
    lane: Lane,
    path: String,
    body: Option<Bytes>,
    reason: Option<HeaderValue>,
}

/// Serenity's identifiers are the same numbers.
pub fn channel(venue: VenueId) -> ChannelId {
    ChannelId::new(venue.get())
}

pub fn message(message: MessageId) -> SerenityMessage {
    SerenityMessage::new(message.get())
}

impl Call {
    fn new(method: limits::Method, template: String, route: Route<'_>) -> Call {
        let lane = Lane { method, path: template.into() };
        Call { lane, path: route.path().into_owned(), body: None, reason: None }
    }

    fn json(mut self, body: &impl Serialize) -> Result<Call, serde_json::Error> {
        self.body = Some(serde_json::to_vec(body)?.into());
        Ok(self)
    }

    fn reason(mut self, reason: &str) -> Call {
        self.reason = (!reason.is_empty()).then(|| HeaderValue::from_str(&encoded(reason)).ok()).flatten();
        self
    }

    pub fn delete(venue: VenueId, id: MessageId, reason: &str) -> Call {
        let route = Route::ChannelMessage { channel_id: channel(venue), message_id: message(id) };
        Call::new(limits::Method::Delete, format!("channels/{venue}/messages/:id"), route).reason(reason)
    }

    pub fn bulk_delete(venue: VenueId, ids: &[MessageId], reason: &str) -> Result<Call, serde_json::Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            messages: &'a [MessageId],
        }
        let route = Route::ChannelMessagesBulkDelete { channel_id: channel(venue) };
        Call::new(limits::Method::Post, format!("channels/{venue}/messages/bulk-delete"), route)
            .reason(reason)
            .json(&Body { messages: ids })
    }

    pub fn post(venue: VenueId, body: &impl Serialize) -> Result<Call, serde_json::Error> {
        let route = Route::ChannelMessages { channel_id: channel(venue) };
        Call::new(limits::Method::Post, format!("channels/{venue}/messages"), route).json(body)
    }

    pub fn edit(venue: VenueId, id: MessageId, body: &impl Serialize) -> Result<Call, serde_json::Error> {
        let route = Route::ChannelMessage { channel_id: channel(venue), message_id: message(id) };
        Call::new(limits::Method::Patch, format!("channels/{venue}/messages/:id"), route).json(body)
    }

    pub fn edit_channel(
        venue: VenueId,
        body: &impl Serialize,
        reason: &str,
    ) -> Result<Call, serde_json::Error> {
        let route = Route::Channel { channel_id: channel(venue) };
        Call::new(limits::Method::Patch, format!("channels/{venue}"), route).reason(reason).json(body)
    }

    pub fn open_direct(member: MemberId) -> Result<Call, serde_json::Error> {
        #[derive(Serialize)]
        struct Body {
            recipient_id: MemberId,
        }
        Call::new(limits::Method::Post, "users/@me/channels".to_owned(), Route::UserMeDmChannels)
            .json(&Body { recipient_id: member })
    }

    pub fn member(guild: GuildId, member: MemberId) -> Call {
        let route = Route::GuildMember {
            guild_id: SerenityGuild::new(guild.get()),
            user_id: UserId::new(member.get()),
        };
        Call::new(limits::Method::Get, format!("guilds/{guild}/members/:id"), route)
    }

    pub fn message(venue: VenueId, id: MessageId) -> Call {
        let route = Route::ChannelMessage { channel_id: channel(venue), message_id: message(id) };
        Call::new(limits::Method::Get, format!("channels/{venue}/messages/:id"), route)
    }

    /// A page of messages: those right after `after`, or the newest.
    pub fn messages(venue: VenueId, after: Option<u64>, limit: u8) -> Call {
        let route = Route::ChannelMessages { channel_id: channel(venue) };
        let mut call = Call::new(limits::Method::Get, format!("channels/{venue}/messages"), route);
        call.path += &match after {
            Some(after) => format!("?limit={limit}&after={after}"),
            None => format!("?limit={limit}"),
        };
        call
    }

    /// Reads something that only the doctor asks for, outside every lane; the
    /// path is without `/api/v10`.
    pub fn read(path: &str) -> Call {
        Call::plain(limits::Method::Get, path.to_owned())
    }

    /// Pins a message. Serenity knows only the older route.
    pub fn pin(venue: VenueId, id: MessageId, reason: &str) -> Call {
        Call::plain(limits::Method::Put, format!("/channels/{venue}/messages/pins/{id}")).reason(reason)
    }

    fn plain(method: limits::Method, path: String) -> Call {
        let lane = Lane { method, path: String::new().into() };
        Call { lane, path: format!("/api/v10{path}"), body: None, reason: None }
    }

    /// An answer to an interaction. Its route knows no limits and takes no
    /// part in the pace, so it has no lane either.
    pub fn answer(id: u64, token: &str, body: &impl Serialize) -> Result<Call, serde_json::Error> {
        let route = Route::InteractionResponse { interaction_id: id.into(), token };
        Call::new(limits::Method::Post, String::new(), route).json(body)
    }

    /// The route's lane at the gate.
    pub fn lane(&self) -> &Lane {
        &self.lane
    }
}

/// The server that requests go to, and as whom.
pub struct Address {
    base: String,
    headers: HeaderMap,
}

impl Address {
    /// `api` is the server (`https://discord.com`), without `/api/v10`.
    pub fn new(api: &str, token: &str) -> anyhow::Result<Address> {
        let base = api.trim_end_matches('/').to_owned();
        let url = Url::parse(&base)?;
        let host_is_local = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        anyhow::ensure!(
            url.scheme() == "https" || (url.scheme() == "http" && host_is_local),
            "`{base}` is not an https address: the token would travel in the clear"
        );
        let mut authorisation = HeaderValue::from_str(&format!("Bot {}", token.trim()))
            .map_err(|_| anyhow::anyhow!("the token holds characters that no token has"))?;
        authorisation.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorisation);
        headers.insert(USER_AGENT, HeaderValue::from_static(serenity::constants::USER_AGENT));
        Ok(Address { base, headers })
    }

    /// The server, without `/api/v10`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The request that makes this call.
    pub fn request(&self, call: &Call) -> Result<reqwest::Request, url::ParseError> {
        let path = call.path.strip_prefix(DISCORD).unwrap_or(&call.path);
        let url = Url::parse(&format!("{}{path}", self.base))?;
        let method = match call.lane.method {
            limits::Method::Get => Method::GET,
            limits::Method::Post => Method::POST,
            limits::Method::Put => Method::PUT,
            limits::Method::Patch => Method::PATCH,
            _ => Method::DELETE,
        };
        let mut request = reqwest::Request::new(method, url);
        *request.headers_mut() = self.headers.clone();
        if let Some(reason) = &call.reason {
            request.headers_mut().insert("X-Audit-Log-Reason", reason.clone());
        }
        if let Some(body) = &call.body {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.clone().into());
        }
        Ok(request)
    }
}

/// Percent-encodes a reason, cut to what Discord takes.
fn encoded(reason: &str) -> String {
    let mut out = String::with_capacity(reason.len());
    for c in reason.chars().take(REASON_LIMIT) {
        if c.is_ascii_alphanumeric() || "-._~".contains(c) {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}
