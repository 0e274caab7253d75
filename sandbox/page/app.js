// The page: which person is chosen, what is known of the bot, and the parts that draw it.

import * as api from "./api.js";
import { createActs } from "./acts.js";
import { createChat } from "./chat.js";
import { createComposer } from "./composer.js";
import * as dialogs from "./dialogs.js";
import { byId, el } from "./dom.js";
import { createHostBar } from "./host.js";
import { createPeopleList } from "./people.js";
import { failed, toast } from "./toasts.js";

const PULSE_MS = 2500;
const TITLE = "Демонстрация бота";

const app = {
  bot: {},
  people: [],
  groups: [],
  chatId: null,

  /** What the list shows: people, then groups in the same shape. */
  entries: () => [...app.people, ...app.groups.map((group) => ({ ...group, first_name: group.title, note: "группа" }))],
  group: () => app.groups.find((group) => group.id === app.chatId),
  person: (id) => app.people.find((person) => person.id === id),
  isGroup: () => app.chatId !== null && app.chatId < 0,
  /** Who acts: the person of a private chat, the chosen sender in a group. */
  actor: () => (app.isGroup() ? Number(byId("sender").value) : app.chatId),
  commands: () => app.bot.commands_for?.[app.chatId] ?? app.bot.commands ?? [],
  openChat: (id) => { location.hash = `chat=${id}`; },
  scrollToEnd: () => chat.scrollToEnd(),
  setOnline: (online) => { byId("offline").hidden = online; },
  chatChanged: () => refreshPeople().catch(() => {}),
  refreshPeople: () => refreshPeople(),
  chatIsGone() {
    toast("Этого человека здесь больше нет");
    location.hash = "";
  },
};

const acts = createActs(app, () => composer);
const composer = createComposer(app, acts);
const chat = createChat(app, acts, composer);
const drawPeople = createPeopleList();
const refreshHost = createHostBar(() => pulse());

async function refreshPeople() {
  const [people, groups] = await Promise.all([api.people(), api.groups()]);
  app.people = people;
  app.groups = groups;
  drawPeople(app.entries(), app.chatId);
  drawSenders();
  if (app.chatId !== null) chat.drawHead();
  const unread = app.entries().reduce((sum, person) => sum + (person.id === app.chatId && !document.hidden ? 0 : person.unread), 0);
  byId("back-badge").textContent = unread > 99 ? "99+" : unread;
  byId("back-badge").hidden = unread === 0;
  byId("back").setAttribute("aria-label", unread ? `К списку людей, непрочитанных: ${unread}` : "К списку людей");
  document.title = `${unread ? `(${unread}) ` : ""}${app.bot.title || app.bot.first_name || TITLE}`;
}

function drawSenders() {
  const select = byId("sender");
  const members = app.people.filter((person) => app.group()?.members.includes(person.id));
  const json = JSON.stringify(members.map((person) => [person.id, person.first_name]));
  if (select.dataset.drawn === json) return;
  select.dataset.drawn = json;
  const { value } = select;
  select.replaceChildren(...members.map((person) => el("option", { value: person.id, text: person.first_name })));
  if (members.some((person) => String(person.id) === value)) select.value = value;
}

const NAMES = ["Полина", "Тимур", "Варвара", "Егор", "Злата", "Мирон", "Ульяна", "Артём", "Стефания", "Захар"];

/** A name for a stranger who was given none. */
function freeName() {
  const taken = new Set(app.people.map((person) => person.first_name));
  return NAMES.find((name) => !taken.has(name)) ?? `Гость ${app.people.length + 1}`;
}

async function refreshBot() {
  app.bot = await api.bot();
}

let pulsing = null;
/** Everything but the open chat: people, the bot's names and commands, the host's clock. One at a time. */
function pulse() {
  pulsing ??= Promise.all([refreshBot().then(refreshPeople), refreshHost()])
    .then(() => app.setOnline(true), () => app.setOnline(false))
    .finally(() => { pulsing = null; });
  return pulsing;
}

function route() {
  const match = /^#chat=(-?\d+)$/.exec(location.hash);
  const next = match ? Number(match[1]) : null;
  if (next === app.chatId) return;
  app.chatId = next;
  document.body.dataset.view = next === null ? "list" : "chat";
  byId("nobody").hidden = next !== null;
  byId("chat-body").hidden = next === null;
  byId("skip").hidden = next === null;
  drawPeople(app.entries(), next);
  if (next === null) {
    chat.close();
    return;
  }
  drawSenders();
  chat.open(next);
  // Somebody made since the last look at the list.
  if (!app.person(next)) app.chatChanged();
  // On a touch screen the focus would open the keyboard over the chat.
  if (matchMedia("(pointer: fine)").matches) composer.focus();
}

byId("new-person").addEventListener("click", async () => {
  const asked = await dialogs.askNewPerson();
  if (!asked) return;
  try {
    const person = await api.addPerson({ first_name: freeName(), ...asked });
    await refreshPeople();
    app.openChat(person.id);
  } catch (error) {
    failed("Не добавлено", error);
  }
});

byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  composer.focus();
});

byId("back").addEventListener("click", (event) => {
  event.preventDefault();
  location.hash = "";
});

document.addEventListener("visibilitychange", () => {
  // A chat nobody looks at is not read.
  if (app.chatId === null) return;
  if (document.hidden) chat.close();
  else chat.resume();
});

window.addEventListener("hashchange", route);

await pulse();
route();
setInterval(pulse, PULSE_MS);
