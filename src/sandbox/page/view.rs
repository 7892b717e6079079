//! What is looked at: which channel, as whom one writes, which message's
//! decision is shown, what is being composed.

use super::scene::Scene;
use crate::sandbox::city::{City, PERSONAS, persona_index};
use crate::sandbox::world::{Id, World};

/// Where one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A channel, a forum, a thread or a post.
    Channel(Id),
    /// What the bot has written to a persona, and the other way round.
    Inbox(usize),
}

impl Place {
    /// As it stands in forms.
    pub fn word(self) -> String {
        match self {
            Place::Channel(id) => id.to_string(),
            Place::Inbox(persona) => format!("inbox-{}", PERSONAS[persona].key),
        }
    }

    pub fn parse(word: &str) -> Option<Place> {
        match word.strip_prefix("inbox-") {
            Some(key) => persona_index(key).map(Place::Inbox),
            None => word.parse().ok().map(Place::Channel),
        }
    }
}

/// What the composer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compose {
    /// A message; in a forum, a post.
    Message,
    Reply(Id),
    Edit(Id),
    Thread(Id),
}

impl Compose {
    /// As it stands in forms.
    pub fn word(self) -> &'static str {
        match self {
            Compose::Message => "message",
            Compose::Reply(_) => "reply",
            Compose::Edit(_) => "edit",
            Compose::Thread(_) => "thread",
        }
    }

    pub fn target(self) -> Option<Id> {
        match self {
            Compose::Message => None,
            Compose::Reply(id) | Compose::Edit(id) | Compose::Thread(id) => Some(id),
        }
    }

    pub fn parse(word: &str, target: Option<Id>) -> Option<Compose> {
        Some(match (word, target) {
            ("message", _) => Compose::Message,
            ("reply", Some(id)) => Compose::Reply(id),
            ("edit", Some(id)) => Compose::Edit(id),
            ("thread", Some(id)) => Compose::Thread(id),
            _ => return None,
        })
    }
}

#[derive(Clone, Debug)]
pub struct View {
    pub place: Place,
    pub persona: usize,
    /// The message whose decision is shown; without one, the newest.
    pub chosen: Option<Id>,
    pub compose: Compose,
    /// Words that were not accepted, given back.
    pub draft: String,
    /// Why they were not.
    pub refused: Option<String>,
    /// Rises with every message that was sent: then the box is emptied.
    pub sent: u64,
    /// Somebody has written something, or played the tour: the page need not
    /// introduce itself any more.
    pub began: bool,
    /// How far each persona has read the inbox.
    pub read: Vec<Id>,
}

impl View {
    pub fn new(city: &City) -> View {
        View {
            place: Place::Channel(city.places.first().map_or(0, |place| place.id)),
            persona: 0,
            chosen: None,
            compose: Compose::Message,
            draft: String::new(),
            refused: None,
            sent: 0,
            began: false,
            read: vec![0; PERSONAS.len()],
        }
    }

    /// Looks elsewhere; what was being composed there stays there.
    pub fn go(&mut self, place: Place) {
        if self.place != place {
            self.place = place;
            self.put_aside();
        }
    }

    /// Ends composing.
    pub fn put_aside(&mut self) {
        self.compose = Compose::Message;
        self.draft.clear();
        self.refused = None;
        self.sent += 1;
    }

    /// Messages of the bot that a persona has not looked at.
    pub fn unread(&self, scene: &Scene, world: &World, persona: usize) -> usize {
        let user = scene.city().user(persona);
        let seen = self.read.get(persona).copied().unwrap_or(0);
        world.inbox(user).iter().filter(|m| m.author() == scene.city().bot && m.id > seen).count()
    }

    /// Whoever looks at an inbox has read it.
    pub fn note_read(&mut self, scene: &Scene, world: &World) {
        if let Place::Inbox(persona) = self.place
            && let Some(last) = world.inbox(scene.city().user(persona)).last()
        {
            self.read[persona] = last.id;
        }
    }
}
