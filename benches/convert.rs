//! What it costs to understand a frame. For an ordinary message of 1 KB the
//! aim is 1.5 µs in the `dist` profile on a quiet machine: it is paid for
//! every message of the city, also for those nobody will ever look at again.
//! `floor` is what it costs to skip over such a frame without reading it.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use gavel::discord::convert::{Conversion, Converter};
use gavel::domain::id::GuildId;

fn main() {
    divan::main();
}

/// A message as Discord sends it, of about a kilobyte.
fn frame(content: &str, embeds: &str) -> String {
    format!(
        r#"{{"t":"MESSAGE_CREATE","s":42,"op":0,"d":{{"type":0,"tts":false,"timestamp":"2026-11-21T06:50:14.123000+00:00","pinned":false,"nonce":"1441292323232874496","mentions":[],"mention_roles":[],"mention_everyone":false,"member":{{"roles":["1100000000000000301","1100000000000000302"],"premium_since":null,"pending":false,"nick":null,"mute":false,"joined_at":"2026-01-05T09:00:00.000000+00:00","flags":0,"deaf":false,"communication_disabled_until":null,"banner":null,"avatar":null}},"id":"1441292345678901234","flags":0,"embeds":{embeds},"edited_timestamp":null,"content":"{content}","components":[],"channel_type":0,"channel_id":"1100000000000000201","author":{{"username":"rosa","public_flags":0,"primary_guild":null,"id":"1100000000000000701","global_name":"Rosa","display_name_styles":null,"discriminator":"0","collectibles":null,"clan":null,"avatar_decoration_data":null,"avatar":"8342729096ea3675442027381ff50dfe"}},"attachments":[],"guild_id":"1100000000000000100"}}}}"#
    )
}

fn run(bencher: Bencher, raw: String) {
    let mut converter = Converter::new(GuildId::new(1_100_000_000_000_000_100));
    // What comes out is dropped at once, as it is soon after in the bot; kept
    // until the end of a sample it would measure the allocator's page faults.
    bencher
        .counter(BytesCount::of_str(&raw))
        .bench_local(|| matches!(black_box(converter.convert(black_box(&raw))), Conversion::Ours(_)));
}

#[divan::bench]
fn ordinary_message(bencher: Bencher) {
    run(bencher, frame("When does the library on Church Street open on the Friday after the holiday?", "[]"));
}

#[divan::bench]
fn long_message(bencher: Bencher) {
    run(bencher, frame(&"When does the library open? ".repeat(140), "[]"));
}

#[divan::bench]
fn message_with_an_unfurled_link(bencher: Bencher) {
    let embeds = r#"[{"type":"article","url":"https://news.example/library","title":"Library to open on Friday","description":"The library on Church Street will be open on the Friday after the holiday, the city says.","provider":{"name":"Monroe News","url":"https://news.example"},"thumbnail":{"url":"https://news.example/library.jpg","proxy_url":"https://images-ext-1.discordapp.net/external/x/https/news.example/library.jpg","width":1200,"height":630}}]"#;
    run(bencher, frame("https://news.example/library", embeds));
}

#[divan::bench]
fn half_a_frame(bencher: Bencher) {
    let raw = frame("When does the library open?", "[]");
    run(bencher, raw[..raw.len() - 40].to_owned());
}

#[divan::bench]
fn floor(bencher: Bencher) {
    let raw = frame("When does the library on Church Street open on the Friday after the holiday?", "[]");
    bencher
        .counter(BytesCount::of_str(&raw))
        .bench_local(|| serde_json::from_str::<serde::de::IgnoredAny>(black_box(&raw)).is_ok());
}
