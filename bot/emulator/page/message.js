// One message: its text, its buttons and what is attached.

import { $, act, days, fileUrl, hours, languageOf, make, moments, now, page, pageUrl, reveal, say, toast } from "./core.js";

export function draw(view, beginEdit) {
  const node = $("message-shape").content.firstElementChild.cloneNode(true);
  const part = (name) => node.querySelector(`.${name}`);
  node.dataset.id = view.id;
  node.dataset.testid = view.bot ? "bot-message" : "person-message";
  node.classList.add(view.mine ? "mine" : "theirs");
  if (page.group && !view.mine) reveal(part("author"), view.author);
  const quoted = view.reply_to && page.messages.get(view.reply_to)?.view;
  if (quoted) say(part("quote"), quoted.text || "вложение");
  drawMedia(part("media"), view);
  part("text").innerHTML = view.html; // made by the emulator from text and entities; every character is escaped
  part("text").lang = part("buttons").lang = languageOf(view.text, ...view.buttons.flat().map((button) => button.text));
  enliven(part("text"));
  part("text").hidden = !view.text;
  part("edited").hidden = view.edited === null;
  part("pin").hidden = !view.pinned;
  part("shield").hidden = !view.protected;
  const time = part("meta").querySelector("time");
  time.textContent = hours.format(view.date * 1000);
  time.dateTime = new Date(view.date * 1000).toISOString();
  part("buttons").replaceChildren(...view.buttons.map((row) => drawRow(view, row)));
  const own = part("edit-own");
  own.hidden = !(view.mine && view.kind === "text");
  own.onclick = () => beginEdit(view);
  return node;
}

// --- buttons ---------------------------------------------------------------------------------------------------------

function drawRow(view, row) {
  const line = make("div", "button-row");
  for (const button of row) line.append(drawButton(view, button));
  return line;
}

function drawButton(view, button) {
  const node = make("button", `inline ${button.style ?? ""}`);
  node.append(make("span", "label", button.text));
  node.dataset.testid = "inline-button";
  if (button.action === "callback_data") {
    node.onclick = () => act("press", { message_id: view.id, data: button.value });
    if (view.spinning?.includes(button.value)) {
      node.classList.add("spinning");
      node.setAttribute("aria-busy", "true");
    }
  } else if (button.action === "url") {
    node.classList.add("outward");
    node.onclick = () => { if (!openInDemo(button.value)) window.open(button.value, "_blank", "noopener"); };
  } else if (button.action === "copy_text") {
    node.classList.add("copies");
    node.onclick = () => copy(button.value.text);
  }
  return node;
}

const copy = (text) => navigator.clipboard.writeText(text).then(() => toast("Скопировано"), () => toast("Браузер не дал скопировать"));

// --- links -----------------------------------------------------------------------------------------------------------

// A link to this bot opens here, as the person who is chosen; so does one that is shared with somebody.
function openInDemo(address) {
  const url = new URL(address);
  if (url.hostname !== "t.me") return false;
  if (url.pathname === "/share/url") return openInDemo(url.searchParams.get("url") ?? "https://t.me/");
  const payload = url.searchParams.get("start");
  if (url.pathname.slice(1) !== page.bot.username || !payload) return false;
  $("openers").replaceChildren(...page.people.map((person) => {
    const link = make("a", "preset", person.id === page.me ? `${person.first_name} (это вы)` : person.first_name);
    link.href = pageUrl(person.id, { payload });
    link.dataset.testid = "opener";
    return link;
  }));
  $("open-as").showModal();
  return true;
}

function lead(link) {
  Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
  link.onclick = (event) => { if (openInDemo(link.href)) event.preventDefault(); };
  return link;
}

// Open links in a new tab, send a pressed command, uncover a clicked spoiler.
function enliven(node) {
  for (const link of node.querySelectorAll("a")) lead(link);
  for (const spoiler of node.querySelectorAll("tg-spoiler")) {
    spoiler.tabIndex = 0;
    spoiler.setAttribute("role", "button");
    spoiler.onclick = () => spoiler.classList.add("open");
    spoiler.onkeydown = (event) => event.key === "Enter" && spoiler.classList.add("open");
  }
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("a, code, pre")) texts.push(walker.currentNode);
  for (const text of texts) text.replaceWith(...text.data.split(/(https?:\/\/\S+[^\s.,;:!?)]|(?<![\w/<])\/[a-z0-9_]{1,32}(?![\w/]))/i).map(linked));
  drawMoments(node);
}

