//! What people do in the sandbox, for tests and the chat page: each method is
//! one act of one person, under the same rules as on Discord.
//!
//! Building the world (users, roles, channels) and everything rarer is done
//! with `Server::with`, on the world itself.

use serde_json::{Value, json};

use super::Server;
use super::world::{Answer, Byline, Draft, Id, Kind, NewThread, Overwrite, OverwriteFor, Upload, permission};

impl Server {
    pub fn make_user(&self, name: &str) -> Id {
        self.with(|w| w.make_user(name))
    }

    pub fn make_guild(&self, name: &str, owner: Id) -> Id {
        self.with(|w| w.make_guild(name, owner))
    }

    pub fn make_channel(&self, guild: Id, kind: Kind, name: &str) -> Id {
        self.with(|w| w.make_channel(guild, kind, name))
    }

    pub fn make_role(&self, guild: Id, name: &str, permissions: u64, mentionable: bool) -> Id {
        self.with(|w| w.make_role(guild, name, permissions, mentionable))
    }

    /// A person who is in the server from the start.
    pub fn make_member(&self, guild: Id, name: &str, roles: &[Id]) -> Id {
        self.with(|w| {
            let user = w.make_user(name);
            w.join(guild, user, roles);
            user
        })
    }

    /// A bot in the server, with the role that carries its permissions.
    pub fn make_bot(
        &self,
        guild: Id,
        name: &str,
        token: &str,
        privileged_intents: u64,
        permissions: u64,
    ) -> Id {
        self.with(|w| {
            let bot = w.make_bot(name, token, privileged_intents);
            w.invite_bot(guild, bot, permissions);
            bot
        })
    }

    pub fn post_as(&self, user: Id, channel: Id, draft: impl Into<Draft>) -> Answer<Id> {
        let draft = draft.into();
        self.with(|w| w.post(user, channel, draft))
    }

    pub fn reply_as(&self, user: Id, channel: Id, to: Id, draft: impl Into<Draft>) -> Answer<Id> {
        let draft = Draft { reply_to: Some(to), reply_must_exist: true, ..draft.into() };
        self.with(|w| w.post(user, channel, draft))
    }

    /// Forwards a message from one channel to another.
    pub fn forward_as(&self, user: Id, from: Id, message: Id, to: Id) -> Answer<Id> {
        let draft = Draft { forward: Some((from, message)), ..Draft::default() };
        self.with(|w| w.post(user, to, draft))
    }

    pub fn attach_as(&self, user: Id, channel: Id, content: &str, files: Vec<Upload>) -> Answer<Id> {
        let draft = Draft { files, ..Draft::from(content) };
        self.with(|w| w.post(user, channel, draft))
    }

    pub fn poll_as(&self, user: Id, channel: Id, question: &str, answers: &[&str]) -> Answer<Id> {
        let answers = answers.iter().map(|a| json!({ "poll_media": { "text": a } }));
        let draft = Draft {
            poll: Some(json!({
                "question": { "text": question },
                "answers": answers.collect::<Vec<_>>(),
            })),
            ..Draft::default()
        };
        self.with(|w| w.post(user, channel, draft))
    }

    pub fn edit_as(&self, user: Id, channel: Id, message: Id, content: &str) -> Answer<()> {
        let wish = json!({ "content": content });
        self.with(|w| w.edit(user, channel, message, &wish, Vec::new()))
    }

    pub fn delete_as(&self, user: Id, channel: Id, message: Id) -> Answer<()> {
        self.with(|w| w.delete(user, channel, message, None))
    }

    pub fn bulk_delete_as(&self, user: Id, channel: Id, messages: &[Id]) -> Answer<()> {
        self.with(|w| w.bulk_delete(user, channel, messages, None))
    }

    pub fn pin_as(&self, user: Id, channel: Id, message: Id, pinned: bool) -> Answer<()> {
        self.with(|w| w.pin(user, channel, message, pinned, None))
    }

    /// A link's preview appears.
    pub fn unfurl(&self, channel: Id, message: Id, embeds: Vec<Value>) {
        self.with(|w| w.unfurl(channel, message, embeds));
    }

