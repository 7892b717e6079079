//! What is known of the server: its channels, its roles, and what the bot may
//! do where.
//!
//! Discord sends the pieces (roles, overwrites, our own roles) and leaves the
//! sum to us (*Permissions*, "Permission Overwrites"). Whenever a piece
//! changes the sums are made anew and those that came out otherwise are told.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::message::number;
use crate::domain::event::{GuildSight, VenueSight};
use crate::domain::id::{GuildId, MemberId, MessageId, RoleId, VenueId};

/// Holds every other permission.
const ADMINISTRATOR: u64 = 1 << 3;

/// To see a channel at all.
const VIEW_CHANNEL: u64 = 1 << 10;

/// Discord's channel type of a thread that only its members see.
const PRIVATE_THREAD: u8 = 12;

/// One server.
#[derive(Debug)]
pub(super) struct Guild {
    pub id: GuildId,
    pub me: MemberId,
    name: String,
    owner: Option<MemberId>,
    roles: BTreeMap<RoleId, Role>,
    /// Our own roles, without the one everybody has; `None` until Discord
    /// has told them, and then nothing can be computed.
    ours: Option<Vec<RoleId>>,
    channels: BTreeMap<VenueId, Channel>,
}

#[derive(Debug)]
struct Role {
    name: String,
    permissions: u64,
}

#[derive(Debug)]
struct Channel {
    shape: ChannelShape,
    /// As they were last told.
    permissions: Option<u64>,
    public: bool,
}

/// A channel or thread object, as far as it is needed.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ChannelShape {
    pub id: VenueId,
    #[serde(rename = "guild_id")]
    pub guild: Option<GuildId>,
    #[serde(rename = "type")]
    kind: u8,
    #[serde(default)]
    name: Option<String>,
    parent_id: Option<VenueId>,
    last_message_id: Option<MessageId>,
    pub owner_id: Option<MemberId>,
    #[serde(default)]
    permission_overwrites: Option<Vec<Overwrite>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Overwrite {
    id: Value,
    /// 0 a role, 1 a member.
    #[serde(rename = "type")]
    kind: Value,
    allow: Value,
    deny: Value,
}

/// A role object, as far as it is needed.
#[derive(Debug, Deserialize)]
pub(super) struct RoleShape {
    pub id: RoleId,
    #[serde(default)]
    pub name: String,
    permissions: Option<Value>,
}

/// A server object as the gateway sends it, or as it was put together from
/// several requests.
#[derive(Deserialize)]
pub(super) struct GuildShape<'a> {
    pub id: GuildId,
    #[serde(default)]
    pub name: Option<String>,
    owner_id: Option<MemberId>,
    #[serde(default)]
    pub unavailable: Option<bool>,
    #[serde(borrow, default)]
    roles: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    channels: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    threads: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    members: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct OurMember {
    user: Option<OnlyId>,
    roles: Vec<RoleId>,
}

#[derive(Deserialize)]
struct OnlyId {
    id: MemberId,
}

