//! What one page is made from, and what people and places are called on it.

use jiff::Timestamp;

use super::book::Book;
use super::markup::Names;
use super::scene::{Known, Scene};
use super::view::{Place, View};
use crate::sandbox::city::PERSONAS;
use crate::sandbox::world::{Id, Message, World};

/// Everything one page is made from, looked at in one moment.
pub struct Sight<'a> {
    pub scene: &'a Scene,
    pub world: &'a World,
    pub book: &'a Book,
    pub view: &'a View,
}

impl<'a> Sight<'a> {
    pub fn names(&self) -> Known<'a> {
        Known { world: self.world, city: &self.scene.stage.city, zone: &self.scene.zone }
    }

    /// What one is looking at.
    pub fn title(&self) -> String {
        match self.view.place {
            Place::Channel(id) => self.called(id),
            Place::Inbox(persona) => format!("Inbox of {}", PERSONAS[persona].name),
        }
    }

    pub fn channel_name(&self, id: Id) -> String {
        self.world.channel(id).map_or("a channel that is gone".to_owned(), |c| c.name.clone())
    }

    /// What people call a place: a channel by its sign, a thread by its title.
    pub fn called(&self, id: Id) -> String {
        let name = self.channel_name(id);
        if self.parent(id) == id { format!("#{name}") } else { name }
    }

    /// The name over a message.
    pub fn author(&self, message: &Message) -> String {
        match &message.by {
            crate::sandbox::world::Byline::Webhook { name, .. } => name.clone(),
            other => self.nickname(other.id()).unwrap_or_else(|| self.person(other.id())),
        }
    }

    /// The name that a member goes by in the server, where it is another one.
    fn nickname(&self, id: Id) -> Option<String> {
        let guild = self.world.guild(self.scene.city().guild)?;
        guild.members.get(&id)?.nick.clone()
    }

    pub fn person(&self, id: Id) -> String {
        self.names()
            .user(id)
            .or_else(|| Some(self.world.webhook(id)?.name.clone()))
            .unwrap_or("somebody".to_owned())
    }

    /// A time of day, where the city is.
    pub fn clock(&self, ms: i64) -> String {
        let at = Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(self.scene.zone.clone());
        at.strftime("%-I:%M %p").to_string()
    }

    /// The channel that a thread or post belongs to; itself, otherwise.
    pub fn parent(&self, id: Id) -> Id {
        match self.world.channel(id) {
            Some(channel) if channel.kind.is_thread() => channel.parent.unwrap_or(id),
            _ => id,
        }
    }
}
