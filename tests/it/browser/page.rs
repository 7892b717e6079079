//! What a visitor does, and sees happen.

use super::*;

#[test]
fn an_ordinary_message_stands_and_a_vulgar_one_goes() {
    run(ordinary_and_vulgar());
}

async fn ordinary_and_vulgar() {
    let town = Town::monroe().await;
    let browser = Browser::open(&town.url).await;

    browser.say("rosa", "The streetlight on Elm Street is out again.").await;
    browser
        .until("the message stands", "document.querySelector('.log').innerText.includes('streetlight')")
        .await;
    browser
        .until(
            "nothing is found",
            "document.querySelector('#city .outcome')?.innerText.includes('Nothing found')",
        )
        .await;

    browser.say("gremlin", "You asshole, you took my parking spot again").await;
    browser
        .until("it is held", "document.querySelector('#city .outcome')?.innerText.startsWith('Held')")
        .await;
    browser.until("it is gone", "!document.querySelector('.log').innerText.includes('parking spot')").await;
    assert_eq!(browser.text("#city .quote mark").await, "You asshole");
    assert!(browser.text("#city .clause").await.contains("3.7 ¶1"));
    browser
        .until("the troll is told", "document.querySelector('#badge-gremlin')?.innerText.startsWith('1')")
        .await;
    browser.until("there is a card", "document.querySelector('#city .card .embed')").await;
    browser.until("the record is verified", "document.querySelector('.seal.verified')").await;

    let review = town.stage.city.place("mod-log").expect("a review channel").id;
    let general = town.stage.city.place("general").expect("a channel").id;
    browser.click(&format!("button[value='{review}']")).await;
    browser
        .until(
            "the card is in the channel",
            "document.querySelector('.log .embed')?.innerText.includes('asshole')",
        )
        .await;
    browser.click("button[value='inbox-gremlin']").await;
    browser
        .until(
            "the notice is in the inbox",
            "document.querySelector('.log')?.innerText.includes('is down for now')",
        )
        .await;
    browser.until("and is read", "!document.querySelector('#badge-gremlin')").await;

    // Who looked into the staff's channel and somebody's inbox is still oneself.
    browser.click("button[value='inbox-rosa']").await;
    browser.until("one would write as Rosa", "document.querySelector('#as').value === 'rosa'").await;
    browser.click(&format!("button[value='{general}']")).await;
    browser.until("one writes as before", "document.querySelector('#as').value === 'gremlin'").await;

    browser.close().await;
    town.close().await;
}

#[test]
fn everything_a_person_can_do_can_be_done() {
    run(async {
        let town = Town::monroe().await;
        let browser = Browser::open(&town.url).await;
        browser.say("rosa", "The bus shelter needs a new roof").await;
        browser.until("it stands", "document.querySelector('.log').innerText.includes('bus shelter')").await;

        browser.click(".log li:last-child .menu summary").await;
        browser.click(".log li:last-child .menu button[value=reply]").await;
        browser
            .until("an answer is composed", "document.querySelector('.doing')?.innerText.includes('Rosa')")
            .await;
        browser.say("mateo", "De acuerdo").await;
        browser.until("the answer stands", "document.querySelector('.log li:last-child .answers')").await;

        browser.click(".log li:last-child .menu summary").await;
        browser.click(".log li:last-child .menu button[value=edit]").await;
        browser.until("an edit is composed", "document.getElementById('box').value === 'De acuerdo'").await;
        browser
            .client
            .find(fantoccini::Locator::Css("#box"))
            .await
            .unwrap()
            .send_keys(" con Rosa\u{E007}")
            .await
            .unwrap();
        browser
            .until("it is edited", "document.querySelector('.log li:last-child').innerText.includes('con Rosa') && document.querySelector('.log li:last-child .edited')")
            .await;

        browser.click(".log li:last-child .menu summary").await;
        browser.click(".log li:last-child .menu button[value=thread]").await;
        browser.until("a thread is composed", "document.getElementById('title')").await;
        browser
            .client
            .find(fantoccini::Locator::Css("#title"))
            .await
            .unwrap()
            .send_keys("The roof")
            .await
            .unwrap();
        browser.say("rosa", "Let us collect pictures here").await;
        browser
            .until(
                "one is in the thread",
                "document.querySelector('#channel-title').innerText.includes('The roof')",
            )
            .await;

        let general = town.stage.city.places[0].id;
        browser.click(&format!("button.tab[value='{general}']")).await;
        browser.until("back", "document.querySelector('#channel-title').innerText.includes('general')").await;
        browser.click(".log li:last-child .menu summary").await;
        browser.click(".log li:last-child .menu button[value=delete]").await;
        browser.until("it is gone", "document.querySelector('.log li:last-child.gone')?.innerText.includes('Deleted, and not by Gavel')").await;

        let file = tempfile::Builder::new().suffix(".txt").tempfile().expect("a file");
        std::fs::write(file.path(), "leaf pickup, Thursday").expect("written");
        let chooser = browser.client.find(fantoccini::Locator::Css("#file")).await.unwrap();
        chooser.send_keys(&file.path().display().to_string()).await.unwrap();
        browser.say("rosa", "The plan").await;
        browser.until("the file hangs on it", "document.querySelector('.log li:last-child .file')").await;

        // Refreshing loses nothing.
        browser.client.refresh().await.unwrap();
        assert!(browser.text(".log").await.contains("bus shelter"));
        browser.close().await;
        town.close().await;
    });
}

