//! The example city: a server with its channels, roles and people, and the
//! deployment that fits it.
//!
//! Monroe and Norwalk differ in their names, their first lines and their
//! policy; a policy of one's own is shown in Monroe. Channels are settled by
//! id, because a kept journal outlives the world it was written in.

use super::Server;
use super::world::{Byline, Draft, Id, Kind, Overwrite, OverwriteFor, Refusal, intent, permission};
use crate::discord::doctor::rules_notice;
use crate::domain::decision::{Desk, Topics};
use crate::domain::deployment::{
    Adoption, Approval, Archive, City as CityName, Deployment, DeskSetting, Hours, Limits, Named, Roles,
};
use crate::domain::id::{GuildId, MemberId, VenueId};
use crate::policy::Policy;

/// What the bot shows to the sandbox; it opens nothing else.
pub const TOKEN: &str = "sandbox-token-of-gavel";

/// Discord's channel type of a private channel is that of any other; what
/// makes it private are its overwrites.
const DESK_PERMISSIONS: u64 = permission::VIEW_CHANNEL
    | permission::SEND_MESSAGES
    | permission::EMBED_LINKS
    | permission::READ_HISTORY
    | permission::ATTACH_FILES;

/// Somebody one can write as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persona {
    /// The name in scripts.
    pub key: &'static str,
    pub name: &'static str,
    /// What they are, in a word or two.
    pub what: &'static str,
    role: Option<&'static str>,
}

/// Everybody one can write as, residents first.
pub const PERSONAS: &[Persona] = &[
    Persona { key: "rosa", name: "Rosa", what: "resident", role: None },
    Persona { key: "mateo", name: "Mateo", what: "resident, writes Spanish", role: None },
    Persona { key: "priya", name: "Priya", what: "reporter", role: None },
    Persona { key: "dana", name: "Dana", what: "city employee", role: Some("City staff") },
    Persona { key: "whitlow", name: "Whitlow", what: "council member", role: Some("Elected official") },
    Persona { key: "sam", name: "Sam", what: "Communications moderator", role: Some("Communications") },
    Persona { key: "gremlin", name: "xX_gremlin_Xx", what: "troll", role: None },
];

/// What a channel of the example city is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Public, with a published purpose.
    Scoped,
    /// Public, whatever people like to talk about.
    Open,
    /// Moderators only: cards.
    Review,
    /// One office only.
    Desk(Desk),
}

/// A channel of every example city.
#[derive(Clone, Copy, Debug)]
pub struct ChannelPlan {
    pub name: &'static str,
    pub kind: Kind,
    pub used: Use,
    pub purpose: &'static str,
}

/// The channels, in the order in which they are shown.
pub const CHANNELS: &[ChannelPlan] = &[
    ChannelPlan {
        name: "general",
        kind: Kind::Text,
        used: Use::Scoped,
        purpose: "City services: roads, water, parks, permits",
    },
    ChannelPlan {
        name: "chat-about-anything",
        kind: Kind::Text,
        used: Use::Open,
        purpose: "Whatever neighbors like to talk about",
    },
    ChannelPlan {
        name: "ideas",
        kind: Kind::Forum,
        used: Use::Scoped,
        purpose: "Ideas for the city, one post each",
    },
    ChannelPlan {
        name: "mod-log",
        kind: Kind::Text,
        used: Use::Review,
        purpose: "Cards for Communications moderators",
    },
    ChannelPlan {
        name: "press-desk",
        kind: Kind::Text,
        used: Use::Desk(Desk::Press),
        purpose: "Questions from the press",
    },
    ChannelPlan {
        name: "threat-desk",
        kind: Kind::Text,
        used: Use::Desk(Desk::Threat),
        purpose: "Possible threats",
    },
    ChannelPlan {
        name: "legal-desk",
        kind: Kind::Text,
        used: Use::Desk(Desk::Legal),
        purpose: "Legal matters",
    },
    ChannelPlan {
        name: "records-desk",
        kind: Kind::Text,
        used: Use::Desk(Desk::Records),
        purpose: "Requests for public records",
    },
    ChannelPlan {
        name: "help-desk",
        kind: Kind::Text,
        used: Use::Desk(Desk::Communications),
        purpose: "Somebody may need help",
    },
];

/// How one city differs from another.
#[derive(Debug)]
struct Plan {
    name: &'static str,
    time_zone: &'static str,
    /// The office at a desk, where the policy itself names none.
    offices: &'static [(Desk, &'static str)],
    /// What stands in `general` when the page opens: persona and words.
    lines: &'static [(&'static str, &'static str)],
}

