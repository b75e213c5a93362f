// What stands beside the chat: the clock, things to try, faults, and the log of requests.

import { $, act, ask, longDays, make, moments, now, page, seconds, toast } from "./core.js";
import { drawMoments } from "./message.js";

// --- opening and closing ---------------------------------------------------------------------------------------------

const POPUPS = [["open-menu", "menu"], ["open-attach", "attach"], ["open-side", "side"], ["open-calls", "calls"]];
const isOpen = (popup) => (popup === "side" ? $(popup).classList.contains("open") : !$(popup).hidden);

function set(opener, popup, open) {
  if (popup === "side") $(popup).classList.toggle("open", open);
  else $(popup).hidden = !open;
  $(opener).setAttribute("aria-expanded", String(open));
}

export function toggle(opener, popup) {
  const open = !isOpen(popup);
  set(opener, popup, open);
  if (open) setTimeout(() => $(popup).querySelector("button, a, input")?.focus(), 0);
}

export function closePopups() {
  for (const [opener, popup] of POPUPS.slice(0, 2)) set(opener, popup, false);
}

// Escape closes the panel that was opened last and leads back to its button.
function closeTop() {
  const top = POPUPS.find(([, popup]) => isOpen(popup));
  if (!top) return;
  set(...top, false);
  $(top[0]).focus();
}