#[test]
fn the_tour_plays_pauses_and_goes_on() {
    run(async {
        let town = Town::monroe().await;
        let browser = Browser::open(&town.url).await;
        browser.click("#tour-buttons button[value=play]").await;
        browser
            .until(
                "the first step",
                "document.querySelector('#tour .count')?.innerText.startsWith('step 1 ')",
            )
            .await;
        browser.click("#tour-buttons button[value=pause]").await;
        browser.until("it is paused", "document.querySelector('#tour-buttons button[value=close]')").await;
        for step in 2..=7 {
            browser.click("#tour-buttons button[value=next]").await;
            let there =
                format!("document.querySelector('#tour .count').innerText.startsWith('step {step} ')");
            browser.until("the next step", &there).await;
        }
        browser
            .until(
                "its clause is told",
                "document.querySelector('#tour .clause').innerText.includes('3.7 ¶1')",
            )
            .await;
        browser
            .until("and it is held", "document.querySelector('#city .outcome')?.innerText.startsWith('Held')")
            .await;
        browser.close().await;
        town.close().await;
    });
}

#[test]
fn starting_over_makes_everything_new() {
    run(async {
        let town = Town::monroe().await;
        let browser = Browser::open(&town.url).await;
        browser.say("rosa", "Something to forget").await;
        browser.until("it stands", "document.querySelector('.log').innerText.includes('to forget')").await;
        browser.click("form[action='/over'] button").await;
        browser
            .until("it is forgotten", "!document.querySelector('.log').innerText.includes('to forget')")
            .await;
        let kept = town.stage.record.as_ref().expect("a record").data.display().to_string();
        assert!(browser.text("#kept").await.contains(&kept), "it says where the record before is kept");
        browser.say("gremlin", "Move your car, asshole").await;
        browser.until("that was said once", "!document.querySelector('#kept p')").await;
        browser
            .until(
                "the new bot judges",
                "document.querySelector('#city .outcome')?.innerText.startsWith('Held')",
            )
            .await;
        assert!(browser.text("#city .case").await.contains("Case 1 "));
        browser.close().await;
        town.close().await;
    });
}

#[test]
fn it_works_without_a_script() {
    run(async {
        let town = Town::monroe().await;
        let http = reqwest::Client::new();
        let form = reqwest::multipart::Form::new()
            .text("place", town.stage.city.places[0].id.to_string())
            .text("compose", "message")
            .text("as", "rosa")
            .text("text", "No script <b>needed</b>");
        let answer = http.post(format!("{}say", town.url)).multipart(form).send().await.unwrap();
        assert_eq!(answer.url().as_str(), town.url, "one is sent back to the page");
        let page = answer.text().await.unwrap();
        assert!(page.contains("No script &lt;b&gt;needed&lt;/b&gt;"), "what was written is text");
        town.close().await;
    });
}

#[test]
fn only_its_own_pages_may_use_it() {
    run(async {
        let town = Town::monroe().await;
        let http = reqwest::Client::new();
        let look = format!("{}look", town.url);
        let from = async |origin: &str| {
            let sent = http
                .post(&look)
                .header("origin", origin)
                .header("content-type", "application/x-www-form-urlencoded");
            sent.body("as=dana").send().await.unwrap().status().as_u16()
        };
        assert_eq!(from("https://evil.example").await, 403);
        assert_eq!(from("null").await, 403);
        assert_eq!(from("http://127.0.0.1:1").await, 403);
        assert_eq!(from(town.url.trim_end_matches('/')).await, 200);
        let rebound = http.get(&town.url).header("host", "evil.example").send().await.unwrap();
        assert_eq!(rebound.status().as_u16(), 403);
        let shown = http.get(&town.url).send().await.unwrap();
        let policy = shown.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        town.close().await;
    });
}

/// The picture in the README. `UPDATE_SCREENSHOT=1` takes it anew.
#[test]
fn the_picture_in_the_readme_can_be_taken() {
    run(async {
        let town = Town::monroe().await;
        let browser = Browser::open(&town.url).await;
        browser.prefer("prefers-reduced-motion", "reduce").await;
        browser.click("#tour-buttons button[value=play]").await;
        browser.until("the tour plays", "document.querySelector('#tour-buttons button[value=pause]')").await;
        browser.click("#tour-buttons button[value=pause]").await;
        browser.until("it is paused", "document.querySelector('#tour-buttons button[value=close]')").await;
        // On to the number that a resident should not have posted.
        for _ in 0..40 {
            if browser.text("#tour").await.contains("A number that proves itself") {
                break;
            }
            let before = browser.text("#tour .count").await;
            browser.click("#tour-buttons button[value=next]").await;
            let there = format!("document.querySelector('#tour .count').innerText !== {before:?}");
            browser.until("the next step", &there).await;
            browser
                .until("all is done", "document.querySelector('.counts div:last-child dd').innerText === '0'")
                .await;
        }
        browser
            .until("it is masked and held", "document.querySelector('#city .quote').innerText.includes('•••-••-4399') && document.querySelector('#city .outcome').innerText.startsWith('Held') && document.querySelector('.seal.verified')")
            .await;
        let picture = browser.screenshot().await;
        assert!(picture.len() < 300_000, "{} bytes are too many for a README", picture.len());
        if std::env::var("UPDATE_SCREENSHOT").is_ok_and(|v| v == "1") {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sandbox.png");
            std::fs::write(path, picture).expect("the picture is written");
        }
        browser.close().await;
        town.close().await;
    });
}
