//! Users, servers, roles and members, and what changes about them.
//!
//! The methods here are the world's own hand: they ask for no permission. The
//! doors check first (`members`), then call these.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::audit::AuditEntry;
use super::automod::Rule;
use super::permission;
use super::session::{Scope, intent};
use super::{Id, World};

/// A person, a bot, or an application's own user.
#[derive(Clone, Debug)]
pub struct User {
    pub id: Id,
    pub name: String,
    pub global_name: Option<String>,
    pub bot: bool,
    /// Whether strangers and bots may write to them directly.
    pub dms_open: bool,
}

/// What a bot's application may do, and the token it shows.
#[derive(Clone, Debug)]
pub struct Application {
    pub id: Id,
    pub token: String,
    /// Privileged intents that are switched on in the developer portal.
    pub privileged_intents: u64,
    /// Sessions it has started, of the daily thousand.
    pub identifies: u32,
}

#[derive(Clone, Debug)]
pub struct Role {
    pub id: Id,
    pub name: String,
    pub permissions: u64,
    pub position: u32,
    pub color: u32,
    pub mentionable: bool,
    /// The bot this role came with.
    pub managed_by: Option<Id>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub nick: Option<String>,
    pub roles: Vec<Id>,
    pub joined_us: i64,
    /// Zero where there is no timeout.
    pub timeout_until_ms: i64,
}

#[derive(Clone, Debug)]
pub struct Guild {
    pub id: Id,
    pub name: String,
    pub owner: Id,
    pub roles: BTreeMap<Id, Role>,
    pub members: BTreeMap<Id, Member>,
    pub bans: BTreeMap<Id, Option<String>>,
    pub rules: Vec<Rule>,
    /// Registered commands by application.
    pub commands: BTreeMap<Id, Vec<Value>>,
    pub audit: VecDeque<AuditEntry>,
}

impl Guild {
    /// The position of a member's highest role.
    pub fn height(&self, user: Id) -> u32 {
        let roles = self.members.get(&user).map_or(&[][..], |m| &m.roles);
        roles.iter().filter_map(|r| self.roles.get(r)).map(|r| r.position).max().unwrap_or(0)
    }
}

impl World {
    /// A person. Their direct messages are open.
    pub fn make_user(&mut self, name: &str) -> Id {
        let id = self.new_id();
        let user = User {
            id,
            name: name.to_lowercase().replace(' ', "."),
            global_name: Some(name.to_owned()),
            bot: false,
            dms_open: true,
        };
        self.users.insert(id, user);
        id
    }

    /// A bot with its application (same id) and token. It is in no server yet.
    pub fn make_bot(&mut self, name: &str, token: &str, privileged_intents: u64) -> Id {
        let id = self.new_id();
        self.users
            .insert(id, User { id, name: name.to_owned(), global_name: None, bot: true, dms_open: true });
        self.applications
            .insert(id, Application { id, token: token.to_owned(), privileged_intents, identifies: 0 });
        id
    }

    /// Switches privileged intents on or off in the developer portal.
    pub fn set_privileged_intents(&mut self, bot: Id, intents: u64) {
        if let Some(app) = self.applications.get_mut(&bot) {
            app.privileged_intents = intents;
        }
    }

    /// The bot that shows `token`.
    pub fn user_of_token(&self, token: &str) -> Option<Id> {
        let app = self.applications.values().find(|a| a.token == token);
        app.map(|a| a.id)
    }

    /// A server with its `@everyone` role, owned by `owner`.
    pub fn make_guild(&mut self, name: &str, owner: Id) -> Id {
        let id = self.new_id();
        let everyone = Role {
            id,
            name: "@everyone".to_owned(),
            permissions: permission::EVERYONE,
            position: 0,
            color: 0,
            mentionable: false,
            managed_by: None,
        };
        self.guilds.insert(
            id,
            Guild {
                id,
                name: name.to_owned(),
                owner,
                roles: BTreeMap::from([(id, everyone)]),
                members: BTreeMap::new(),
                bans: BTreeMap::new(),
                rules: Vec::new(),
                commands: BTreeMap::new(),
                audit: VecDeque::new(),
            },
        );
        self.join(id, owner, &[]);
        id
    }

    /// A role above all that are there.
    pub fn make_role(&mut self, guild: Id, name: &str, permissions: u64, mentionable: bool) -> Id {
        let id = self.new_id();
        let Some(server) = self.guilds.get_mut(&guild) else {
            return id;
        };
        let position = server.roles.values().map(|r| r.position).max().unwrap_or(0) + 1;
        let role = Role {
            id,
            name: name.to_owned(),
            permissions,
            position,
            color: 0,
            mentionable,
            managed_by: None,
        };
        server.roles.insert(id, role);
        self.tell_role("GUILD_ROLE_CREATE", guild, id);
        id
    }