// In an open menu the arrows go from item to item.
function stepInMenu(event) {
  const items = [...event.currentTarget.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement) + { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (Number.isNaN(at)) return;
  event.preventDefault();
  items.at(at % items.length).focus();
}

// --- requests to Telegram --------------------------------------------------------------------------------------------

const HARMLESS = /message is not modified/; // an alert leaves the screen as it is
let refused = 0;

export function addCalls(calls) {
  const list = $("call-list");
  for (const call of calls) {
    if (!call.ok && !HARMLESS.test(call.description)) refused += 1;
    list.prepend(drawCall(call));
  }
  while (list.children.length > 300) list.lastChild.remove();
  $("refused-count").hidden = refused === 0;
  $("refused-count").textContent = refused;
  $("open-calls").setAttribute("aria-label", refused ? `Запросы к Telegram, отказов: ${refused}` : "Запросы к Telegram");
}

export function forgetCalls() {
  refused = 0;
  $("call-list").replaceChildren();
  addCalls([]);
}

function drawCall(call) {
  const item = make("li", call.ok && !call.fault ? (call.method === "getUpdates" ? "routine" : "") : "bad");
  const more = make("details", "");
  const head = make("summary", "");
  const name = page.people.find((person) => person.id === call.chat)?.first_name ?? call.chat ?? "";
  head.append(make("span", "when", seconds.format(call.at * 1000)), make("strong", "", call.method), make("span", "who", name));
  head.append(make("span", "verdict", call.ok ? call.fault ?? `${call.milliseconds} мс` : String(call.code)));
  more.append(head);
  if (call.description) more.append(make("p", "reason", call.description));
  more.append(make("pre", "", JSON.stringify(call.params, null, 1)));
  item.append(more);
  return item;
}

// --- the clock -------------------------------------------------------------------------------------------------------

export function setClock(state) {
  page.clock = { ...state, at: performance.now() };
  $("stop").textContent = state.stopped ? "Пустить часы" : "Остановить часы";
  tick();
  lookForDue();
}

function tick() {
  if (!page.clock) return;
  const moment = now() * 1000;
  $("time").textContent = $("short-time").textContent = seconds.format(moment);
  $("short-time").textContent = seconds.format(moment).slice(0, 5);
  $("date").textContent = longDays.format(moment);
  document.body.classList.toggle("stopped", page.clock.stopped);
  drawMoments($("messages"));
}

const moveClock = (how) => ask("POST", "/clock", how).catch(() => null);

let dueTimer = 0;
let jumping = false;
export function lookForDue() {
  clearTimeout(dueTimer);
  if (page.bot.knows_due && !jumping) dueTimer = setTimeout(showDue, 300);
}

async function showDue() {
  const { next_due: due } = await ask("GET", "/due").catch(() => ({ next_due: null }));
  if (jumping) return;
  $("due").disabled = due === null;
  $("due-note").textContent = due === null ? "Пока ничего не запланировано" : `Ближайший срок: ${moments.format(due * 1000)}`;
}

async function jump() {
  jumping = true;
  $("due").disabled = true;
  $("due-note").textContent = "Иду к следующему сообщению…";
  const { shown } = await ask("POST", "/due").catch(() => ({ shown: false }));
  jumping = false;
  if (shown) set("open-side", "side", false);
  else toast("Сообщений больше не запланировано");
  lookForDue();
}

// --- things to try ---------------------------------------------------------------------------------------------------

async function showSamples() {
  const samples = await ask("GET", "/samples");
  $("samples-panel").hidden = $("pick-sample").hidden = samples.length === 0;
  $("samples").replaceChildren(...samples.map(drawSample));
}

function drawSample(sample, number) {
  const item = make("li", "");
  item.dataset.testid = "sample";
  const words = make("p", "sample-words");
  words.append(make("strong", "", sample.title), make("span", "note", sample.about));
  const deeds = make("p", "sample-deeds");
  for (const [name, text] of Object.entries(sample.texts)) {
    deeds.append(sampleButton(`Вставить: ${name}`, name, sample, () => insert(text)));
  }
  if (sample.file) deeds.append(sampleButton("Отправить", sample.file, sample, () => act(`sample/${number}`)));
  item.append(words, deeds);
  return item;
}

function sampleButton(label, name, sample, deed) {
  const button = make("button", "preset", label === "Отправить" ? `Отправить ${name}` : name);
  button.setAttribute("aria-label", `${label === "Отправить" ? `Отправить ${name}` : label}, ${sample.title}`);
  button.onclick = () => { set("open-side", "side", false); deed(); };
  return button;
}

function insert(text) {
  if ($("composer").hidden) return toast("Сначала нажмите «Запустить»");
  $("text").value = text;
  $("text").dispatchEvent(new Event("input"));
  return $("text").focus();
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
export function showFaultsSoon() {
  clearTimeout(faultsTimer);
  if ($("faults").children.length) faultsTimer = setTimeout(async () => showFaults(await ask("GET", "/faults")), 200);
}

function showFaults(active) {
  const name = (fault) => FAULTS.find(([, known]) => known.kind === fault.kind)?.[0] ?? fault.kind;
  $("faults").replaceChildren(...active.map((fault) => make("li", "", `${name(fault)}${fault.times === null ? "" : `, осталось ${fault.times}`}`)));
  $("clear-faults").disabled = active.length === 0;
  $("faults-mark").hidden = active.length === 0;
}

async function addFault() {
  const times = $("fault-times").value;
  const [, fault] = FAULTS[Number($("fault").value)];
  showFaults(await ask("POST", "/faults", { ...fault, times: times ? Number(times) : null }));
  showFaultsSoon(); // a call may have used it up before the list was drawn
}

// --- beginning -------------------------------------------------------------------------------------------------------

async function resetAll() {
  $("resetting").showModal();
  localStorage.clear();
  await ask("POST", "/reset").catch(() => null);
  forgetCalls();
  showFaults([]);
  $("resetting").close();
  toast("Показ начат заново");
  lookForDue();
}

function bind() {
  for (const [opener, popup] of POPUPS) $(opener).onclick = (event) => { event.stopPropagation(); toggle(opener, popup); };
  $("close-calls").onclick = () => { set("open-calls", "calls", false); $("open-calls").focus(); };
  $("close-side").onclick = () => { set("open-side", "side", false); $("open-side").focus(); };
  $("menu").onkeydown = $("attach").onkeydown = stepInMenu;
  document.addEventListener("click", (event) => { if (!event.target.closest(".popup")) closePopups(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !document.querySelector("dialog[open]")) closeTop(); });
  $("pick-sample").onclick = () => { closePopups(); set("open-side", "side", true); $("samples").scrollIntoView(); $("samples").querySelector("button").focus(); };
  $("hour").onclick = () => moveClock({ advance: 3600 });
  $("day").onclick = () => moveClock({ advance: 86400 });
  $("stop").onclick = () => moveClock(page.clock.stopped ? { resume: true } : { stop: true });
  $("due").onclick = jump;
  $("block").onchange = () => act($("block").checked ? "block" : "unblock");
  $("fault").replaceChildren(...FAULTS.map(([name], index) => new Option(name, index)));
  $("add-fault").onclick = addFault;
  $("clear-faults").onclick = async () => showFaults(await ask("DELETE", "/faults"));
  $("rate-limits").onchange = () => ask("POST", "/settings", { rate_limits: $("rate-limits").checked });
  $("only-refused").onchange = () => $("calls").classList.toggle("only-bad", $("only-refused").checked);
  $("reset").onclick = () => $("confirm").showModal();
  $("confirm").onclose = () => { if ($("confirm").returnValue === "yes") resetAll(); };
}

export async function beginPanel() {
  bind();
  $("rate-limits").checked = page.bot.rate_limits;
  $("due").hidden = $("due-note").hidden = !page.bot.knows_due;
  await showSamples();
  showFaults(await ask("GET", "/faults"));
  setInterval(tick, 250);
  setInterval(() => document.hidden || lookForDue(), 5000);
}
