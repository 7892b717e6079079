// Saves reloading, and nothing more: without this script every form works by
// itself. The server makes the whole page; here the new one is laid over the
// old one node by node, so that focus, typing and scrolling stay where they are.
"use strict";

const keyOf = (node) => (node.nodeType === 1 && node.id) || null;

// What people have touched is theirs, until the server says it was sent.
function keeps(old, fresh) {
  return old.dataset.sent !== undefined && old.dataset.sent === fresh.dataset.sent;
}

function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(document.importNode(fresh, true));
    return;
  }
  if (old.nodeType !== 1) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  const kept = keeps(old, fresh);
  for (const { name } of [...old.attributes]) {
    const opened = name === "open" && old.nodeName === "DETAILS";
    if (!fresh.hasAttribute(name) && !opened && name !== "class") old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (!fresh.hasAttribute("class")) old.removeAttribute("class");
  if (kept && old.nodeName !== "SELECT") return;
  if (old.nodeName === "TEXTAREA") {
    old.value = fresh.value;
    return;
  }
  if (old.nodeName === "INPUT") {
    old.value = old.type === "file" ? "" : fresh.value;
    return;
  }
  const chosen = kept ? old.value : null;
  children(old, fresh);
  if (old.nodeName === "SELECT") {
    old.value = chosen ?? fresh.value;
  }
}

function children(old, fresh) {
  const byKey = new Map();
  for (const child of old.childNodes) if (keyOf(child)) byKey.set(keyOf(child), child);
  // Another channel is another list: nothing of the old one carries over.
  const same = old.dataset.of === undefined || old.dataset.of === fresh.dataset.of;
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const key = keyOf(child);
    let match = key ? byKey.get(key) : null;
    if (!match && !key && at && !keyOf(at) && at.nodeName === child.nodeName) match = at;
    if (match) {
      if (match === at) at = at.nextSibling;
      else old.insertBefore(match, at);
      const before = match.previousSibling;
      morph(match, child);
      byKey.delete(key);
      if (!match.isConnected) at = (before ? before.nextSibling : old.firstChild)?.nextSibling ?? null;
    } else {
      const made = document.importNode(child, true);
      if (made.nodeType === 1 && made.matches("li.msg") && same) made.classList.add("fresh");
      old.insertBefore(made, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function lay(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  document.title = fresh.title;
  morph(document.body, fresh.body);
}

// One request at a time; what changes meanwhile is fetched once more after it.
let busy = false;
let again = false;

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      const answer = await fetch("/", { headers: { accept: "text/html" } });
      if (answer.ok) lay(await answer.text());
    } while (again);
  } catch {
    // The stream of changes notices that the server is gone, and says so.
  } finally {
    busy = false;
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  form.closest(".menu")?.removeAttribute("open");
  const body = new FormData(form, event.submitter);
  const plain = form.enctype !== "multipart/form-data";
  const places = form.closest("#places");
  const asksWhy = body.has("message") && form.closest(".log, .heading") !== null && form.action.endsWith("/look");
  const wasBox = document.activeElement && document.activeElement.id === "box";
  try {
    const answer = await fetch(form.action, { method: "POST", body: plain ? new URLSearchParams(body) : body });
    if (!answer.ok) throw new Error(String(answer.status));
    lay(await answer.text());
    if (places?.matches(":popover-open")) places.hidePopover();
    if (asksWhy) showCity();
    if (form.id === "say" || body.has("compose")) document.getElementById(wasBox ? "box" : document.getElementById("title") ? "title" : "box")?.focus();
  } catch {
    lost(true);
  }
});

// Where the City's column is below the channel, whoever asks why is taken there.
function showCity() {
  const city = document.getElementById("city");
  if (city.offsetTop > document.getElementById("main").offsetTop) city.scrollIntoView();
}

// Enter sends, as in every chat; Shift with Enter begins a new line.
document.addEventListener("keydown", (event) => {
  if (event.target.id === "box" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
  if (event.key === "Escape") document.querySelectorAll(".menu[open]").forEach((menu) => menu.removeAttribute("open"));
});

// The server remembers as whom one writes, so that a reload does too.
document.addEventListener("change", (event) => {
  if (event.target.id === "as") {
    fetch("/look", { method: "POST", body: new URLSearchParams({ as: event.target.value }) }).catch(() => lost(true));
  }
});

function lost(is) {
  const banner = document.getElementById("lost");
  if (banner) banner.hidden = !is;
}

const changes = new EventSource("/changes");
changes.addEventListener("open", () => lost(false));
changes.addEventListener("change", refresh);
changes.addEventListener("error", () => lost(true));
