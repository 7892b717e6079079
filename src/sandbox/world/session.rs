//! Gateway sessions: who is connected, what they asked to hear, and the frames
//! they can still be sent again.
//!
//! A session is a bounded list of frames; a connection is only a place in that
//! list. So a resumed connection reads on where the old one stopped, and there
//! is no second queue. Each event is written once for each way it can be seen,
//! and only wrapped for each session.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::message::Sight;
use super::refusal::{Answer, Refusal};
use super::{Id, World};

/// Gateway intents.
pub mod intent {
    pub const GUILDS: u64 = 1;
    pub const GUILD_MEMBERS: u64 = 1 << 1;
    pub const GUILD_MODERATION: u64 = 1 << 2;
    pub const GUILD_WEBHOOKS: u64 = 1 << 5;
    pub const GUILD_PRESENCES: u64 = 1 << 8;
    pub const GUILD_MESSAGES: u64 = 1 << 9;
    pub const DIRECT_MESSAGES: u64 = 1 << 12;
    pub const MESSAGE_CONTENT: u64 = 1 << 15;
    pub const AUTOMOD_CONFIGURATION: u64 = 1 << 20;
    pub const AUTOMOD_EXECUTION: u64 = 1 << 21;
    /// Those that must be switched on in the developer portal.
    pub const PRIVILEGED: u64 = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT;
    /// Every bit Discord has assigned.
    pub const ALL: u64 = 0x0331_ffff;
}

/// Who is to hear of something.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope {
    guild: Option<Id>,
    channel: Option<Id>,
    only: Option<Id>,
    always: Option<Id>,
    intent: u64,
    permissions: u64,
}

impl Scope {
    pub fn guild(guild: Id, intent: u64) -> Scope {
        Scope { guild: Some(guild), intent, ..Scope::default() }
    }

    /// What is said in a channel of the server or, without one, directly.
    pub fn messages(guild: Option<Id>, channel: Id) -> Scope {
        Scope {
            guild,
            channel: Some(channel),
            intent: match guild {
                Some(_) => intent::GUILD_MESSAGES,
                None => intent::DIRECT_MESSAGES,
            },
            ..Scope::default()
        }
    }

    pub fn only(user: Id) -> Scope {
        Scope { only: Some(user), ..Scope::default() }
    }

    pub fn with_intent(self, intent: u64) -> Scope {
        Scope { intent, ..self }
    }

    /// Only those who can view the channel.
    pub fn seen_in(self, channel: Id) -> Scope {
        Scope { channel: Some(channel), ..self }
    }

    /// Only those with these permissions in the server.
    pub fn needing(self, permissions: u64) -> Scope {
        Scope { permissions, ..self }
    }

    /// And `user`, whatever their intents.
    pub fn and_always(self, user: Id) -> Scope {
        Scope { always: Some(user), ..self }
    }
}

/// How an update of a message is sent.
#[derive(Clone, Copy)]
pub enum Shape {
    Whole,
    /// Whole, with the edit time cut to milliseconds.
    Cut,
    /// Only these fields, beside the ids.
    Only(&'static [&'static str]),
}

/// Stands for the name of a frame that is nothing Discord describes.
pub const AS_IT_IS: &str = "";

/// One dispatch, ready to be sent.
#[derive(Clone, Debug)]
pub struct Frame {
    pub seq: u64,
    pub name: &'static str,
    pub text: Bytes,
}

#[derive(Debug)]
pub(super) struct Session {
    user: Id,
    intents: u64,
    seq: u64,
    frames: VecDeque<Frame>,
    /// Which connection reads it, counted from 1; 0 while none does.
    connection: u64,
    detached_ms: i64,
    wake: Arc<Notify>,
    /// The `RESUMED` of the connection that reads it now; older ones are not sent again.
    resumed: u64,
}

impl Session {
    fn push(&mut self, name: &'static str, data: &[u8], most: usize) {
        let head = format!("{{\"t\":\"{name}\",\"s\":{},\"op\":0,\"d\":", self.seq + 1);
        let mut text = Vec::with_capacity(head.len() + data.len() + 1);
        text.extend_from_slice(head.as_bytes());
        text.extend_from_slice(data);
        text.push(b'}');
        self.keep(name, text.into(), most);
    }

    fn keep(&mut self, name: &'static str, text: Bytes, most: usize) {
        self.seq += 1;
        if self.frames.len() >= most {
            // The oldest goes: whoever had not read it cannot resume.
            self.frames.pop_front();
        }
        self.frames.push_back(Frame { seq: self.seq, name, text });
        self.wake.notify_one();
    }
}

/// All sessions, by id.
#[derive(Debug, Default)]
pub struct Sessions {
    by_id: BTreeMap<String, Session>,
    connections: u64,
}