const MONROE: Plan = Plan {
    name: "City of Monroe",
    time_zone: "America/Detroit",
    offices: &[
        (Desk::Press, "Communications Department"),
        (Desk::Threat, "Mayor's Office"),
        (Desk::Legal, "City Attorney"),
        (Desk::Records, "City Clerk"),
        (Desk::Communications, "Communications Department"),
    ],
    lines: &[
        (
            "sam",
            "Good morning, Monroe! This channel is for city services: roads, water, parks, permits. \
             Criticism is welcome. In an emergency call 911.",
        ),
        ("rosa", "Morning! Is leaf pickup on Elm Street still this week?"),
        (
            "dana",
            "Yes: trucks start at the river end on Thursday. Please rake leaves to the curb, not into the street.",
        ),
        ("mateo", "Gracias. ¿Y la biblioteca abre el sábado?"),
    ],
};

const NORWALK: Plan = Plan {
    name: "City of Norwalk",
    time_zone: "America/New_York",
    offices: &[
        (Desk::Press, "Mayor's Office"),
        (Desk::Threat, "Department Head or Mayor's Office"),
        (Desk::Legal, "Corporation Counsel"),
        (Desk::Records, "City Clerk"),
        (Desk::Communications, "Mayor's Office"),
    ],
    lines: &[
        (
            "sam",
            "Good morning, Norwalk! This channel is for city services: roads, water, parks, permits. \
             Criticism is welcome. In an emergency call 911.",
        ),
        ("rosa", "Morning! Is the ferry dock at Calf Pasture open yet?"),
        ("dana", "From Saturday on, nine to six. The parking lot by the pier is still being paved."),
        ("mateo", "Gracias. ¿Y la biblioteca abre el sábado?"),
    ],
};

/// A channel as it was made.
#[derive(Clone, Debug)]
pub struct Place {
    pub id: Id,
    pub name: &'static str,
    pub used: Use,
    pub purpose: &'static str,
}

impl Place {
    /// Whether everybody in the server can read it.
    pub fn is_public(&self) -> bool {
        matches!(self.used, Use::Scoped | Use::Open)
    }
}

/// The example city as it stands in a world.
#[derive(Clone, Debug)]
pub struct City {
    pub name: &'static str,
    pub time_zone: &'static str,
    pub guild: Id,
    pub bot: Id,
    pub places: Vec<Place>,
    /// In the order of [`PERSONAS`].
    pub people: Vec<Id>,
    /// A webhook that is the City's own, and one that is not.
    pub own_webhook: Id,
    pub other_webhook: Id,
    offices: &'static [(Desk, &'static str)],
}

/// Builds the city that goes with a policy.
///
/// # Errors
///
/// When the world refuses what its own rules would have to allow.
pub fn build(server: &Server, policy: &Policy) -> Result<City, Refusal> {
    let plan = if policy.id.starts_with("norwalk") { &NORWALK } else { &MONROE };
    let manager = server.make_user("City Manager");
    let guild = server.make_guild(plan.name, manager);
    let mut roles = Vec::new();
    for (name, bits) in [
        ("City staff", 0),
        ("Elected official", 0),
        ("City Clerk", 0),
        ("City Attorney", 0),
        ("Duty officer", 0),
        ("Communications Director", 0),
        (
            "Communications",
            permission::MANAGE_MESSAGES | permission::MANAGE_THREADS | permission::PIN_MESSAGES,
        ),
    ] {
        roles.push((name, server.make_role(guild, name, bits, name == "Duty officer")));
    }
    let role = |name: &str| roles.iter().find(|(n, _)| *n == name).map(|(_, id)| *id);
    let bot = server.make_bot(guild, "Gavel", TOKEN, intent::MESSAGE_CONTENT, permission::MODERATION_BOT);
    let people: Vec<Id> = PERSONAS
        .iter()
        .map(|persona| {
            let held: Vec<Id> = persona.role.and_then(role).into_iter().collect();
            server.make_member(guild, persona.name, &held)
        })
        .collect();
    let mut places = Vec::new();
    for plan in CHANNELS {
        let id = server.make_channel(guild, plan.kind, plan.name);
        server.with(|w| w.change_channel(id, |c| c.topic = Some(plan.purpose.to_owned())));
        let place = Place { id, name: plan.name, used: plan.used, purpose: plan.purpose };
        if !place.is_public() {
            let readers: Vec<Id> = role("Communications").into_iter().chain(role("Duty officer")).collect();
            server.make_private(id, &readers);
            let over = Overwrite { id: bot, whom: OverwriteFor::Member, allow: DESK_PERMISSIONS, deny: 0 };
            server.with(|w| w.overwrite(id, bot, Some(over)));
        }
        places.push(place);
    }
    let general = places.first().map_or(0, |place| place.id);
    let own_webhook = server.make_webhook(manager, general, "City alerts")?;
    let other_webhook = server.make_webhook(manager, general, "Neighborhood feed")?;
    let city = City {
        name: plan.name,
        time_zone: plan.time_zone,
        guild,
        bot,
        places,
        people,
        own_webhook,
        other_webhook,
        offices: plan.offices,
    };
    city.pin_rules(server, policy)?;
    let general = city.places.first().map_or(0, |place| place.id);
    for (who, text) in plan.lines {
        let author = city.user(persona_index(who).unwrap_or(0));
        server.with(|w| w.place(general, Byline::Person(author), (*text).into()));
    }
    Ok(city)
}

