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
    browser.until("the message stands", "document.querySelector('.log').innerText.includes('streetlight')").await;
    browser
        .until("nothing is found", "document.querySelector('#city .outcome')?.innerText.includes('Nothing found')")
        .await;

    browser.say("gremlin", "You asshole, you took my parking spot again").await;
    browser
        .until("it is held", "document.querySelector('#city .outcome')?.innerText.startsWith('Held')")
        .await;
    browser
        .until("it is gone", "!document.querySelector('.log').innerText.includes('parking spot')")
        .await;
    assert_eq!(browser.text("#city .quote mark").await, "asshole");
    assert!(browser.text("#city .clause").await.contains("3.7 ¶1"));
    browser.until("the troll is told", "document.querySelector('#badge-gremlin')?.innerText.startsWith('1')").await;
    browser.until("there is a card", "document.querySelector('#city .card .embed')").await;
    browser
        .until("the record is verified", "document.querySelector('.seal.verified')")
        .await;

    let review = town.stage.city.place("mod-log").expect("a review channel").id;
    browser.click(&format!("button[value='{review}']")).await;
    browser.until("the card is in the channel", "document.querySelector('.log .embed')?.innerText.includes('asshole')").await;
    browser.click("button[value='inbox-gremlin']").await;
    browser.until("the notice is in the inbox", "document.querySelector('.log')?.innerText.includes('is down for now')").await;
    browser.until("and is read", "!document.querySelector('#badge-gremlin')").await;

    browser.close().await;
    town.close().await;
}
