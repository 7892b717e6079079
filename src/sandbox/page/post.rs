//! What people do on the page: saying something, clicking an example, doing
//! something with a message.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::multipart::Field;
use axum::extract::{Form, Multipart, State};
use axum::response::Redirect;

use super::doors::{back, id};
use super::examples::EXAMPLES;
use super::scene::Scene;
use super::view::{Compose, Place};
use super::{Page, locked};
use crate::sandbox::city::{Place as CityPlace, persona_index};
use crate::sandbox::tour::kind_of;
use crate::sandbox::world::{Answer, Draft, Id, Kind, Upload};

/// What the composer sent.
#[derive(Default)]
struct Said {
    who: usize,
    place: Option<Place>,
    compose: Option<Compose>,
    title: String,
    text: String,
    file: Option<Upload>,
}

impl Said {
    async fn read(mut form: Multipart) -> Result<Said, String> {
        let mut said = Said::default();
        let (mut word, mut target) = (String::new(), None);
        let broken = |error: axum::extract::multipart::MultipartError| error.body_text();
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or("").to_owned();
            if name == "file" {
                said.file = upload(field).await.map_err(broken)?;
                continue;
            }
            let value = field.text().await.map_err(broken)?;
            match name.as_str() {
                "as" => said.who = persona_index(&value).unwrap_or(0),
                "place" => said.place = Place::parse(&value),
                "compose" => word = value,
                "target" => target = value.parse().ok(),
                "title" => said.title = value,
                // A form sends line ends as the network does.
                "text" => said.text = value.replace("\r\n", "\n"),
                _ => {}
            }
        }
        said.compose = Compose::parse(&word, target);
        Ok(said)
    }
}

/// The file, if one was chosen: an empty choice is sent without a name.
async fn upload(field: Field<'_>) -> Result<Option<Upload>, axum::extract::multipart::MultipartError> {
    let name = field.file_name().unwrap_or("").to_owned();
    let kind = field.content_type().map(str::to_owned);
    let bytes = field.bytes().await?;
    Ok((!name.is_empty()).then(|| {
        let kind = kind.unwrap_or_else(|| kind_of(&name).to_owned());
        Upload::new(&name, &kind, bytes)
    }))
}

pub async fn say(State(page): State<Arc<Page>>, form: Multipart) -> Redirect {
    let scene = page.scene();
    match Said::read(form).await {
        Ok(said) => {
            let done = done(&scene, &said);
            let mut view = locked(&scene.view);
            if is_public(&scene, &said) {
                view.persona = said.who;
            }
            match done {
                Ok(place) => {
                    if let Some(place) = place {
                        view.go(place);
                    }
                    view.put_aside();
                    view.began = true;
                    view.chosen = None;
                }
                Err(why) => {
                    view.draft = said.text;
                    view.refused = Some(why);
                    view.sent += 1;
                }
            }
        }
        Err(why) => locked(&scene.view).refused = Some(why),
    }
    page.touch();
    back()
}

/// Whether everybody can write there: elsewhere one writes as whoever can, and
/// is oneself again afterwards.
fn is_public(scene: &Scene, said: &Said) -> bool {
    let Some(Place::Channel(id)) = said.place else { return false };
    let above =
        scene.stage.server.look(|w| w.channel(id).filter(|c| c.kind.is_thread()).and_then(|c| c.parent));
    scene.city().place_of(above.unwrap_or(id)).is_some_and(CityPlace::is_public)
}