/// Which of [`PERSONAS`] has this key.
pub fn persona_index(key: &str) -> Option<usize> {
    PERSONAS.iter().position(|persona| persona.key == key)
}

impl City {
    /// The user behind a persona.
    pub fn user(&self, persona: usize) -> Id {
        self.people.get(persona).copied().unwrap_or_default()
    }

    /// The persona behind a user.
    pub fn persona(&self, user: Id) -> Option<&'static Persona> {
        self.persona_at(user).map(|at| &PERSONAS[at])
    }

    /// Which persona is behind a user.
    pub fn persona_at(&self, user: Id) -> Option<usize> {
        self.people.iter().position(|id| *id == user)
    }

    /// A channel by its name.
    pub fn place(&self, name: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.name == name)
    }

    /// A channel by its id.
    pub fn place_of(&self, id: Id) -> Option<&Place> {
        self.places.iter().find(|place| place.id == id)
    }

    /// Pins the rules notice in every public channel, by the words of
    /// `gavel doctor --pin`. A forum has its guidelines instead.
    fn pin_rules(&self, server: &Server, policy: &Policy) -> Result<(), Refusal> {
        let deployment = self.deployment(policy);
        for place in self.places.iter().filter(|place| place.is_public()) {
            let is_here = |channel: &Named| matches!(channel, Named::Id(id) if id.get() == place.id);
            let approval = deployment.channels.iter().find(|approval| is_here(&approval.channel));
            let holds = server.look(|w| w.channel(place.id).is_some_and(|c| c.kind.holds_messages()));
            let Some(approval) = approval.filter(|_| holds) else { continue };
            let embeds = rules_notice(policy, &deployment, approval);
            let notice = server.post_as(self.bot, place.id, Draft { embeds, ..Draft::default() })?;
            server.pin_as(self.bot, place.id, notice, true)?;
        }
        Ok(())
    }

    /// The deployment that goes with the city. The offices are always
    /// staffed, so that clocks run while one watches, and the drafts that come
    /// with the policy count as adopted, so that one sees them applied.
    pub fn deployment(&self, policy: &Policy) -> Deployment {
        let named = |place: &Place| VenueId::new(place.id).map(Named::Id);
        let channels = self.places.iter().filter(|place| place.is_public()).filter_map(|place| {
            Some(Approval {
                channel: named(place)?,
                purpose: place.purpose.to_owned(),
                staff_only: false,
                topics: if place.used == Use::Open { Topics::Open } else { Topics::Scoped },
                approved_by: "Communications Manager".to_owned(),
                approved_on: "2026-01-05".to_owned(),
            })
        });
        let desks = self.places.iter().filter_map(|place| match place.used {
            Use::Desk(desk) => Some(DeskSetting {
                desk,
                office: self.office(policy, desk),
                channel: named(place),
                email: None,
                departments: Vec::new(),
                mention: (desk == Desk::Threat).then(|| "Duty officer".to_owned()),
            }),
            _ => None,
        });
        let adopted =
            policy.authorities.iter().filter(|authority| authority.draft).map(|authority| Adoption {
                id: authority.id.clone(),
                by: "City Manager".to_owned(),
                on: "2026-01-05".to_owned(),
                published: "https://city.example/chat-rules".to_owned(),
            });
        Deployment {
            posture: policy.posture,
            time_zone: self.time_zone.to_owned(),
            archive: Archive::All,
            city: CityName {
                name: self.name.to_owned(),
                jurisdiction: None,
                rules_url: "https://city.example/chat-rules".to_owned(),
                police_phone: String::new(),
            },
            guild: GuildId::new(self.guild),
            history_days: 0,
            channels: channels.collect(),
            review: self.places.iter().find(|place| place.used == Use::Review).and_then(named),
            desks: desks.collect(),
            // The last minute of a day is its closing time, which nobody will notice.
            hours: Hours { days: [true; 7], open: 0, close: 24 * 60 - 1, holidays: Vec::new() },
            limits: Limits::default(),
            adopted: adopted.collect(),
            roles: Roles {
                moderator: vec!["Communications".to_owned()],
                director: vec!["Communications Director".to_owned()],
                employee: vec!["City staff".to_owned()],
                official: vec!["Elected official".to_owned()],
                records_officer: vec!["City Clerk".to_owned()],
                attorney: vec!["City Attorney".to_owned()],
                administrator: Vec::new(),
            },
            checkpoint_minutes: 10,
            checkpoint_channel: None,
            own_ids: MemberId::new(self.own_webhook).into_iter().collect(),
        }
    }

    /// The office at a desk: the policy's own word first.
    fn office(&self, policy: &Policy, desk: Desk) -> String {
        match policy.office(desk) {
            "" => self.offices.iter().find(|(d, _)| *d == desk).map_or("", |(_, office)| office).to_owned(),
            office => office.to_owned(),
        }
    }
}
