//! Attachments: what is uploaded comes back, at addresses that stop working.

use gavel::sandbox::world::Upload;
use serde_json::json;
use serenity::builder::{CreateAttachment, CreateMessage};
use serenity::http::HttpBuilder;

use super::*;

async fn fetch(url: &str) -> (u16, Vec<u8>) {
    let response = reqwest::get(url).await.expect("the file door answers");
    let status = response.status().as_u16();
    (status, response.bytes().await.expect("whole").to_vec())
}

async fn url_of(city: &City, message: Id) -> String {
    let path = format!("/channels/{}/messages/{message}", city.general);
    let read = city.get(&path).await.ok();
    read["attachments"][0]["url"].as_str().expect("an address").to_owned()
}

#[tokio::test]
async fn an_address_works_for_a_day_and_is_renewed_by_reading() {
    let city = City::new().await;
    let photo = Upload::new("pothole photo.png", "image/png", &b"\x89PNG"[..]);
    let message = city.server.attach_as(city.rosa, city.general, "look", vec![photo]).unwrap();
    let url = url_of(&city, message).await;
    assert!(url.contains("/pothole_photo.png?ex="), "{url}");
    assert_eq!(fetch(&url).await, (200, b"\x89PNG".to_vec()));
    assert_eq!(fetch(&url.replace("hm=", "hm=0")).await.0, 403);
    city.server.clock().advance(25 * 3_600_000);
    assert_eq!(fetch(&url).await.0, 403);
    let renewed = url_of(&city, message).await;
    assert_eq!(fetch(&renewed).await.0, 200);
    city.server.delete_as(city.rosa, city.general, message).unwrap();
    assert_eq!(fetch(&renewed).await.0, 404);
    let statuses = city.server.requests().into_iter();
    let files = statuses.filter(|r| r.path.starts_with("/attachments/"));
    let files: Vec<u16> = files.map(|r| r.status).collect();
    assert_eq!(files, [200, 403, 403, 200, 404]);
}

#[tokio::test]
async fn a_forward_keeps_the_file_alive() {
    let city = City::new().await;
    let file = Upload::new("list.txt", "text/plain", "names");
    let message = city.server.attach_as(city.rosa, city.general, "", vec![file]).unwrap();
    let forward = city.server.forward_as(city.rosa, city.general, message, city.general).unwrap();
    let url = url_of(&city, message).await;
    city.server.delete_as(city.rosa, city.general, message).unwrap();
    assert_eq!(fetch(&url).await.0, 200);
    city.server.delete_as(city.rosa, city.general, forward).unwrap();
    assert_eq!(fetch(&url).await.0, 404);
}

#[tokio::test]
async fn serenity_uploads_in_parts() {
    let city = City::new().await;
    let http = HttpBuilder::new(TOKEN).proxy(city.server.rest_url()).ratelimiter_disabled(true).build();
    let message = CreateMessage::new()
        .content("the record")
        .add_file(CreateAttachment::bytes(&b"a,b"[..], "export.csv").description("an export"));
    let posted = ChannelId::new(city.general).send_message(&http, message).await.expect("posted");
    assert_eq!(posted.content, "the record");
    let file = &posted.attachments[0];
    assert_eq!((file.filename.as_str(), file.size), ("export.csv", 3));
    assert_eq!(file.description.as_deref(), Some("an export"));
    assert_eq!(fetch(&file.url).await.1, b"a,b");
    // An edit that names no attachment takes them away.
    let route = message_route(city.general, posted.id.get());
    let edited = city.ask(route, LightMethod::Patch, json!({ "attachments": [] })).await.ok();
    assert_eq!(edited["attachments"], json!([]));
    assert_eq!(fetch(&file.url).await.0, 404);
}
