// The open chat: follows it by long poll and keeps the messages on the screen in step.

import * as api from "./api.js";
import { byId, el, icon } from "./dom.js";
import * as dialogs from "./dialogs.js";
import { colourOf, day, dayKey, fullName, initials } from "./format.js";
import { renderMessage } from "./message.js";
import { toast } from "./toasts.js";

const NEAR_END_PX = 90;
const TYPING_MS = 5500;
const BOT_COLOUR = 4;
const RETRY_MS = [300, 700, 1500, 2500];
// A message later than this, or from somebody else, begins a new group of bubbles.
const GROUP_SECONDS = 300;

const pause = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
});

export function createChat(app, acts, composer) {
  const log = byId("log");
  const scroll = byId("log-scroll");
  const start = byId("log-start");
  const toEnd = byId("to-end");
  const typing = byId("typing");
  const subtitle = byId("chat-subtitle");
  // Drawn nodes by key: `{json, node}`.
  let drawn = new Map();
  let stop = null;
  let topics = new Map();
  let missed = 0;
  let lastId = 0;
  // Whether the end of the log stays in sight when something grows.
  let stick = true;
  let lastTop = 0;
  let isTyping = false;
  let typingTimer = null;
  let toastsSeen = new Set();

  byId("back").prepend(icon("back"));
  byId("chat-menu").append(icon("more"));
  toEnd.append(icon("down"), el("span", { class: "badge", hidden: true }));

  const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;

  function scrollToEnd(smooth = false) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scroll.scrollTo({ top: scroll.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    stick = true;
    setMissed(0);
  }

  function setMissed(count) {
    missed = count;
    const badge = toEnd.querySelector(".badge");
    badge.hidden = count === 0;
    badge.textContent = count;
    toEnd.setAttribute("aria-label", count ? `К последним сообщениям, новых: ${count}` : "К последним сообщениям");
  }

  function open(id) {
    close();
    stop = new AbortController();
    drawn = new Map();
    log.replaceChildren();
    log.setAttribute("aria-live", "off");
    byId("toasts").replaceChildren();
    start.hidden = true;
    lastId = 0;
    stick = true;
    setTyping(false);
    composer.openFor(id);
    composer.setReplyKeyboard(null);
    drawHead();
    resume();
  }

  function close() {
    stop?.abort();
    stop = null;
  }

  /** Follows the chat until it is closed or another one is opened. */
  async function resume() {
    stop?.abort();
    stop = new AbortController();
    const { signal } = stop;
    const id = app.chatId;
    let version = null;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const state = await api.chat(id, version, signal);
        if (signal.aborted) return;
        app.setOnline(true);
        apply(state, version === null);
        failures = 0;
        version = state.version;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof api.ApiError)) throw error;
        if (error.status === 404) return app.chatIsGone(id);
        app.setOnline(false);
        // After a restart the server may count anew: ask for everything.
        version = null;
        await pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)], signal);
      }
    }
  }

  function apply(state, isFirst) {
    const before = lastId;
    topics = new Map((state.topics ?? []).map((topic) => [topic.message_thread_id, topic.name]));
    draw(state.messages);
    setTyping(state.typing);
    composer.setReplyKeyboard(state.reply_keyboard);
    start.hidden = state.messages.length > 0;
    if (!start.hidden) drawStart();
    showToasts(state.toasts ?? [], isFirst);
    const fresh = state.messages.filter((message) => message.message_id > before);
    const newest = fresh.at(-1);
    if (stick || (newest && !newest.from_bot)) scrollToEnd(before > 0);
    else setMissed(missed + fresh.length);
    toEnd.hidden = stick;
    if (newest) {
      lastId = newest.message_id;
      if (before && newest.from_bot && newest.reply_markup?.force_reply) composer.setContext("reply", newest);
      app.chatChanged();
    }
    // What was here before is not read aloud, what comes is.
    requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
  }

  function draw(messages) {
    const context = {
      username: app.bot.username,
      isGroup: app.isGroup(),
      topic: (thread) => topics.get(thread) ?? "без названия",
      onLink: acts.follow,
      onPress: acts.press,
      onMenu: acts.messageMenu,
      onPhoto: dialogs.showPhoto,
      onShowMessage: showMessage,
    };
    const rows = [];
    messages.forEach((message, index) => {
      const previous = messages[index - 1];
      const newDay = !previous || dayKey(previous.date) !== dayKey(message.date);
      if (newDay) {
        const label = day(message.date);
        rows.push({ key: `day ${dayKey(message.date)}`, json: label, make: () => el("p", { class: "service day" }, el("span", { text: label })) });
      }
      rows.push({ key: message.message_id, json: JSON.stringify([message, context.username]), make: () => renderMessage(message, context),
        first: newDay || !sameGroup(previous, message), last: !sameGroup(message, messages[index + 1]) });
    });
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, { node }] of drawn) {
      if (keys.has(key)) continue;
      if (node.contains(document.activeElement)) composer.focus();
      node.remove();
      drawn.delete(key);
    }
    rows.forEach((row, index) => {
      let known = drawn.get(row.key);
      if (known?.json !== row.json) {
        const node = row.make();
        if (known) replaceKeepingFocus(known.node, node);
        else if (lastId) node.classList.add("arriving");
        known = { json: row.json, node };
        drawn.set(row.key, known);
      }
      if (log.children[index] !== known.node) log.insertBefore(known.node, log.children[index] ?? null);
      known.node.classList.toggle("first", Boolean(row.first));
      known.node.classList.toggle("last", Boolean(row.last));
    });
  }

  const sameGroup = (one, other) =>
    Boolean(one && other) && one.from_bot === other.from_bot && one.from?.id === other.from?.id &&
    Math.abs(other.date - one.date) < GROUP_SECONDS && dayKey(one.date) === dayKey(other.date);

  /** A menu that is edited in place keeps the keyboard user at the same place in it. */
  function replaceKeepingFocus(old, next) {
    const active = document.activeElement;
    const had = old.contains(active) ? active : null;
    old.replaceWith(next);
    if (!had) return;
    const place = had.dataset.place;
    const target = (place && next.querySelector(`[data-place="${place}"]`)) || next.querySelector(".key") || next.querySelector(".more");
    if (target) target.focus({ preventScroll: true });
    else composer.focus();
  }

  function showMessage(id) {
    const node = drawn.get(id)?.node;
    if (!node) return toast("Это сообщение не показывается: оно слишком давнее");
    node.scrollIntoView({ block: "center" });
    node.classList.add("found");
    setTimeout(() => node.classList.remove("found"), 1500);
  }

  function setTyping(value) {
    isTyping = Boolean(value);
    // It ends by itself, and the server says nothing then.
    clearTimeout(typingTimer);
    if (isTyping) typingTimer = setTimeout(() => setTyping(false), TYPING_MS);
    typing.hidden = !isTyping;
    if (isTyping && stick) scrollToEnd();
    drawSubtitle();
  }

  function drawHead() {
    const name = app.isGroup() ? app.group()?.title ?? "Группа" : fullName(app.bot);
    byId("chat-title").textContent = name;
    const avatar = byId("chat-avatar");
    avatar.textContent = initials(name);
    avatar.className = `avatar colour-${app.isGroup() ? colourOf(app.chatId) : BOT_COLOUR}`;
    drawSubtitle();
    const blocked = Boolean(app.person(app.chatId)?.blocked);
    byId("composer-blocked").hidden = !blocked;
    byId("composer-frame").hidden = blocked;
    byId("composer-sender").hidden = !app.isGroup();
    composer.refreshCommands();
  }

  function drawSubtitle() {
    const person = app.person(app.chatId);
    const who = person ? `вы — ${[person.first_name, person.note].filter(Boolean).join(", ")}` : "";
    const text = isTyping ? "печатает…" : app.isGroup() ? "группа" : who;
    if (subtitle.textContent !== text) subtitle.textContent = text;
    subtitle.classList.toggle("busy", isTyping);
  }

  function drawStart() {
    if (app.isGroup()) {
      start.replaceChildren(el("p", { class: "start-text", text: "Сообщений пока нет" }));
      return;
    }
    if (byId("launch")) return;
    start.replaceChildren(
      el("p", { class: "start-text", text: "Здесь пока пусто. Нажмите «Запустить», и бот поздоровается." }),
      el("button", { type: "button", class: "button", id: "launch", on: { click: () => acts.say("/start") } }, "Запустить"));
  }

  function showToasts(toasts, isFirst) {
    for (const given of toasts) {
      if (!isFirst && !toastsSeen.has(given.id) && given.text) {
        if (given.alert) dialogs.tell(fullName(app.bot), given.text);
        else toast(given.text);
      }
    }
    toastsSeen = new Set(toasts.map((given) => given.id));
  }

  toEnd.addEventListener("click", () => { scrollToEnd(true); composer.focus(); });
  scroll.addEventListener("scroll", () => {
    // Only a person scrolls up; a smooth scroll on its way down is still on its way to the end.
    if (atEnd()) stick = true;
    else if (scroll.scrollTop < lastTop) stick = false;
    lastTop = scroll.scrollTop;
    toEnd.hidden = stick;
    if (stick && missed) setMissed(0);
  }, { passive: true });
  // The log shrinks when a keyboard opens below and grows with its messages: its end stays in sight.
  const keepEnd = new ResizeObserver(() => { if (stick) scrollToEnd(); });
  keepEnd.observe(scroll);
  keepEnd.observe(log);
  setMissed(0);

  return { open, close, resume, drawHead, scrollToEnd };
}