    /// An update with only these fields is sent.
    pub fn partial_update(&self, channel: Id, message: Id, fields: &'static [&'static str]) {
        self.with(|w| w.partial_update(channel, message, fields));
    }

    pub fn thread_as(&self, user: Id, channel: Id, on: Option<Id>, name: &str) -> Answer<Id> {
        let new = NewThread::named(name);
        self.with(|w| match on {
            Some(message) => w.thread_from_message(user, channel, message, new, None),
            None => {
                let news = w.channel(channel).is_some_and(|c| c.kind == Kind::Announcement);
                let kind = if news { Kind::AnnouncementThread } else { Kind::PublicThread };
                w.thread_alone(user, channel, kind, new, None)
            }
        })
    }

    pub fn private_thread_as(&self, user: Id, channel: Id, name: &str) -> Answer<Id> {
        let new = NewThread::named(name);
        self.with(|w| w.thread_alone(user, channel, Kind::PrivateThread, new, None))
    }

    pub fn forum_post_as(&self, user: Id, forum: Id, title: &str, first: impl Into<Draft>) -> Answer<Id> {
        let (new, first) = (NewThread::named(title), first.into());
        self.with(|w| w.forum_post(user, forum, new, first, None))
    }

    /// Renames a thread, a post or a channel.
    pub fn rename_as(&self, user: Id, channel: Id, name: &str) -> Answer<()> {
        let wish = json!({ "name": name });
        self.with(|w| w.edit_channel(user, channel, &wish, None))
    }

    pub fn archive_as(&self, user: Id, thread: Id, archived: bool, locked: bool) -> Answer<()> {
        let mut wish = json!({ "archived": archived });
        if locked {
            wish["locked"] = json!(true);
        }
        self.with(|w| w.edit_channel(user, thread, &wish, None))
    }

    pub fn nick_as(&self, actor: Id, guild: Id, user: Id, nick: &str) -> Answer<()> {
        let wish = json!({ "nick": nick });
        self.with(|w| w.edit_member(actor, guild, user, &wish, None))
    }

    /// Sets a member's roles; nobody's permission is asked.
    pub fn set_roles(&self, guild: Id, user: Id, roles: &[Id]) {
        let roles = roles.to_vec();
        self.with(|w| w.change_member(guild, user, |m| m.roles = roles));
    }

    /// Says what a role may do in a channel, beyond or below what it may elsewhere.
    pub fn set_overwrite(&self, channel: Id, role: Id, allow: u64, deny: u64) {
        let over = Overwrite { id: role, whom: OverwriteFor::Role, allow, deny };
        self.with(|w| w.overwrite(channel, role, Some(over)));
    }

    /// The same for one member.
    pub fn set_member_overwrite(&self, channel: Id, user: Id, allow: u64, deny: u64) {
        let over = Overwrite { id: user, whom: OverwriteFor::Member, allow, deny };
        self.with(|w| w.overwrite(channel, user, Some(over)));
    }

    /// Nobody but these roles sees the channel.
    pub fn make_private(&self, channel: Id, roles: &[Id]) {
        let guild = self.look(|w| w.guild_of(channel));
        if let Some(everyone) = guild {
            self.set_overwrite(channel, everyone, 0, permission::VIEW_CHANNEL);
        }
        for role in roles {
            self.set_overwrite(channel, *role, permission::VIEW_CHANNEL, 0);
        }
    }

    pub fn make_webhook(&self, actor: Id, channel: Id, name: &str) -> Answer<Id> {
        self.with(|w| w.make_webhook(actor, channel, name, None))
    }

    pub fn webhook_post(&self, webhook: Id, draft: impl Into<Draft>) -> Answer<Id> {
        let draft = draft.into();
        self.with(|w| w.post_by_webhook(webhook, None, None, draft))
    }

    /// A person uses an application only they have installed.
    pub fn user_app_post(&self, person: Id, app: Id, channel: Id, draft: impl Into<Draft>) -> Answer<Id> {
        let draft = draft.into();
        self.with(|w| w.post_by_user_app(person, app, channel, draft))
    }

    /// Presses a button; gives the interaction.
    pub fn click_as(&self, user: Id, channel: Id, message: Id, custom_id: &str) -> Answer<Id> {
        self.with(|w| w.click(user, channel, message, custom_id, &[]))
    }

    /// Chooses in a menu.
    pub fn choose_as(
        &self,
        user: Id,
        channel: Id,
        message: Id,
        custom_id: &str,
        values: &[&str],
    ) -> Answer<Id> {
        self.with(|w| w.click(user, channel, message, custom_id, values))
    }

    /// Runs a command; `options` as Discord sends them, `target` for context menus.
    pub fn command_as(
        &self,
        user: Id,
        channel: Id,
        app: Id,
        name: &str,
        options: Value,
        target: Option<Id>,
    ) -> Answer<Id> {
        self.with(|w| w.run_command(user, channel, app, name, options, target))
    }

    /// Sends off the form that an earlier interaction opened.
    pub fn submit_as(&self, user: Id, opened: Id, values: &[(&str, &str)]) -> Answer<Id> {
        self.with(|w| w.submit_modal(user, opened, values))
    }

    /// What a person sees in answer to what they did, in order.
    pub fn answers(&self, interaction: Id) -> Vec<Value> {
        self.look(|w| {
            let user = w.interaction(interaction).map_or(0, |i| i.user);
            let seen = w.answers(interaction);
            seen.into_iter().map(|m| w.message_value(m, user)).collect()
        })
    }

    pub fn set_dms_open(&self, user: Id, open: bool) {
        self.with(|w| w.set_dms_open(user, open));
    }

    /// A person writes to somebody directly.
    pub fn dm_as(&self, user: Id, to: Id, draft: impl Into<Draft>) -> Answer<Id> {
        let draft = draft.into();
        self.with(|w| {
            let channel = w.open_dm(user, to)?;
            w.post(user, channel, draft)
        })
    }

    /// What others have written to a person directly.
    pub fn inbox(&self, user: Id) -> Vec<Value> {
        self.look(|w| {
            let all = w.inbox(user);
            all.into_iter().map(|m| w.message_value(m, user)).collect()
        })
    }

    /// What a person reads in a channel, oldest first.
    pub fn read_as(&self, user: Id, channel: Id) -> Answer<Vec<Value>> {
        self.look(|w| w.read_as(user, channel))
    }

    /// Puts a message there in somebody's name without asking or checking: for
    /// history, and for loads of which only the delivery is measured.
    pub fn place_as(&self, user: Id, channel: Id, draft: impl Into<Draft>) -> Id {
        let draft = draft.into();
        self.with(|w| w.place(channel, Byline::Person(user), draft))
    }
}
