// The chat page: shows one person's chat live and sends that person's actions to the control API.

import { $, act, ask, make, page, pageUrl, say, streamUrl, toast } from "./core.js";
import { draw, markDays } from "./message.js";
import { addCalls, beginPanel, closePopups, lookForDue, setClock, showFaultsSoon } from "./panel.js";

const { messages } = page;
let editing = null;
let keysHidden = false;
let stuckToEnd = true;

function listen() {
  const stream = new EventSource(streamUrl());
  let first = true;
  stream.onopen = () => { first = true; $("status").classList.remove("lost"); showStatus(); };
  stream.onerror = () => { $("status").classList.add("lost"); $("status").textContent = "соединение потеряно, пробую снова…"; };
  stream.addEventListener("chat", (event) => { onChat(JSON.parse(event.data), first); first = false; });
  stream.addEventListener("clock", (event) => setClock(JSON.parse(event.data)));
  stream.addEventListener("calls", (event) => { addCalls(JSON.parse(event.data)); lookForDue(); showFaultsSoon(); });
  stream.addEventListener("people", (event) => { page.people = JSON.parse(event.data); showPeople(); });
}

// --- the chat --------------------------------------------------------------------------------------------------------

function onChat(view, first) {
  if (view.fresh) {
    messages.clear();
    $("messages").replaceChildren();
  }
  const place = placeOfFocus();
  const isOwn = view.messages.some((message) => message.mine && !messages.has(message.id));
  const news = view.messages.filter((message) => message.bot && message.changed !== messages.get(message.id)?.view.changed).at(-1);
  for (const id of view.deleted) {
    messages.get(id)?.node.remove();
    messages.delete(id);
  }
  for (const message of view.messages) put(message);
  page.chat = view;
  markDays();
  showState();
  makeCurrent(news?.id ?? currentId);
  if (place) follow(place, news);
  if (first || stuckToEnd || isOwn || isAtEnd()) toEnd();
  else $("to-end").hidden = false;
  if (!first) for (const press of view.presses) showAnswer(press);
  markSeen();
}

function put(view) {
  const known = messages.get(view.id);
  const node = draw(view, beginEdit);
  if (known) {
    known.node.replaceWith(node);
  } else {
    node.classList.add("new");
    const after = [...$("messages").children].find((other) => Number(other.dataset.id) > view.id);
    $("messages").insertBefore(node, after ?? null);
  }
  messages.set(view.id, { view, node });
  setStops(node, view.id === currentId);
}

const isAtEnd = () => $("feed").scrollHeight - $("feed").scrollTop - $("feed").clientHeight < 80;

function toEnd() {
  $("feed").scrollTop = $("feed").scrollHeight;
  $("to-end").hidden = true;
}

function showAnswer(press) {
  if (press.expired) toast("Бот не ответил на нажатие");
  else if (press.text && press.alert) showAlert(press.text);
  else if (press.text) toast(press.text);
}

function showAlert(text) {
  say($("alert-text"), text);
  if (!$("alert").open) $("alert").showModal();
}

// --- the keyboard ----------------------------------------------------------------------------------------------------

// One message has tab stops, mostly the newest; the arrows lead to the others.
let currentId = 0;

function setStops(node, isCurrent) {
  node.tabIndex = isCurrent ? 0 : -1;
  for (const stop of node.querySelectorAll("a, button, tg-spoiler")) stop.tabIndex = isCurrent ? 0 : -1;
}

function makeCurrent(id) {
  const [before, after] = [messages.get(currentId), messages.get(id) ?? [...messages.values()].at(-1)];
  if (before && before !== after) setStops(before.node, false);
  if (after) setStops(after.node, true);
  currentId = after?.view.id ?? 0;
}

function placeOfFocus() {
  const node = document.activeElement?.closest("#messages > li");
  if (!node) return null;
  return { id: Number(node.dataset.id), stop: stopsOf(node).indexOf(document.activeElement) };
}

const stopsOf = (node) => [...node.querySelectorAll("a, button, tg-spoiler")];

// Where a press had the focus, the answer gets it: a second Enter must not press what now stands in the same place.
function follow(place, news) {
  const same = messages.get(place.id);
  if (!news && same) (stopsOf(same.node)[place.stop] ?? same.node).focus({ preventScroll: true });
  else messages.get(currentId)?.node.focus({ preventScroll: true });
}

