// What every part of the page uses: whose page it is, requests to the emulator, and small helpers.

const query = new URLSearchParams(location.search);
const key = query.get("key") ?? "";

export const page = {
  group: query.has("group"),
  me: Number(query.get("user")) || 0,
  payload: query.get("start"), // of a link that this person has opened
  bot: {},
  clock: null, // {now, stopped, at}
  chat: null, // the newest view of the chat, without its messages
  people: [],
  messages: new Map(), // id -> {view, node}
};

export const $ = (id) => document.getElementById(id);

const moscow = (options) => new Intl.DateTimeFormat("ru-RU", { timeZone: "Europe/Moscow", ...options });
export const hours = moscow({ hour: "2-digit", minute: "2-digit" });
export const seconds = moscow({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const days = moscow({ day: "numeric", month: "long" });
export const longDays = moscow({ weekday: "long", day: "numeric", month: "long" });
export const moments = moscow({ weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

export async function ask(verb, path, body) {
  const kind = body instanceof Blob ? body.type || "application/octet-stream" : "application/json";
  const response = await fetch(`/emulator${path}`, {
    method: verb,
    headers: { "X-Emulator-Key": key, "Content-Type": kind },
    body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({ error: `Ошибка ${response.status}` }));
  if (!response.ok) {
    toast(answer.error);
    throw new Error(answer.error);
  }
  return answer;
}

export const act = (name, body = {}) => ask("POST", `/people/${page.me}/${name}${page.group ? "?group=1" : ""}`, body).catch(() => null);
export const fileUrl = (id, save) => `/emulator/files/${encodeURIComponent(id)}?key=${encodeURIComponent(key)}${save ? "&save=1" : ""}`;
export const streamUrl = () => `/emulator/people/${page.me}/stream?key=${encodeURIComponent(key)}${page.group ? "&group=1" : ""}`;
export const pageUrl = (user, { inGroup = false, payload = "" } = {}) =>
  `/?key=${encodeURIComponent(key)}&user=${user}${inGroup ? "&group=1" : ""}${payload ? `&start=${encodeURIComponent(payload)}` : ""}`;

// --- small helpers ---------------------------------------------------------------------------------------------------

export function make(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export function reveal(node, text) {
  node.textContent = text;
  node.hidden = false;
}

// The page is Russian, the bot speaks the person's language: a screen reader must know which one. English messages
// have Russian names of people and clinics in them, so what most letters are decides.
export function languageOf(...texts) {
  const count = (letters) => (texts.join(" ").match(letters) ?? []).length;
  return count(/[a-z]/gi) > count(/[а-яё]/gi) ? "en" : "ru";
}

// Shows what the bot says, in its language.
export function say(node, text) {
  node.lang = languageOf(text);
  reveal(node, text);
  return node;
}

let toastTimer = 0;
export function toast(text) {
  say($("toast"), text);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 3500);
}

export const now = () => page.clock.now + (page.clock.stopped ? 0 : (performance.now() - page.clock.at) / 1000);
