// The chat page: shows one person's chat live and sends that person's actions to the control API.

const query = new URLSearchParams(location.search);
const key = query.get("key") ?? "";
const group = query.has("group");
let me = Number(query.get("user")) || 0;

const $ = (id) => document.getElementById(id);
const messages = new Map(); // id -> {view, node}
const moscow = (options) => new Intl.DateTimeFormat("ru-RU", { timeZone: "Europe/Moscow", ...options });
const hours = moscow({ hour: "2-digit", minute: "2-digit" });
const seconds = moscow({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const days = moscow({ day: "numeric", month: "long" });
const longDays = moscow({ weekday: "long", day: "numeric", month: "long" });
const moments = moscow({ weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

let bot = {};
let clock = null; // {now, stopped, at}
let chat = null; // the newest view of the chat, without its messages
let people = [];
let editing = null;
let keysHidden = false;
let stuckToEnd = true;

// --- talking to the emulator -----------------------------------------------------------------------------------------

async function ask(verb, path, body) {
  const response = await fetch(`/emulator${path}`, {
    method: verb,
    headers: { "X-Emulator-Key": key, ...(body instanceof Blob ? { "Content-Type": body.type || "application/octet-stream" } : { "Content-Type": "application/json" }) },
    body: body === undefined ? undefined : body instanceof Blob ? body : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({ error: `Ошибка ${response.status}` }));
  if (!response.ok) {
    toast(answer.error);
    throw new Error(answer.error);
  }
  return answer;
}

const act = (name, body = {}) => ask("POST", `/people/${me}/${name}${group ? "?group=1" : ""}`, body).catch(() => null);
const fileUrl = (id, save) => `/emulator/files/${encodeURIComponent(id)}?key=${encodeURIComponent(key)}${save ? "&save=1" : ""}`;
const pageUrl = (user, inGroup) => `/?key=${encodeURIComponent(key)}&user=${user}${inGroup ? "&group=1" : ""}`;

function listen() {
  const stream = new EventSource(`/emulator/people/${me}/stream?key=${encodeURIComponent(key)}${group ? "&group=1" : ""}`);
  let first = true;
  stream.onopen = () => { first = true; $("status").classList.remove("lost"); showStatus(); };
  stream.onerror = () => { $("status").classList.add("lost"); $("status").textContent = "соединение потеряно, пробую снова…"; };
  stream.addEventListener("chat", (event) => { onChat(JSON.parse(event.data), first); first = false; });
  stream.addEventListener("clock", (event) => { setClock(JSON.parse(event.data)); lookForDue(); });
  stream.addEventListener("calls", (event) => { addCalls(JSON.parse(event.data)); lookForDue(); showFaultsSoon(); });
  stream.addEventListener("people", (event) => { people = JSON.parse(event.data); showPeople(); });
}

// --- the chat --------------------------------------------------------------------------------------------------------

function onChat(view, first) {
  if (view.fresh) {
    messages.clear();
    $("messages").replaceChildren();
  }
  for (const id of view.deleted) {
    messages.get(id)?.node.remove();
    messages.delete(id);
  }
  for (const message of view.messages) place(message);
  chat = view;
  markDays();
  showState();
  if (first || stuckToEnd || isAtEnd()) toEnd();
  else $("to-end").hidden = false;
  if (!first) for (const press of view.presses) showAnswer(press);
  markSeen();
}

function place(view) {
  const known = messages.get(view.id);
  const node = draw(view);
  if (known) {
    const focused = [...known.node.querySelectorAll("button")].indexOf(document.activeElement);
    known.node.replaceWith(node);
    if (focused >= 0) node.querySelectorAll("button")[focused]?.focus();
  } else {
    node.classList.add("new");
    const after = [...$("messages").children].find((other) => Number(other.dataset.id) > view.id);
    $("messages").insertBefore(node, after ?? null);
  }
  messages.set(view.id, { view, node });
}

function draw(view) {
  const node = $("message-shape").content.firstElementChild.cloneNode(true);
  const part = (name) => node.querySelector(`.${name}`);
  node.dataset.id = view.id;
  node.dataset.testid = view.bot ? "bot-message" : "person-message";
  node.classList.add(view.mine ? "mine" : "theirs");
  if (group && !view.mine) reveal(part("author"), view.author);
  const quoted = view.reply_to && messages.get(view.reply_to)?.view;
  if (quoted) reveal(part("quote"), quoted.text || "вложение");
  drawMedia(part("media"), view);
  part("text").innerHTML = view.html; // made by the emulator from text and entities; every character is escaped
  enliven(part("text"));
  part("text").hidden = !view.text;
  part("edited").hidden = view.edited === null;
  part("pin").hidden = !view.pinned;
  const time = node.querySelector("time");
  time.textContent = hours.format(view.date * 1000);
  time.dateTime = new Date(view.date * 1000).toISOString();
  part("buttons").replaceChildren(...view.buttons.map((row) => drawRow(view, row)));
  const own = part("edit-own");
  own.hidden = !(view.mine && view.kind === "text");
  own.onclick = () => beginEdit(view);
  return node;
}

function reveal(node, text) {
  node.textContent = text;
  node.hidden = false;
}

function make(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function drawRow(view, row) {
  const line = make("div", "button-row");
  for (const button of row) line.append(drawButton(view, button));
  return line;
}

function drawButton(view, button) {
  const node = make("button", "inline", button.text);
  node.dataset.testid = "inline-button";
  if (button.action === "callback_data") {
    node.onclick = () => act("press", { message_id: view.id, data: button.value });
    if (view.spinning?.includes(button.value)) {
      node.classList.add("spinning");
      node.setAttribute("aria-busy", "true");
    }
  } else if (button.action === "url") {
    node.classList.add("outward");
    node.onclick = () => window.open(button.value, "_blank", "noopener");
  } else if (button.action === "copy_text") {
    node.onclick = () => navigator.clipboard.writeText(button.value.text).then(() => toast("Скопировано"));
  }
  return node;
}

const MEDIA = {
  photo(node, view) {
    const link = make("a", "photo");
    Object.assign(link, { href: fileUrl(view.photo.file_id), target: "_blank", rel: "noopener" });
    const image = make("img", "");
    Object.assign(image, { src: fileUrl(view.photo.file_id), alt: view.text || "Фотография", loading: "eager" });
    image.onload = () => { if (stuckToEnd) toEnd(); };
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

function drawFile(node, id, name, size) {
  const card = make("div", "card file");
  const open = make("a", "card-icon file-icon", (name.split(".").pop() || "?").slice(0, 4).toUpperCase());
  Object.assign(open, { href: fileUrl(id), target: "_blank", rel: "noopener", title: "Открыть" });
  open.dataset.testid = "open-file";
  const save = make("a", "link", "Сохранить");
  Object.assign(save, { href: fileUrl(id, true), download: name });
  const words = lines(name, `${size < 1024 ? `${size} Б` : size < 1048576 ? `${(size / 1024).toFixed(1)} КБ` : `${(size / 1048576).toFixed(1)} МБ`}`);
  words.append(save);
  card.append(open, words);
  node.append(card);
}

// Open links in a new tab, send a pressed command, uncover a clicked spoiler.
function enliven(node) {
  for (const link of node.querySelectorAll("a")) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
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
}

function linked(piece, index) {
  if (index % 2 === 0) return document.createTextNode(piece);
  const link = make("a", "", piece);
  if (piece.startsWith("/")) {
    link.href = "#";
    link.onclick = (event) => { event.preventDefault(); act("say", { text: piece }); };
  } else {
    Object.assign(link, { href: piece, target: "_blank", rel: "noopener noreferrer" });
  }
  return link;
}

function markDays() {
  let before = "";
  for (const node of $("messages").children) {
    const moment = messages.get(Number(node.dataset.id)).view.date * 1000;
    const day = days.format(moment);
    const mark = node.querySelector(".day");
    mark.hidden = day === before;
    mark.textContent = day;
    before = day;
  }
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
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

let toastTimer = 0;
function toast(text) {
  reveal($("toast"), text);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 3500);
}

// --- what is around the messages -------------------------------------------------------------------------------------

function showState() {
  const outside = group && !chat.has_bot;
  const silent = outside || (!group && (chat.blocked || !chat.started));
  $("start").hidden = group || chat.started || chat.blocked;
  $("unblock").hidden = group || !chat.blocked;
  $("invite").hidden = !outside;
  $("composer").hidden = silent;
  $("welcome").hidden = group || messages.size > 0;
  $("description").textContent = chat.description || "Нажмите «Запустить», чтобы начать разговор.";
  $("block").checked = chat.blocked;
  showMenu();
  showKeys(silent);
  showStatus();
}

function showStatus() {
  $("status").textContent = group ? "группа" : "бот";
}

function showMenu() {
  $("open-menu").hidden = group || chat.commands.length === 0;
  $("menu").replaceChildren(...chat.commands.map(({ command, description }) => {
    const item = make("button", "");
    item.setAttribute("role", "menuitem");
    item.append(make("span", "", description), make("small", "", `/${command}`));
    item.onclick = () => { closePopups(); act("say", { text: `/${command}` }); };
    return item;
  }));
}

function showKeys(silent) {
  const rows = chat.keyboard?.keyboard ?? [];
  $("toggle-keyboard").hidden = rows.length === 0;
  $("keys").hidden = silent || rows.length === 0 || keysHidden;
  $("text").placeholder = chat.keyboard?.input_field_placeholder || "Сообщение";
  $("keys").replaceChildren(...rows.map((row) => {
    const line = make("div", "button-row");
    for (const item of row) {
      const button = make("button", "key", item.text);
      button.dataset.testid = "key";
      button.onclick = () => pressKey(item);
      line.append(button);
    }
    return line;
  }));
}

function pressKey(item) {
  if (chat.keyboard?.one_time_keyboard) { keysHidden = true; $("keys").hidden = true; }
  if (item.request_contact) return act("contact");
  if (item.request_location) return $("place").showModal();
  return act("say", { text: item.text });
}

function showPeople() {
  const tabs = people.map((person) => tab(person.first_name, pageUrl(person.id), !group && person.id === me, unread(person), person.blocked ? "бот заблокирован" : person.started ? "чат с ботом" : "чат не начат"));
  if (me) tabs.push(tab(bot.group, pageUrl(me, true), group, false, "группа"));
  $("people").replaceChildren(...tabs);
  const mine = people.find((person) => person.id === me);
  $("person-name").textContent = mine?.first_name ?? "Человек";
  $("person-details").textContent = mine ? `id ${mine.id}, язык ${mine.language_code}, ${mine.phone}` : "";
  document.title = `${mine?.first_name ?? ""} — ${bot.first_name}`;
}

function tab(name, url, current, isUnread, note) {
  const item = make("li", "");
  const link = make("a", "person");
  link.href = url;
  link.dataset.testid = "person";
  if (current) link.setAttribute("aria-current", "page");
  const words = make("span", "person-words");
  words.append(make("strong", "", name), make("small", "", note));
  link.append(make("span", `avatar tone-${[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6}`, name[0]), words);
  if (isUnread) link.append(make("span", "dot", ""));
  item.append(link);
  return item;
}

const seenKey = (user) => `seen-${user}`;
const unread = (person) => person.id !== me && person.last_from_bot > Number(localStorage.getItem(seenKey(person.id)) ?? 0);

function markSeen() {
  const newest = [...messages.values()].filter(({ view }) => view.bot).at(-1);
  if (!group) localStorage.setItem(seenKey(me), newest?.view.id ?? 0);
}

// --- writing ---------------------------------------------------------------------------------------------------------

async function send() {
  const text = $("text").value.trim();
  if (!text) return;
  const done = editing ? await act("edit", { message_id: editing, text }) : await act("say", { text });
  if (!done) return;
  endEdit();
  stuckToEnd = true;
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
  const details = new URLSearchParams({ kind, name: file.name, ...(group ? { group: 1 } : {}) });
  await ask("POST", `/people/${me}/file?${details}`, file).catch(() => null);
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

// --- popups, the side and the drawer ---------------------------------------------------------------------------------

const POPUPS = [["open-menu", "menu"], ["open-attach", "attach"], ["open-side", "side"], ["open-calls", "calls"]];

function toggle(opener, popup) {
  const node = $(popup);
  const open = popup === "side" ? node.classList.toggle("open") : !(node.hidden = !node.hidden);
  $(opener).setAttribute("aria-expanded", String(open));
  if (open) node.querySelector("button, a, input")?.focus();
}

function closePopups() {
  for (const [opener, popup] of POPUPS.slice(0, 2)) {
    $(popup).hidden = true;
    $(opener).setAttribute("aria-expanded", "false");
  }
}

let refused = 0;

function addCalls(calls) {
  const list = $("call-list");
  for (const call of calls) {
    if (!call.ok) refused += 1;
    list.prepend(drawCall(call));
  }
  while (list.children.length > 300) list.lastChild.remove();
  $("refused-count").hidden = refused === 0;
  $("refused-count").textContent = refused;
}

function drawCall(call) {
  const item = make("li", call.ok && !call.fault ? (call.method === "getUpdates" ? "routine" : "") : "bad");
  const more = make("details", "");
  const head = make("summary", "");
  const name = people.find((person) => person.id === call.chat)?.first_name ?? call.chat ?? "";
  head.append(make("time", "", seconds.format(call.at * 1000)), make("strong", "", call.method), make("span", "who", name));
  head.append(make("span", "verdict", call.ok ? call.fault ?? `${call.milliseconds} мс` : String(call.code)));
  more.append(head);
  if (call.description) more.append(make("p", "reason", call.description));
  more.append(make("pre", "", JSON.stringify(call.params, null, 1)));
  item.append(more);
  return item;
}

// --- the clock -------------------------------------------------------------------------------------------------------

function setClock(state) {
  clock = { ...state, at: performance.now() };
  $("stop").textContent = state.stopped ? "Пустить часы" : "Остановить часы";
  tick();
}

const now = () => clock.now + (clock.stopped ? 0 : (performance.now() - clock.at) / 1000);

function tick() {
  if (!clock) return;
  $("time").textContent = seconds.format(now() * 1000);
  $("date").textContent = longDays.format(now() * 1000);
  document.body.classList.toggle("stopped", clock.stopped);
}

const moveClock = (how) => ask("POST", "/clock", how).catch(() => null);

let dueTimer = 0;
function lookForDue() {
  clearTimeout(dueTimer);
  if (bot.knows_due) dueTimer = setTimeout(showDue, 300);
}

async function showDue() {
  const { next_due: due } = await ask("GET", "/due").catch(() => ({ next_due: null }));
  $("due").disabled = due === null;
  $("due-note").textContent = due === null ? "Пока ничего не запланировано" : `Следующее: ${moments.format(due * 1000)}`;
}

// --- faults ----------------------------------------------------------------------------------------------------------

const FAULTS = [
  ["Ошибка 500", { kind: "500" }],
  ["Страница 502 вместо ответа", { kind: "502" }],
  ["Слишком часто: 429, ждать 3 с", { kind: "429", retry_after: 3 }],
  ["Пользователь недоступен: 403", { kind: "403" }],
  ["Отказ 400 на правку", { kind: "400", method: "editMessageText", description: "Bad Request: message can't be edited" }],
  ["Обрыв до работы", { kind: "cut_before" }],
  ["Обрыв после работы", { kind: "cut_after" }],
  ["Медленно: 5 секунд", { kind: "slow", seconds: 5 }],
  ["Не отвечает совсем", { kind: "hang" }],
];

let faultsTimer = 0;
function showFaultsSoon() {
  clearTimeout(faultsTimer);
  if ($("faults").children.length) faultsTimer = setTimeout(async () => showFaults(await ask("GET", "/faults")), 200);
}

function showFaults(active) {
  const name = (fault) => FAULTS.find(([, known]) => known.kind === fault.kind)?.[0] ?? fault.kind;
  $("faults").replaceChildren(...active.map((fault) => make("li", "", `${name(fault)}${fault.times === null ? "" : `, осталось ${fault.times}`}`)));
  $("clear-faults").disabled = active.length === 0;
}

async function addFault() {
  const times = $("fault-times").value;
  const [, fault] = FAULTS[Number($("fault").value)];
  showFaults(await ask("POST", "/faults", { ...fault, times: times ? Number(times) : null }));
  showFaultsSoon(); // a call may have used it up before the list was drawn
}

// --- beginning -------------------------------------------------------------------------------------------------------

function bindControls() {
  $("start").onclick = $("unblock").onclick = () => act("start");
  $("invite").onclick = () => act("add_bot");
  $("composer").onsubmit = (event) => { event.preventDefault(); send(); };
  $("text").oninput = grow;
  $("text").onkeydown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    if (event.key === "Escape" && editing) endEdit();
  };
  $("cancel-edit").onclick = endEdit;
  for (const [opener, popup] of POPUPS) $(opener).onclick = (event) => { event.stopPropagation(); toggle(opener, popup); };
  $("close-calls").onclick = () => toggle("open-calls", "calls");
  document.addEventListener("click", (event) => { if (!event.target.closest(".popup")) closePopups(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closePopups(); });
  $("pick-file").onclick = () => { closePopups(); $("file").click(); };
  $("file").onchange = () => { for (const file of $("file").files) sendFile(file); $("file").value = ""; };
  $("pick-place").onclick = () => { closePopups(); $("place").showModal(); };
  $("send-contact").onclick = () => { closePopups(); act("contact"); };
  $("toggle-keyboard").onclick = () => { keysHidden = !keysHidden; showKeys(false); };
  $("feed").onscroll = () => {
    stuckToEnd = isAtEnd();
    if (stuckToEnd) $("to-end").hidden = true;
  };
  $("to-end").onclick = toEnd;
  $("hour").onclick = () => moveClock({ advance: 3600 });
  $("day").onclick = () => moveClock({ advance: 86400 });
  $("stop").onclick = () => moveClock(clock.stopped ? { resume: true } : { stop: true });
  $("due").onclick = () => ask("POST", "/due");
  $("block").onchange = () => act($("block").checked ? "block" : "unblock");
  $("fault").replaceChildren(...FAULTS.map(([name], index) => new Option(name, index)));
  $("add-fault").onclick = addFault;
  $("clear-faults").onclick = async () => showFaults(await ask("DELETE", "/faults"));
  $("rate-limits").onchange = () => ask("POST", "/settings", { rate_limits: $("rate-limits").checked });
  $("only-refused").onchange = () => $("calls").classList.toggle("only-bad", $("only-refused").checked);
  $("reset").onclick = () => $("confirm").showModal();
  $("confirm").onclose = () => { if ($("confirm").returnValue === "yes") ask("POST", "/reset").then(() => { refused = 0; $("call-list").replaceChildren(); addCalls([]); }); };
}

async function begin() {
  bindControls();
  preparePlaces();
  grow();
  bot = await ask("GET", "/bot");
  people = await ask("GET", "/people");
  me ||= people[0]?.id ?? 0;
  $("title").textContent = group ? bot.group : bot.first_name;
  $("avatar").textContent = (group ? bot.group : bot.first_name)[0];
  $("rate-limits").checked = bot.rate_limits;
  $("due").hidden = $("due-note").hidden = !bot.knows_due;
  showPeople();
  showFaults(await ask("GET", "/faults"));
  listen();
  setInterval(tick, 250);
  setInterval(() => document.hidden || lookForDue(), 5000);
}

begin();