    /// Changes a role; whoever gains a channel by it is told its threads.
    pub fn change_role(&mut self, guild: Id, role: Id, change: impl FnOnce(&mut Role)) {
        self.watching_access(|world| {
            let found = world.guilds.get_mut(&guild).and_then(|g| g.roles.get_mut(&role));
            if let Some(found) = found {
                change(found);
                world.tell_role("GUILD_ROLE_UPDATE", guild, role);
            }
        });
    }

    pub fn delete_role(&mut self, guild: Id, role: Id) {
        let Some(server) = self.guilds.get_mut(&guild) else {
            return;
        };
        if role == guild || server.roles.remove(&role).is_none() {
            return;
        }
        for member in server.members.values_mut() {
            member.roles.retain(|r| *r != role);
        }
        let told = json!({ "guild_id": guild.to_string(), "role_id": role.to_string() });
        self.tell("GUILD_ROLE_DELETE", &Scope::guild(guild, intent::GUILDS), &told);
    }

    fn tell_role(&mut self, name: &'static str, guild: Id, role: Id) {
        if let Some(found) = self.guilds.get(&guild).and_then(|g| g.roles.get(&role)) {
            let told = json!({ "guild_id": guild.to_string(), "role": self.role_value(found) });
            self.tell(name, &Scope::guild(guild, intent::GUILDS), &told);
        }
    }

    /// Somebody joins. A bot that joins while connected is sent the server.
    pub fn join(&mut self, guild: Id, user: Id, roles: &[Id]) {
        let member =
            Member { nick: None, roles: roles.to_vec(), joined_us: self.now_us(), timeout_until_ms: 0 };
        let Some(server) = self.guilds.get_mut(&guild) else {
            return;
        };
        if server.members.contains_key(&user) {
            return;
        }
        server.members.insert(user, member);
        let scope = Scope::guild(guild, intent::GUILD_MEMBERS);
        if let Some(mut told) = self.member_value(guild, user) {
            told["guild_id"] = json!(guild.to_string());
            self.tell("GUILD_MEMBER_ADD", &scope, &told);
        }
        if let Some(told) = self.guild_create_value(guild, user) {
            let scope = Scope::only(user).with_intent(intent::GUILDS);
            self.tell("GUILD_CREATE", &scope, &told);
        }
    }

    /// A bot joins with the role Discord makes for it, above all that are there.
    pub fn invite_bot(&mut self, guild: Id, bot: Id, permissions: u64) -> Id {
        let name = self.users.get(&bot).map_or(String::new(), |u| u.name.clone());
        let role = self.make_role(guild, &name, permissions, false);
        self.change_role(guild, role, |r| r.managed_by = Some(bot));
        self.join(guild, bot, &[role]);
        role
    }

    pub fn leave(&mut self, guild: Id, user: Id) {
        let Some(server) = self.guilds.get_mut(&guild) else {
            return;
        };
        if server.members.remove(&user).is_none() {
            return;
        }
        let told = json!({ "guild_id": guild.to_string(), "user": self.user_value(user) });
        let scope = Scope::guild(guild, intent::GUILD_MEMBERS);
        self.tell("GUILD_MEMBER_REMOVE", &scope, &told);
        let gone = json!({ "id": guild.to_string() });
        let scope = Scope::only(user).with_intent(intent::GUILDS);
        self.tell("GUILD_DELETE", &scope, &gone);
    }

    /// Changes a member (nickname, roles, timeout) and tells who asked to know.
    pub fn change_member(&mut self, guild: Id, user: Id, change: impl FnOnce(&mut Member)) {
        self.watching_access(|world| {
            let found = world.guilds.get_mut(&guild).and_then(|g| g.members.get_mut(&user));
            let Some(member) = found else { return };
            change(member);
            let Some(mut told) = world.member_value(guild, user) else {
                return;
            };
            told["guild_id"] = json!(guild.to_string());
            // A bot hears of its own changes whatever its intents.
            let scope = Scope::guild(guild, intent::GUILD_MEMBERS).and_always(user);
            world.tell("GUILD_MEMBER_UPDATE", &scope, &told);
        });
    }

    pub fn rename_guild(&mut self, guild: Id, name: &str) {
        let Some(server) = self.guilds.get_mut(&guild) else {
            return;
        };
        server.name = name.to_owned();
        if let Some(told) = self.guild_value(guild) {
            self.tell("GUILD_UPDATE", &Scope::guild(guild, intent::GUILDS), &told);
        }
    }

    /// Lets strangers and bots write to `user` directly, or not.
    pub fn set_dms_open(&mut self, user: Id, open: bool) {
        if let Some(user) = self.users.get_mut(&user) {
            user.dms_open = open;
        }
    }
}
