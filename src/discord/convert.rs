//! A raw dispatch becomes a sight.
//!
//! Nearly every dispatch is a new message that somebody typed, so its name is
//! peeked at and the payload goes through one borrowed pass; one that holds
//! more is read a second time, its branches kept. Everything else is rare and may
//! cost what it costs. Nothing is ever lost for being odd: what does not parse
//! becomes [`Sight::Unreadable`] with the texts that could be read in it.
//!
//! The converter knows one server. It keeps that server's channels, roles and
//! overwrites, because what the bot may do in a channel is a sum that Discord
//! does not send. Dispatches of other servers yield nothing.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::domain::event::{Sight, VenueSight};
use crate::domain::id::{GuildId, MemberId, VenueId};
use crate::domain::message::Message;

mod guild;
mod member;
mod message;
mod rare;

use guild::{ChannelShape, Guild, GuildShape};
use message::{Branch, Full, Plain, Shape};

/// How many members' nicknames are remembered, so that each is told once.
/// When there are more, all are forgotten and told again.
const NICKNAME_LIMIT: usize = 10_000;

/// How a dispatch of a new message begins, as Discord writes it.
const MESSAGE_CREATE: &str = r#"{"t":"MESSAGE_CREATE","#;

/// Who the bot is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Us {
    /// The bot's account.
    pub me: Option<MemberId>,
    /// Its application, whose number may be another.
    pub application: Option<MemberId>,
}

/// What Discord says when a session begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    pub us: Us,
    /// The servers that the bot is in.
    pub guilds: Vec<GuildId>,
    pub session: String,
    pub resume_url: String,
}

/// What a dispatch means for the connection itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A new session.
    Ready(Ready),
    /// The old session goes on.
    Resumed,
    /// Our server cannot be reached for the moment, or the bot was put out.
    GuildLost,
    /// Our server is there (again).
    GuildThere,
}

/// What was made of a dispatch.
#[derive(Debug)]
pub struct Converted {
    /// The gateway's sequence number.
    pub sequence: u64,
    pub sight: Sight,
    /// What follows from it besides: channels whose permissions changed
    /// because a role did, a nickname seen for the first time.
    pub also: Vec<Sight>,
    pub signal: Option<Signal>,
}

impl Converted {
    fn new(sequence: u64, sight: Sight) -> Converted {
        Converted { sequence, sight, also: Vec::new(), signal: None }
    }
}

/// What became of a frame.
#[derive(Debug)]
pub enum Conversion {
    /// A dispatch that concerns us.
    Ours(Box<Converted>),
    /// A dispatch of another server. It is not kept, not even in part.
    Elsewhere,
    /// No dispatch: the greeting of a connection, heartbeats and the like, by
    /// their operation code.
    Control(u64),
}

/// Makes sights of dispatches.
#[derive(Debug, Default)]
pub struct Converter {
    us: Us,
    /// The server that the settings say is ours.
    set: Option<GuildId>,
    /// The server that is ours, from the settings or because it is the only one.
    home: Option<GuildId>,
    guild: Option<Guild>,
    nicknames: HashMap<MemberId, Box<str>>,
    others: BTreeMap<GuildId, String>,
}

/// A dispatch, its payload still raw.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    t: Option<Cow<'a, str>>,
    #[serde(default)]
    s: Option<u64>,
    #[serde(default)]
    op: Option<u64>,
    #[serde(borrow, default)]
    d: Option<&'a RawValue>,
}

/// A dispatch, its payload parsed in the same pass.
#[derive(Deserialize)]
struct MessageEnvelope<T> {
    s: u64,
    d: T,
}

impl Converter {
    /// A converter for one server; without one, the only server that the bot
    /// is in.
    pub fn new(home: Option<GuildId>) -> Converter {
        Converter { set: home, home, ..Converter::default() }
    }

    /// Who the bot is, as far as it has been told.
    pub fn us(&self) -> Us {
        self.us
    }

    /// Our server.
    pub fn home(&self) -> Option<GuildId> {
        self.home
    }

    /// Servers that the bot is in and that are not ours, by name.
    pub fn others(&self) -> &BTreeMap<GuildId, String> {
        &self.others
    }

    /// Begins with what an earlier process knew.
    pub fn resume(&mut self, us: Us, home: Option<GuildId>) {
        self.us = us;
        self.home = self.home.or(home);
    }