function linked(piece, index) {
  if (index % 2 === 0) return document.createTextNode(piece);
  const link = make("a", "", piece);
  if (piece.startsWith("/")) {
    link.href = "#";
    link.onclick = (event) => { event.preventDefault(); act("say", { text: piece }); };
    return link;
  }
  link.href = piece;
  return lead(link);
}

// --- moments ---------------------------------------------------------------------------------------------------------

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

// A moment with the format "r" is the time that is left or has passed; the apps count it themselves.
export function drawMoments(node) {
  if (!page.clock) return;
  for (const time of node.querySelectorAll("time[data-unix]")) {
    const at = Number(time.dataset.unix);
    time.dateTime = new Date(at * 1000).toISOString();
    time.title = moments.format(at * 1000);
    if (time.dataset.format !== "r") continue;
    const left = Math.round(at - now());
    const [unit, size] = UNITS.find(([, length]) => Math.abs(left) >= length) ?? UNITS.at(-1);
    const words = new Intl.RelativeTimeFormat(time.closest("[lang]").lang).format(Math.round(left / size), unit);
    if (time.textContent !== words) time.textContent = words;
  }
}

export function markDays() {
  let before = "";
  for (const node of $("messages").children) {
    const moment = page.messages.get(Number(node.dataset.id)).view.date * 1000;
    const day = days.format(moment);
    const mark = node.querySelector(".day");
    mark.hidden = day === before;
    mark.textContent = day;
    before = day;
  }
}

// --- attachments -----------------------------------------------------------------------------------------------------

const MEDIA = {
  photo(node, view) {
    const link = make("a", "photo");
    Object.assign(link, { href: fileUrl(view.photo.file_id), target: "_blank", rel: "noopener" });
    const image = make("img", "");
    Object.assign(image, { src: fileUrl(view.photo.file_id), alt: view.text || "Фотография", loading: "eager" });
    image.onload = () => node.dispatchEvent(new CustomEvent("grown", { bubbles: true }));
    link.append(image);
    node.append(link);
  },
  document: (node, view) => drawFile(node, view.document.file_id, view.document.file_name, view.document.file_size),
  voice: (node, view) => drawFile(node, view.voice.file_id, "Голосовое сообщение", view.voice.file_size),
  sticker: (node, view) => node.append(make("span", "sticker", view.sticker.emoji)),
  contact(node, view) {
    const card = make("div", "card");
    card.append(make("span", "card-icon", (view.contact.first_name[0] ?? "?").toUpperCase()));
    card.append(lines(view.contact.first_name, view.contact.phone_number));
    node.append(card);
  },
  location: (node, view) => drawPlace(node, view.location, "Геопозиция"),
  venue: (node, view) => drawPlace(node, view.venue.location, view.venue.title, view.venue.address),
};

function drawMedia(node, view) {
  const drawKind = MEDIA[view.kind];
  node.hidden = !drawKind;
  drawKind?.(node, view);
}

function lines(...texts) {
  const node = make("span", "card-lines");
  texts.forEach((text, index) => node.append(make(index ? "small" : "strong", "", text)));
  return node;
}

function drawPlace(node, point, title, address) {
  const map = make("div", "map");
  map.append(make("span", "map-pin", ""));
  const where = `${point.latitude.toFixed(4)}, ${point.longitude.toFixed(4)}`;
  const card = make("div", "card");
  card.append(address ? lines(title, address, where) : lines(title, where));
  node.append(map, card);
}

const sizeOf = (size) => (size < 1024 ? `${size} Б` : size < 1048576 ? `${(size / 1024).toFixed(1)} КБ` : `${(size / 1048576).toFixed(1)} МБ`);

function drawFile(node, id, name, size) {
  const card = make("div", "card file");
  const open = make("a", "card-icon file-icon", (name.split(".").pop() || "?").slice(0, 4).toUpperCase());
  Object.assign(open, { href: fileUrl(id), target: "_blank", rel: "noopener", title: "Открыть" });
  open.setAttribute("aria-label", `Открыть ${name}`);
  open.dataset.testid = "open-file";
  const save = make("a", "link", "Сохранить");
  Object.assign(save, { href: fileUrl(id, true), download: name });
  const words = lines(name, sizeOf(size));
  words.append(save);
  card.append(open, words);
  node.append(card);
}