/// Does it; gives the place to look at then.
fn done(scene: &Scene, said: &Said) -> Result<Option<Place>, String> {
    let server = &scene.stage.server;
    let who = scene.city().user(said.who);
    let words = |answer: Answer<Id>| answer.map_err(|refusal| refusal.to_string());
    let files: Vec<Upload> = said.file.iter().cloned().collect();
    let draft = Draft { files, ..Draft::from(said.text.as_str()) };
    let place = said.place.ok_or("the form does not say where")?;
    let channel = match place {
        Place::Inbox(persona) => {
            words(server.dm_as(scene.city().user(persona), scene.city().bot, draft))?;
            return Ok(Some(place));
        }
        Place::Channel(channel) => channel,
    };
    let forum = server.look(|w| w.channel(channel).is_some_and(|c| c.kind.is_forum()));
    let titled = |what: &str| match said.title.trim() {
        "" => Err(format!("{what} needs a title")),
        title => Ok(title.to_owned()),
    };
    match said.compose.unwrap_or(Compose::Message) {
        Compose::Message if forum => {
            let post = words(server.forum_post_as(who, channel, &titled("a post")?, draft))?;
            return Ok(Some(Place::Channel(post)));
        }
        Compose::Message => words(server.post_as(who, channel, draft))?,
        Compose::Reply(to) => words(server.reply_as(who, channel, to, draft))?,
        Compose::Edit(message) => {
            let author = server.look(|w| w.message(channel, message).map(|m| m.author()));
            let author = author.ok_or("this message is gone")?;
            let edited = server.edit_as(author, channel, message, &said.text);
            edited.map_err(|refusal| refusal.to_string())?;
            message
        }
        Compose::Thread(message) => {
            let thread = words(server.thread_as(who, channel, Some(message), &titled("a thread")?))?;
            if !draft.content.trim().is_empty() || !draft.files.is_empty() {
                words(server.post_as(who, thread, draft))?;
            }
            return Ok(Some(Place::Channel(thread)));
        }
    };
    Ok(None)
}

pub async fn example(State(page): State<Arc<Page>>, Form(fields): Form<HashMap<String, String>>) -> Redirect {
    let scene = page.scene();
    let chosen = fields.get("n").and_then(|n| n.parse::<usize>().ok()).and_then(|n| EXAMPLES.get(n));
    if let Some(example) = chosen {
        let who = persona_index(example.who).unwrap_or(0);
        // An example stands where it means something: in a public channel.
        let here = match locked(&scene.view).place {
            Place::Channel(id) if takes_examples(&scene, id) => id,
            _ => scene.city().places.first().map_or(0, |place| place.id),
        };
        let posted = scene.stage.server.post_as(scene.city().user(who), here, example.text);
        let mut view = locked(&scene.view);
        view.go(Place::Channel(here));
        view.persona = who;
        view.began = true;
        view.chosen = None;
        view.refused = posted.err().map(|refusal| refusal.to_string());
    }
    page.touch();
    back()
}

fn takes_examples(scene: &Scene, channel: Id) -> bool {
    let public = |id| scene.city().place_of(id).is_some_and(|place| place.is_public());
    scene.stage.server.look(|w| {
        let Some(found) = w.channel(channel) else { return false };
        let parent = found.parent.filter(|_| found.kind.is_thread()).unwrap_or(channel);
        public(parent) && found.kind.holds_messages() && found.kind != Kind::Category
    })
}

/// Deletes a message, or passes it on.
pub async fn with_message(
    State(page): State<Arc<Page>>,
    Form(fields): Form<HashMap<String, String>>,
) -> Redirect {
    let scene = page.scene();
    let server = &scene.stage.server;
    let (Some(channel), Some(message)) = (id(&fields, "channel"), id(&fields, "message")) else {
        return back();
    };
    let who = fields.get("as").and_then(|key| persona_index(key)).unwrap_or(0);
    let done = match fields.get("do").map(String::as_str) {
        Some("delete") => server.delete_as(scene.city().user(who), channel, message),
        Some("forward") => {
            let to = id(&fields, "to").unwrap_or(channel);
            let forwarded = server.forward_as(scene.city().user(who), channel, message, to);
            if forwarded.is_ok() {
                let mut view = locked(&scene.view);
                view.go(Place::Channel(to));
                view.chosen = None;
            }
            forwarded.map(|_| ())
        }
        _ => Ok(()),
    };
    locked(&scene.view).refused = done.err().map(|refusal| refusal.to_string());
    page.touch();
    back()
}