    /// Takes over a server's description that was got by request, in the form
    /// of the gateway's.
    pub fn learn(&mut self, guild: &str) -> Result<Sight, serde_json::Error> {
        let shape: GuildShape<'_> = serde_json::from_str(guild)?;
        let me = self.us.me.ok_or_else(|| serde::de::Error::custom("who the bot is is not known yet"))?;
        let guild = Guild::new(me, shape);
        let sight = Sight::Guild { me, guild: Box::new(guild.sight()) };
        self.home = Some(guild.id);
        self.guild = Some(guild);
        Ok(sight)
    }

    /// What a frame says.
    pub fn convert(&mut self, raw: &str) -> Conversion {
        if raw.starts_with(MESSAGE_CREATE) {
            if let Ok(MessageEnvelope { s, d }) = serde_json::from_str::<MessageEnvelope<Plain<'_>>>(raw) {
                return self.posted(s, d);
            }
            if let Ok(MessageEnvelope { s, d }) = serde_json::from_str::<MessageEnvelope<Full<'_>>>(raw) {
                return self.posted(s, d);
            }
        }
        match serde_json::from_str::<Envelope<'_>>(raw) {
            Ok(Envelope { op: Some(op), .. }) if op != 0 => Conversion::Control(op),
            Ok(Envelope { t: Some(name), s, d: Some(d), .. }) => self.dispatch(raw, &name, s.unwrap_or(0), d),
            Ok(Envelope { t: Some(name), s, .. }) if name == "RESUMED" => {
                let signal = Some(Signal::Resumed);
                Conversion::Ours(Box::new(Converted {
                    signal,
                    ..Converted::new(s.unwrap_or(0), Sight::Other)
                }))
            }
            Ok(_) => self.unreadable(raw, "the dispatch has no name or no payload".into()),
            Err(error) => self.unreadable(raw, error.to_string()),
        }
    }

    fn dispatch(&mut self, raw: &str, name: &str, sequence: u64, d: &RawValue) -> Conversion {
        if let Some(guild) = guild_of(name, d)
            && self.home.is_some_and(|home| home != guild)
        {
            self.note_other(name, guild, d);
            return Conversion::Elsewhere;
        }
        match self.known(name, sequence, d) {
            Ok(conversion) => conversion,
            Err(error) => self.unreadable(raw, error.to_string()),
        }
    }

    fn known(&mut self, name: &str, sequence: u64, d: &RawValue) -> Result<Conversion, serde_json::Error> {
        let d = d.get();
        let mut converted = Converted::new(sequence, Sight::Other);
        match name {
            "MESSAGE_CREATE" => return Ok(self.posted(sequence, serde_json::from_str::<Full<'_>>(d)?)),
            "MESSAGE_UPDATE" => return self.updated(sequence, d),
            "MESSAGE_DELETE" | "MESSAGE_DELETE_BULK" => converted.sight = rare::deleted(d)?,
            "READY" => converted.signal = Some(self.ready(d)?),
            "RESUMED" => converted.signal = Some(Signal::Resumed),
            "GUILD_CREATE" => self.guild_create(d, &mut converted)?,
            "GUILD_UPDATE" => self.guild_update(d, &mut converted)?,
            "GUILD_DELETE" => converted.signal = Some(Signal::GuildLost),
            "CHANNEL_CREATE" | "CHANNEL_UPDATE" | "THREAD_CREATE" | "THREAD_UPDATE" => {
                self.channel(name == "THREAD_CREATE", d, &mut converted)?;
            }
            "CHANNEL_DELETE" | "THREAD_DELETE" => self.channel_gone(d, &mut converted)?,
            "THREAD_LIST_SYNC" => self.threads(d, &mut converted)?,
            "GUILD_ROLE_CREATE" | "GUILD_ROLE_UPDATE" => self.role(d, &mut converted)?,
            "GUILD_ROLE_DELETE" => self.role_gone(d, &mut converted)?,
            "GUILD_MEMBER_ADD" | "GUILD_MEMBER_UPDATE" => self.member(d, &mut converted)?,
            "GUILD_MEMBER_REMOVE" => self.member_gone(d)?,
            "AUTO_MODERATION_ACTION_EXECUTION" => converted.sight = rare::auto_mod(d)?,
            "GUILD_AUDIT_LOG_ENTRY_CREATE" => converted.sight = rare::audit(d)?,
            "INTERACTION_CREATE" => converted.sight = rare::interaction(d, self.us)?,
            _ => {}
        }
        Ok(Conversion::Ours(Box::new(converted)))
    }

    fn posted<'a, B: Branch<'a>>(&mut self, sequence: u64, shape: Shape<'a, B>) -> Conversion {
        let direct = shape.guild.is_none();
        if !direct && self.home.is_some() && shape.guild != self.home {
            return Conversion::Elsewhere;
        }
        let (shown, nick) = (shape.author_id(), if direct { None } else { self.new_nickname(&shape) });
        let message = Box::new(shape.into_message(self.us));
        let also = match nick {
            Some(nickname) if message.author.id == shown => {
                vec![Sight::Nickname { member: message.author.clone(), nickname }]
            }
            _ => Vec::new(),
        };
        let sight = match direct {
            true => Sight::Direct { message },
            false => Sight::Posted { message, history: false },
        };
        Conversion::Ours(Box::new(Converted { also, ..Converted::new(sequence, sight) }))
    }

    /// A whole message is an edit (or, among direct messages, the message
    /// again); what is less is a patch for the pipeline to apply.
    fn updated(&mut self, sequence: u64, d: &str) -> Result<Conversion, serde_json::Error> {
        let sight = match serde_json::from_str::<Full<'_>>(d) {
            Ok(shape) if shape.is_whole() => {
                let direct = shape.guild.is_none();
                let message = Box::new(shape.into_message(self.us));
                match direct {
                    true => Sight::Direct { message },
                    false => Sight::Edited { message, prior: None },
                }
            }
            _ => rare::patched(d)?,
        };
        Ok(Conversion::Ours(Box::new(Converted::new(sequence, sight))))
    }

    /// The nickname that a message shows, if it has not been told yet. The
    /// bot has no sight of the member list, so this is where nicknames show.
    fn new_nickname<'a, B: Branch<'a>>(&mut self, shape: &Shape<'a, B>) -> Option<String> {
        let nick = shape.nickname()?;
        self.is_new_nickname(shape.author_id(), nick).then(|| nick.to_owned())
    }

    fn is_new_nickname(&mut self, member: MemberId, nick: &str) -> bool {
        if self.nicknames.get(&member).is_some_and(|known| **known == *nick) {
            return false;
        }
        if self.nicknames.len() >= NICKNAME_LIMIT {
            self.nicknames.clear();
        }
        self.nicknames.insert(member, nick.into());
        true
    }

    fn ready(&mut self, d: &str) -> Result<Signal, serde_json::Error> {
        let ready = rare::ready(d)?;
        self.us = ready.us;
        // A server that we left since is ours no longer, unless the settings
        // say so.
        self.home = match (self.set, self.home, &ready.guilds[..]) {
            (Some(set), _, _) => Some(set),
            (None, Some(home), guilds) if guilds.contains(&home) => Some(home),
            (None, _, &[only]) => Some(only),
            (None, _, _) => None,
        };
        Ok(Signal::Ready(ready))
    }

    fn guild_create(&mut self, d: &str, converted: &mut Converted) -> Result<(), serde_json::Error> {
        let shape: GuildShape<'_> = serde_json::from_str(d)?;
        if shape.unavailable == Some(true) {
            converted.signal = Some(Signal::GuildLost);
            return Ok(());
        }
        converted.sight = self.learn(d)?;
        converted.signal = Some(Signal::GuildThere);
        Ok(())
    }

    fn guild_update(&mut self, d: &str, converted: &mut Converted) -> Result<(), serde_json::Error> {
        let (name, owner) = rare::guild_head(d)?;
        if let Some(guild) = &mut self.guild {
            guild.set_head(name, owner);
            converted.also = venues(guild.changes());
        }
        Ok(())
    }

    fn channel(&mut self, new: bool, d: &str, to: &mut Converted) -> Result<(), serde_json::Error> {
        let shape: ChannelShape = serde_json::from_str(d)?;
        // A direct-message channel is nobody's business but its two members'.
        let (Some(_), Some(guild)) = (shape.guild, &mut self.guild) else { return Ok(()) };
        let (id, owner) = (shape.id, shape.owner_id.filter(|_| new));
        guild.put_channel(shape);
        let mut changed = guild.changes();
        changed.retain(|venue| venue.id != id);
        if let Some(venue) = guild.venue(id) {
            let title_by = owner.map(|owner| member::unnamed(owner, self.us));
            to.sight = Sight::Venue { venue, title_by };
        }
        to.also = venues(changed);
        Ok(())
    }

    fn channel_gone(&mut self, d: &str, to: &mut Converted) -> Result<(), serde_json::Error> {
        let venue = rare::only_id(d)?;
        let gone = match &mut self.guild {
            Some(guild) => guild.drop_channel(venue),
            None => vec![venue],
        };
        to.sight = Sight::VenueGone { venue };
        to.also = gone.into_iter().skip(1).map(|venue| Sight::VenueGone { venue }).collect();
        Ok(())
    }

    fn threads(&mut self, d: &str, to: &mut Converted) -> Result<(), serde_json::Error> {
        let ids = match &mut self.guild {
            Some(guild) => rare::thread_list(d)?
                .into_iter()
                .map(|thread| {
                    let id = thread.id;
                    guild.put_channel(thread);
                    id
                })
                .collect(),
            None => Vec::new(),
        };
        let Some(guild) = &mut self.guild else { return Ok(()) };
        guild.changes();
        to.also = venues(ids.into_iter().filter_map(|id: VenueId| guild.venue(id)).collect());
        Ok(())
    }

    fn role(&mut self, d: &str, to: &mut Converted) -> Result<(), serde_json::Error> {
        let shape = rare::role(d)?;
        to.sight = Sight::Role { role: shape.id, name: Some(shape.name.clone()) };
        if let Some(guild) = &mut self.guild {
            guild.put_role(shape);
            to.also = venues(guild.changes());
        }
        Ok(())
    }

    fn role_gone(&mut self, d: &str, to: &mut Converted) -> Result<(), serde_json::Error> {
        let role = rare::role_gone(d)?;
        to.sight = Sight::Role { role, name: None };
        if let Some(guild) = &mut self.guild {
            guild.drop_role(role);
            to.also = venues(guild.changes());
        }
        Ok(())
    }

    fn member(&mut self, d: &str, to: &mut Converted) -> Result<(), serde_json::Error> {
        let (author, nick) = member::read(d, self.us)?;
        if Some(author.id) == self.us.me {
            if let (Some(guild), Some(roles)) = (&mut self.guild, &author.roles) {
                guild.set_our_roles(roles.clone());
                to.also = venues(guild.changes());
            }
            return Ok(());
        }
        match nick {
            Some(nickname) => {
                if self.is_new_nickname(author.id, &nickname) {
                    to.sight = Sight::Nickname { member: author, nickname };
                }
            }
            None => {
                self.nicknames.remove(&author.id);
            }
        }
        Ok(())
    }

    fn member_gone(&mut self, d: &str) -> Result<(), serde_json::Error> {
        self.nicknames.remove(&member::gone(d)?);
        Ok(())
    }

    fn note_other(&mut self, name: &str, guild: GuildId, d: &RawValue) {
        match name {
            "GUILD_CREATE" | "GUILD_UPDATE" => {
                let name = rare::guild_head(d.get()).ok().and_then(|(name, _)| name).unwrap_or_default();
                self.others.insert(guild, name);
            }
            "GUILD_DELETE" => {
                self.others.remove(&guild);
            }
            _ => {}
        }
    }

    /// A frame that does not parse, or not as what it claims to be.
    fn unreadable(&mut self, raw: &str, error: String) -> Conversion {
        let unreadable = rare::unreadable(raw, error, self.us);
        if unreadable.guild.is_some() && self.home.is_some() && unreadable.guild != self.home {
            return Conversion::Elsewhere;
        }
        Conversion::Ours(Box::new(Converted::new(unreadable.sequence, unreadable.sight)))
    }
}