impl Sessions {
    pub(super) fn users(&self) -> BTreeSet<Id> {
        self.by_id.values().map(|s| s.user).collect()
    }
}

/// A connection's hold on a session.
#[derive(Clone, Debug)]
pub struct Reader {
    pub session: String,
    pub connection: u64,
    /// The last frame that was read.
    pub read: u64,
    pub wake: Arc<Notify>,
}

/// What a reader finds.
pub enum Found {
    Frames(Vec<Frame>),
    /// The next frame is no longer kept, or somebody else reads this session.
    Lost,
}

impl World {
    /// Tells everybody in scope the same.
    pub(super) fn tell(&mut self, name: &'static str, scope: &Scope, data: &impl Serialize) {
        if self.sessions.by_id.is_empty() {
            return;
        }
        let mut written: Option<Bytes> = None;
        self.deliver(name, scope, |_, _| {
            let bytes = written.get_or_insert_with(|| write(data));
            Some(bytes.clone())
        });
    }

    /// Tells `open` to those with the content intent and `bare` to the others.
    pub(super) fn tell_two(&mut self, name: &'static str, scope: &Scope, open: &Value, bare: &Value) {
        self.deliver(name, scope, |_, session| {
            let reads = session.intents & intent::MESSAGE_CONTENT != 0;
            Some(write(if reads { open } else { bare }))
        });
    }

    /// Tells of a message that stands in `channel`, each as they may see it.
    pub(super) fn tell_message(&mut self, name: &'static str, channel: Id, id: Id, shape: Shape) {
        if self.sessions.by_id.is_empty() {
            return;
        }
        let scope = Scope::messages(self.guild_of(channel), channel);
        let mut written: [Option<Bytes>; 2] = [None, None];
        self.deliver(name, &scope, |world, session| {
            let message = world.message(channel, id).filter(|m| m.only_for.is_none())?;
            let bare =
                session.intents & intent::MESSAGE_CONTENT == 0 && !world.concerns(session.user, message);
            let slot = &mut written[usize::from(bare)];
            if slot.is_none() {
                let sight = Sight { dispatch: true, bare, cut: matches!(shape, Shape::Cut) };
                let body = world.message_body(message, sight);
                *slot = Some(match shape {
                    Shape::Only(fields) => write(&only(fields, serde_json::to_value(&body).ok()?)),
                    _ => write(&body),
                });
            }
            slot.clone()
        });
    }

    fn deliver(
        &mut self,
        name: &'static str,
        scope: &Scope,
        mut data: impl FnMut(&World, &Session) -> Option<Bytes>,
    ) {
        // Taken out while they are written to, so that the world can be read.
        let mut sessions = std::mem::take(&mut self.sessions);
        for session in sessions.by_id.values_mut() {
            if self.hears(session, scope)
                && let Some(bytes) = data(self, session)
            {
                session.push(name, &bytes, self.settings.replay_frames);
            }
        }
        self.sessions = sessions;
    }

    fn hears(&self, session: &Session, scope: &Scope) -> bool {
        let user = session.user;
        let asked = scope.intent == 0 || session.intents & scope.intent != 0 || scope.always == Some(user);
        asked
            && scope.only.is_none_or(|only| only == user)
            && scope.guild.is_none_or(|guild| {
                let server = self.guilds.get(&guild);
                server.is_some_and(|g| g.members.contains_key(&user))
            })
            && scope.channel.is_none_or(|channel| self.can_view(channel, user))
            && (scope.permissions == 0
                || scope.guild.is_some_and(|guild| {
                    self.guild_permissions(guild, user) & scope.permissions == scope.permissions
                }))
    }

    /// Sends a bot a frame as it is given, in its turn: what no Discord ought
    /// to send. `text` is told the frame's number.
    pub fn send_as_it_is(&mut self, user: Id, text: impl Fn(u64) -> String) {
        let most = self.settings.replay_frames;
        for session in self.sessions.by_id.values_mut().filter(|s| s.user == user) {
            session.keep(AS_IT_IS, text(session.seq + 1).into(), most);
        }
    }