function stepThroughMessages(event) {
  const node = document.activeElement.closest("#messages > li");
  const next = { ArrowUp: node?.previousElementSibling, ArrowDown: node?.nextElementSibling, Home: $("messages").firstElementChild, End: $("messages").lastElementChild }[event.key];
  if (!next) return;
  event.preventDefault();
  makeCurrent(Number(next.dataset.id));
  next.focus();
}

function goToNewest(event) {
  event.preventDefault();
  makeCurrent(Math.max(0, ...messages.keys()));
  toEnd();
  (messages.get(currentId)?.node ?? $("start")).focus({ preventScroll: true });
}

// --- what is around the messages -------------------------------------------------------------------------------------

function showState() {
  const { chat, group } = page;
  const outside = group && !chat.has_bot;
  const silent = outside || (!group && (chat.blocked || !chat.started));
  $("start").hidden = group || chat.started || chat.blocked;
  $("unblock").hidden = group || !chat.blocked;
  $("invite").hidden = !outside;
  $("composer").hidden = silent;
  $("welcome").hidden = group || messages.size > 0;
  say($("description"), chat.description || "Нажмите «Запустить», чтобы начать разговор.");
  $("block").checked = chat.blocked;
  showMenu();
  showKeys(silent);
  showStatus();
}

function showStatus() {
  $("status").textContent = page.group ? "группа" : "бот";
}

function showMenu() {
  $("open-menu").hidden = page.group || page.chat.commands.length === 0;
  $("menu").replaceChildren(...page.chat.commands.map(({ command, description }) => {
    const item = make("button", "");
    item.setAttribute("role", "menuitem");
    item.append(say(make("span", ""), description), make("small", "", `/${command}`));
    item.onclick = () => { closePopups(); $("text").focus(); act("say", { text: `/${command}` }); };
    return item;
  }));
}

function showKeys(silent) {
  const { chat } = page;
  const rows = chat.keyboard?.keyboard ?? [];
  $("toggle-keyboard").hidden = rows.length === 0;
  $("keys").hidden = silent || rows.length === 0 || keysHidden;
  $("text").placeholder = chat.keyboard?.input_field_placeholder || "Сообщение";
  $("keys").replaceChildren(...rows.map((row) => {
    const line = make("div", "button-row");
    for (const item of row) {
      const button = say(make("button", "key"), item.text);
      button.dataset.testid = "key";
      button.onclick = () => pressKey(item);
      line.append(button);
    }
    return line;
  }));
}

function pressKey(item) {
  if (page.chat.keyboard?.one_time_keyboard) { keysHidden = true; $("keys").hidden = true; }
  if (item.request_contact) return act("contact");
  if (item.request_location) return $("place").showModal();
  return act("say", { text: item.text });
}

function showPeople() {
  const { bot, group, me, people } = page;
  const tabs = people.map((person) => tab(person.first_name, pageUrl(person.id), !group && person.id === me, unread(person), note(person)));
  if (me) tabs.push(tab(bot.group, pageUrl(me, { inGroup: true }), group, false, "группа"));
  $("people").replaceChildren(...tabs);
  $("one-more").href = pageUrl(Math.max(...people.map((person) => person.id)) + 1);
  const mine = people.find((person) => person.id === me);
  $("person-name").textContent = mine ? [mine.first_name, mine.about].filter(Boolean).join(", ") : "Человек";
  $("person-details").textContent = mine ? `id ${mine.id}, язык ${mine.language_code}, ${mine.phone}` : "";
  document.title = `${mine?.first_name ?? ""} — ${bot.first_name}`;
}

function note(person) {
  if (person.blocked) return "бот заблокирован";
  return person.about || (person.started ? "чат с ботом" : "чат не начат");
}

function tab(name, url, current, isUnread, words) {
  const item = make("li", "");
  const link = make("a", "person");
  link.href = url;
  link.dataset.testid = "person";
  if (current) link.setAttribute("aria-current", "page");
  const label = make("span", "person-words");
  label.append(make("strong", "", name), make("small", "", words));
  const avatar = make("span", `avatar tone-${[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6}`, name[0]);
  avatar.setAttribute("aria-hidden", "true");
  link.append(avatar, label);
  if (isUnread) {
    const dot = make("span", "dot", "");
    dot.setAttribute("role", "img");
    dot.setAttribute("aria-label", "есть новое");
    link.append(dot);
  }
  item.append(link);
  return item;
}