/// Reads one message object: from REST, or merged from two
/// ([`gather::merge`](super::gather::merge)). Without a `member` in it, the
/// author's roles are not known.
pub fn message_from_object(raw: &str, us: Us) -> Result<Message, serde_json::Error> {
    match serde_json::from_str::<Full<'_>>(raw) {
        Ok(shape) => Ok(shape.into_message(us)),
        Err(error) => match serde_json::from_str(&super::gather::mended(raw)) {
            Ok(Value::Object(object)) => message::lenient(&object, us).ok_or(error),
            _ => Err(error),
        },
    }
}

fn venues(changed: Vec<VenueSight>) -> Vec<Sight> {
    changed.into_iter().map(|venue| Sight::Venue { venue, title_by: None }).collect()
}

/// Which server a dispatch belongs to; none for direct messages and the like.
fn guild_of(name: &str, d: &RawValue) -> Option<GuildId> {
    #[derive(Deserialize)]
    struct Belongs {
        guild_id: Option<GuildId>,
    }
    #[derive(Deserialize)]
    struct Itself {
        id: GuildId,
    }
    match name {
        "GUILD_CREATE" | "GUILD_UPDATE" | "GUILD_DELETE" => {
            serde_json::from_str::<Itself>(d.get()).ok().map(|guild| guild.id)
        }
        _ => serde_json::from_str::<Belongs>(d.get()).ok()?.guild_id,
    }
}