/// The objects of a list that parse. One channel of a kind nobody has thought
/// of must not cost us the server.
fn readable<'a, T: Deserialize<'a>>(list: &[&'a RawValue]) -> Vec<T> {
    let mut readable = Vec::with_capacity(list.len());
    for raw in list {
        match serde_json::from_str(raw.get()) {
            Ok(item) => readable.push(item),
            Err(error) => tracing::warn!(%error, "an object of the server's description was not understood"),
        }
    }
    readable
}

impl Guild {
    pub fn new(me: MemberId, shape: GuildShape<'_>) -> Guild {
        let ours = readable::<OurMember>(&shape.members)
            .into_iter()
            .find(|member| member.user.as_ref().is_some_and(|user| user.id == me))
            .map(|member| member.roles);
        let mut guild = Guild {
            id: shape.id,
            me,
            name: shape.name.unwrap_or_default(),
            owner: shape.owner_id,
            roles: BTreeMap::new(),
            ours,
            channels: BTreeMap::new(),
        };
        for role in readable::<RoleShape>(&shape.roles) {
            guild.put_role(role);
        }
        for channel in readable::<ChannelShape>(&shape.channels) {
            guild.put_channel(channel);
        }
        for thread in readable::<ChannelShape>(&shape.threads) {
            guild.put_channel(thread);
        }
        guild.changes();
        guild
    }

    /// The whole server.
    pub fn sight(&self) -> GuildSight {
        GuildSight {
            id: self.id,
            name: self.name.clone(),
            owner: self.owner,
            venues: self.channels.values().map(|channel| self.venue_sight(channel)).collect(),
            roles: self.roles.iter().map(|(id, role)| (*id, role.name.clone())).collect(),
        }
    }

    /// A channel as it stands.
    pub fn venue(&self, id: VenueId) -> Option<VenueSight> {
        self.channels.get(&id).map(|channel| self.venue_sight(channel))
    }

    fn venue_sight(&self, channel: &Channel) -> VenueSight {
        let shape = &channel.shape;
        VenueSight {
            id: shape.id,
            parent: shape.parent_id,
            kind: shape.kind,
            name: shape.name.clone().unwrap_or_default(),
            last_message: shape.last_message_id,
            owner: shape.owner_id,
            permissions: self.permissions(shape),
            public: self.is_public(shape),
        }
    }

    pub fn set_head(&mut self, name: Option<String>, owner: Option<MemberId>) {
        if let Some(name) = name {
            self.name = name;
        }
        self.owner = owner.or(self.owner);
    }

    pub fn put_role(&mut self, shape: RoleShape) {
        let permissions = shape.permissions.as_ref().and_then(number).unwrap_or(0);
        self.roles.insert(shape.id, Role { name: shape.name, permissions });
    }

    pub fn drop_role(&mut self, id: RoleId) {
        self.roles.remove(&id);
    }

    pub fn set_our_roles(&mut self, roles: Vec<RoleId>) {
        self.ours = Some(roles);
    }

    /// Takes a channel over; what an update of it does not say stays.
    pub fn put_channel(&mut self, mut shape: ChannelShape) {
        if let Some(old) = self.channels.get_mut(&shape.id) {
            shape.name = shape.name.or(old.shape.name.take());
            shape.last_message_id = shape.last_message_id.or(old.shape.last_message_id);
            shape.permission_overwrites =
                shape.permission_overwrites.or(old.shape.permission_overwrites.take());
            old.shape = shape;
            return;
        }
        self.channels.insert(shape.id, Channel { shape, permissions: None, public: false });
    }

    /// Forgets a channel, and names it and the threads that went with it.
    pub fn drop_channel(&mut self, id: VenueId) -> Vec<VenueId> {
        let mut gone = vec![id];
        gone.extend(self.channels.values().filter(|c| c.shape.parent_id == Some(id)).filter_map(|channel| {
            // A category leaves its channels behind; a channel takes its threads with it.
            matches!(channel.shape.kind, 10..=12).then_some(channel.shape.id)
        }));
        for id in &gone {
            self.channels.remove(id);
        }
        gone
    }

    /// Makes all sums anew and returns the channels for which they changed.
    pub fn changes(&mut self) -> Vec<VenueSight> {
        let sums: Vec<(VenueId, Option<u64>, bool)> = self
            .channels
            .values()
            .map(|channel| {
                (channel.shape.id, self.permissions(&channel.shape), self.is_public(&channel.shape))
            })
            .collect();
        let mut changed = Vec::new();
        for (id, permissions, public) in sums {
            if let Some(channel) = self.channels.get_mut(&id)
                && (channel.permissions, channel.public) != (permissions, public)
            {
                (channel.permissions, channel.public) = (permissions, public);
                changed.push(id);
            }
        }
        changed.into_iter().filter_map(|id| self.venue(id)).collect()
    }

    /// The role that everybody has: its id is the server's.
    fn everyone(&self) -> Option<RoleId> {
        RoleId::new(self.id.get())
    }

    fn role_permissions(&self, role: RoleId) -> u64 {
        self.roles.get(&role).map_or(0, |role| role.permissions)
    }

    /// Whose overwrites hold in a channel: a thread's are its parent's.
    fn overwrites(&self, shape: &ChannelShape) -> Vec<(u64, bool, u64, u64)> {
        let shape = match shape.kind {
            10..=12 => shape
                .parent_id
                .and_then(|parent| self.channels.get(&parent))
                .map_or(shape, |parent| &parent.shape),
            _ => shape,
        };
        let overwrites = shape.permission_overwrites.iter().flatten();
        overwrites
            .filter_map(|overwrite| {
                let is_member = match &overwrite.kind {
                    Value::String(kind) => kind == "member" || kind == "1",
                    kind => kind.as_u64() == Some(1),
                };
                Some((
                    number(&overwrite.id)?,
                    is_member,
                    number(&overwrite.allow).unwrap_or(0),
                    number(&overwrite.deny).unwrap_or(0),
                ))
            })
            .collect()
    }

    /// What the bot may do in a channel.
    fn permissions(&self, shape: &ChannelShape) -> Option<u64> {
        let ours = self.ours.as_ref()?;
        let everyone = self.everyone()?;
        if self.owner == Some(self.me) {
            return Some(u64::MAX);
        }
        let base =
            ours.iter().fold(self.role_permissions(everyone), |sum, role| sum | self.role_permissions(*role));
        if base & ADMINISTRATOR != 0 {
            return Some(u64::MAX);
        }
        // First everybody's overwrite, then those of our roles together, then
        // our own. Within a step what is denied goes before what is allowed.
        let overwrites = self.overwrites(shape);
        let apply = |base: u64, matching: &dyn Fn(u64, bool) -> bool| {
            let (allow, deny) = overwrites
                .iter()
                .filter(|(id, is_member, _, _)| matching(*id, *is_member))
                .fold((0, 0), |(allow, deny), (_, _, a, d)| (allow | a, deny | d));
            base & !deny | allow
        };
        let sum = apply(base, &|id, is_member| !is_member && id == everyone.get());
        let sum = apply(sum, &|id, is_member| {
            !is_member && id != everyone.get() && ours.iter().any(|role| role.get() == id)
        });
        let sum = apply(sum, &|id, is_member| is_member && id == self.me.get());
        // Whoever cannot see a channel can do nothing in it.
        Some(if sum & VIEW_CHANNEL == 0 { 0 } else { sum })
    }

    /// Whether everyone can read a channel, by the role everybody has alone.
    fn is_public(&self, shape: &ChannelShape) -> bool {
        let Some(everyone) = self.everyone() else { return false };
        let base = self.role_permissions(everyone);
        if shape.kind == PRIVATE_THREAD {
            return false;
        }
        let sum = self
            .overwrites(shape)
            .iter()
            .filter(|(id, is_member, _, _)| !is_member && *id == everyone.get())
            .fold(base, |sum, (_, _, allow, deny)| sum & !deny | allow);
        base & ADMINISTRATOR != 0 || sum & VIEW_CHANNEL != 0
    }
}