    /// Starts a session: `READY`, then every server the bot is in.
    pub fn identify(&mut self, user: Id, intents: u64, shard: &Value) -> Answer<Reader> {
        let app = self.applications.get_mut(&user);
        let app = app.ok_or(Refusal::new(401, 4004, "Authentication failed."))?;
        if intents & intent::PRIVILEGED & !app.privileged_intents != 0 {
            return Err(Refusal::new(403, 4014, "Disallowed intent(s)."));
        }
        app.identifies += 1;
        let app_id = app.id;
        let id = self.new_token();
        self.sessions.connections += 1;
        let connection = self.sessions.connections;
        let wake = Arc::new(Notify::new());
        let guilds = self.guilds.values().filter(|g| g.members.contains_key(&user));
        let guilds: Vec<Id> = guilds.map(|g| g.id).collect();
        let mut me = self.user_value(user);
        me["verified"] = json!(true);
        me["mfa_enabled"] = json!(true);
        me["email"] = Value::Null;
        let flags = self.application_flags(app_id);
        let ready = json!({
            "v": 10,
            "user": me,
            "guilds": guilds.iter()
                .map(|g| json!({ "id": g.to_string(), "unavailable": true }))
                .collect::<Vec<_>>(),
            "session_id": id,
            "resume_gateway_url": format!("ws://{}", self.addresses.gateway),
            "shard": if shard.is_array() { shard.clone() } else { json!([0, 1]) },
            "application": { "id": app_id.to_string(), "flags": flags },
        });
        let mut session = Session {
            user,
            intents,
            seq: 0,
            frames: VecDeque::new(),
            connection,
            detached_ms: 0,
            wake: wake.clone(),
            resumed: 0,
        };
        session.push("READY", &write(&ready), usize::MAX);
        for guild in guilds.iter().filter(|_| intents & intent::GUILDS != 0) {
            if let Some(value) = self.guild_create_value(*guild, user) {
                session.push("GUILD_CREATE", &write(&value), usize::MAX);
            }
        }
        self.sessions.by_id.insert(id.clone(), session);
        Ok(Reader { session: id, connection, read: 0, wake })
    }

    /// Takes a session up again after frame `seq`; `None` when it cannot be.
    pub fn resume(&mut self, user: Id, id: &str, seq: u64) -> Option<Reader> {
        self.forget_old_sessions();
        let sessions = &mut self.sessions;
        let session = sessions.by_id.get_mut(id).filter(|s| s.user == user)?;
        let first = session.frames.front().map_or(session.seq + 1, |f| f.seq);
        if seq > session.seq || seq + 1 < first {
            sessions.by_id.remove(id);
            return None;
        }
        sessions.connections += 1;
        session.connection = sessions.connections;
        // Whoever read it before finds out that they no longer do.
        session.wake.notify_one();
        session.wake = Arc::new(Notify::new());
        // `RESUMED` comes after what was missed, in its place in the order.
        session.push("RESUMED", b"{\"_trace\":[]}", usize::MAX);
        session.resumed = session.seq;
        Some(Reader {
            session: id.to_owned(),
            connection: session.connection,
            read: seq,
            wake: session.wake.clone(),
        })
    }

    /// The next frames for a connection, at most `most`.
    pub fn read_on(&self, reader: &Reader, most: usize) -> Found {
        let session = self.sessions.by_id.get(&reader.session);
        let Some(session) = session.filter(|s| s.connection == reader.connection) else {
            return Found::Lost;
        };
        let Some(first) = session.frames.front() else {
            return Found::Frames(Vec::new());
        };
        if reader.read + 1 < first.seq {
            return Found::Lost;
        }
        let skip = (reader.read + 1 - first.seq) as usize;
        let new = session.frames.iter().skip(skip);
        let new = new.filter(|f| f.name != "RESUMED" || f.seq == session.resumed);
        Found::Frames(new.take(most).cloned().collect())
    }

    /// A connection is gone. Its session can be resumed for a while, unless
    /// the bot closed it on purpose.
    pub fn detach(&mut self, reader: &Reader, on_purpose: bool) {
        let now = self.now_ms();
        let session = self.sessions.by_id.get_mut(&reader.session);
        let Some(session) = session.filter(|s| s.connection == reader.connection) else {
            return;
        };
        session.connection = 0;
        session.detached_ms = now;
        if on_purpose {
            self.sessions.by_id.remove(&reader.session);
        }
        self.forget_old_sessions();
    }

    fn forget_old_sessions(&mut self) {
        let oldest = self.now_ms() - self.settings.resume_within_ms;
        let all = &mut self.sessions.by_id;
        all.retain(|_, s| s.connection != 0 || s.detached_ms >= oldest);
    }

    /// Ends a bot's sessions, so that resuming them fails.
    pub fn forget_sessions(&mut self, user: Id) {
        self.sessions.by_id.retain(|_, session| {
            session.wake.notify_one();
            session.user != user
        });
    }

    /// Whether a bot has a connection that reads a session.
    pub fn is_connected(&self, user: Id) -> bool {
        let mut all = self.sessions.by_id.values();
        all.any(|s| s.user == user && s.connection != 0)
    }
}

fn write(data: &impl Serialize) -> Bytes {
    // Only maps with keys that are not strings fail, and there are none here.
    serde_json::to_vec(data).unwrap_or_default().into()
}

fn only(fields: &[&str], whole: Value) -> Value {
    let mut part = json!({});
    for key in ["id", "channel_id", "guild_id"].iter().chain(fields) {
        if let Some(value) = whole.get(key) {
            part[*key] = value.clone();
        }
    }
    part
}