const seenKey = (user) => `seen-${user}`;
const unread = (person) => person.id !== page.me && person.last_from_bot > Number(localStorage.getItem(seenKey(person.id)) ?? 0);

function markSeen() {
  const newest = [...messages.values()].filter(({ view }) => view.bot).at(-1);
  if (!page.group) localStorage.setItem(seenKey(page.me), newest?.view.id ?? 0);
}

// --- writing ---------------------------------------------------------------------------------------------------------

async function send() {
  const text = $("text").value.trim();
  if (!text) return;
  stuckToEnd = true;
  const done = editing ? await act("edit", { message_id: editing, text }) : await act("say", { text });
  if (done) endEdit();
}

function beginEdit(view) {
  editing = view.id;
  $("editing").hidden = false;
  $("text").value = view.text;
  $("text").focus();
  grow();
}

function endEdit() {
  editing = null;
  $("editing").hidden = true;
  $("text").value = "";
  grow();
}

function grow() {
  $("text").style.height = "auto";
  $("text").style.height = `${Math.min($("text").scrollHeight, 160)}px`;
  $("send").disabled = !$("text").value.trim();
}

/* What only calls itself a picture is sent as a file, as the apps do. */
async function isPicture(file) {
  if (!["image/png", "image/jpeg", "image/gif"].includes(file.type)) return false;
  return createImageBitmap(file).then(() => true, () => false);
}

async function sendFile(file) {
  const kind = await isPicture(file) ? "photo" : "document";
  const details = new URLSearchParams({ kind, name: file.name, ...(page.group ? { group: 1 } : {}) });
  await ask("POST", `/people/${page.me}/file?${details}`, file).catch(() => null);
}

const PLACES = [["Арбат, Москва", 55.7494, 37.5912], ["Бутово, Москва", 55.5487, 37.5553], ["Химки", 55.8887, 37.4302], ["Казань, центр", 55.7961, 49.1064]];

function preparePlaces() {
  for (const [name, latitude, longitude] of PLACES) {
    const button = make("button", "preset", name);
    button.onclick = () => sendPlace(latitude, longitude);
    $("places").append(button);
  }
  $("own-place").onsubmit = (event) => {
    event.preventDefault();
    sendPlace(...["latitude", "longitude"].map((name) => Number($(name).value.replace(",", "."))));
  };
}

function sendPlace(latitude, longitude) {
  $("place").close();
  return act("location", { latitude, longitude });
}

// --- beginning -------------------------------------------------------------------------------------------------------

function bindControls() {
  $("start").onclick = $("unblock").onclick = () => act("start").then(() => $("text").focus());
  $("invite").onclick = () => act("add_bot");
  $("composer").onsubmit = (event) => { event.preventDefault(); send(); };
  $("text").oninput = grow;
  $("text").onkeydown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    if (event.key === "Escape" && editing) endEdit();
  };
  $("cancel-edit").onclick = endEdit;
  $("pick-file").onclick = () => { closePopups(); $("file").click(); };
  $("file").onchange = () => { for (const file of $("file").files) sendFile(file); $("file").value = ""; };
  $("pick-place").onclick = () => { closePopups(); $("place").showModal(); };
  $("send-contact").onclick = () => { closePopups(); act("contact"); };
  $("toggle-keyboard").onclick = () => { keysHidden = !keysHidden; showKeys(false); };
  $("feed").onscroll = () => {
    stuckToEnd = isAtEnd();
    if (stuckToEnd) $("to-end").hidden = true;
  };
  $("feed").addEventListener("grown", () => { if (stuckToEnd) toEnd(); });
  $("messages").onkeydown = stepThroughMessages;
  $("skip").onclick = goToNewest;
  $("to-end").onclick = toEnd;
  $("alert").onclose = () => messages.get(currentId)?.node.focus({ preventScroll: true });
}

async function openLink() {
  if (page.payload === null) return;
  history.replaceState(null, "", pageUrl(page.me));
  await act("start", { payload: page.payload });
}

async function begin() {
  bindControls();
  preparePlaces();
  grow();
  page.bot = await ask("GET", "/bot");
  page.people = await ask("GET", "/people");
  page.me ||= page.people[0]?.id ?? 0;
  $("title").textContent = page.group ? page.bot.group : page.bot.first_name;
  $("avatar").textContent = (page.group ? page.bot.group : page.bot.first_name)[0];
  showPeople();
  await beginPanel();
  listen();
  await openLink();
}

begin();
