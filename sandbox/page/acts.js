// What the chosen person does: says, taps, follows links, forwards, shares. Every refusal is told in a toast.

import * as api from "./api.js";
import { byId } from "./dom.js";
import * as dialogs from "./dialogs.js";
import { renderText } from "./entities.js";
import { inlineSwitchQuery, isInlineSwitch } from "./keyboards.js";
import { meaning } from "./links.js";
import { openMenu } from "./menu.js";
import { failed, toast } from "./toasts.js";

const LONGEST_TEXT = 4096;
const LARGEST_ALBUM = 10;

/** `app`: the page's state; `composer()`: the input, which is made after this. */
export function createActs(app, composer) {
  // Texts leave one after another, in the order they were written.
  let queue = Promise.resolve();

  const extra = () => (app.isGroup() ? { from: app.actor() } : {});

  /** Sends a text as the person of the open chat; resolves to whether it went out. */
  function say(text, more = {}) {
    const chat = app.chatId;
    const sender = extra();
    queue = queue.then(async () => {
      try {
        for (const [index, part] of parts(text).entries()) {
          await api.sendText(chat, part, { ...sender, ...(index ? {} : more) });
        }
        return true;
      } catch (error) {
        failed("Не отправлено", error);
        return false;
      }
    });
    app.scrollToEnd();
    return queue;
  }

  async function attempt(what, work) {
    try {
      await work();
      app.scrollToEnd();
    } catch (error) {
      failed(what, error);
    }
  }

  /** Follows a link of any kind; true: done here, the browser has nothing more to do. */
  function follow({ type, value }) {
    if (type === "command") return say(value), true;
    if (type === "mention") {
      if (value.toLowerCase() === `@${app.bot.username ?? ""}`.toLowerCase()) composer().write(`${value} `);
      return true;
    }
    return open(value);
  }

  function open(address) {
    const place = meaning(address, app.bot.username);
    if (!place) toast("Эта ссылка здесь не открывается");
    else if (place.kind === "start") say(place.payload ? `/start ${place.payload}` : "/start");
    else if (place.kind === "here") toast("Вы уже в чате с этим ботом");
    else if (place.kind === "share") share(place.text);
    else return false;
    return true;
  }

  /** Somebody passes a text on to another person, past the bot: that person reads it and may follow its links. */
  async function share(text) {
    const from = app.person(app.chatId);
    const to = await dialogs.askPerson("Кому отправить?", app.people.filter((person) => person.id !== app.chatId));
    if (to === null) return;
    app.openChat(to);
    const followAndClose = (target) => {
      const done = follow(target);
      if (done) document.querySelector("dialog[open]")?.close();
      return done;
    };
    await dialogs.showReceived(`${from?.first_name ?? "Кто-то"} пишет вам лично`, renderText(text, [], followAndClose));
  }

  async function press(message, button, row, column, node) {
    if (button.url) {
      if (!open(button.url)) window.open(button.url, "_blank", "noopener,noreferrer");
      return;
    }
    if (button.copy_text) return copy(button.copy_text.text);
    if (isInlineSwitch(button)) return composer().write(`@${app.bot.username} ${inlineSwitchQuery(button)}`);
    if (!("callback_data" in button)) return toast("Такие кнопки в демонстрации не работают");
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    try {
      const answer = await api.tap(app.chatId, message.message_id, row, column, extra());
      if (!answer.answered) toast("Бот не ответил на нажатие");
      else if (answer.url && !open(answer.url)) window.open(answer.url, "_blank", "noopener,noreferrer");
    } catch (error) {
      if (error.status === 404) toast("Этой кнопки уже нет: сообщение изменилось");
      else failed("Нажатие не дошло", error);
    } finally {
      node.removeAttribute("aria-busy");
    }
  }

  async function pressReply(button) {
    if (button.request_contact) return sendContact();
    if (button.request_location) return sendLocation();
    if (["request_users", "request_chat", "request_poll", "web_app"].some((kind) => button[kind])) {
      return toast("Такие кнопки в демонстрации не работают");
    }
    await say(button.text);
  }

  async function sendContact() {
    const answer = await dialogs.askContact();
    if (answer) await attempt("Номер не отправлен", () => api.sendContact(app.chatId, answer.phone));
  }

  async function sendLocation() {
    const place = await dialogs.askLocation();
    if (place) await attempt("Геопозиция не отправлена", () => api.sendLocation(app.chatId, place.latitude, place.longitude));
  }

  async function sendFiles(files, as) {
    if (files.length > LARGEST_ALBUM) return toast(`Вместе можно отправить не больше ${LARGEST_ALBUM}`);
    const answer = await dialogs.askCaption(files, as);
    if (answer) await attempt("Не отправлено", () => api.sendFiles(app.chatId, files, as, answer.caption));
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast("Скопировано");
    } catch {
      // Without permission for the clipboard the text is shown, so that it can be copied by hand.
      await dialogs.tell("Скопируйте текст", text);
    }
  }

  async function forward(message) {
    const from = app.chatId;
    const to = await dialogs.askPerson("Кому переслать?", app.people.filter((person) => person.id !== from));
    if (to === null) return;
    await attempt("Не переслано", async () => {
      await api.forwardMessage(to, from, message.message_id);
      app.openChat(to);
    });
  }

  function messageMenu(message, anchor, point) {
    const text = message.text ?? message.caption;
    openMenu(anchor, [
      { label: "Ответить", icon: "reply", run: () => composer().setContext("reply", message) },
      { label: "Переслать", icon: "forward", run: () => forward(message) },
      text && { label: "Скопировать текст", icon: "copy", run: () => copy(text) },
      !message.from_bot && message.text && { label: "Изменить", icon: "edit", run: () => composer().setContext("edit", message) },
    ].filter(Boolean), point);
  }

  function chatMenu(anchor) {
    const blocked = app.person(app.chatId)?.blocked;
    openMenu(anchor, [
      { label: "Отправить /start", icon: "restart", run: () => say("/start") },
      !app.isGroup() && { label: blocked ? "Разблокировать бота" : "Заблокировать бота", icon: "block", danger: !blocked,
        run: () => setBlocked(!blocked) },
    ].filter(Boolean));
  }

  async function setBlocked(blocked) {
    if (blocked && !(await dialogs.confirm("Заблокировать бота?", "Он больше не сможет писать этому человеку.", "Заблокировать"))) return;
    await attempt("Не получилось", async () => {
      await api.setBlocked(app.chatId, blocked);
      await app.refreshPeople();
    });
  }

  const edit = (message, text) => attempt("Не изменено", () => api.editText(app.chatId, message.message_id, text));
  const chooseInline = (resultId, query) =>
    attempt("Не отправлено", () => api.chooseInline(app.actor(), app.chatId, resultId, query));

  byId("chat-menu").addEventListener("click", (event) => chatMenu(event.currentTarget));
  byId("unblock").addEventListener("click", () => setBlocked(false));

  return { say, follow, press, pressReply, sendContact, sendLocation, sendFiles, messageMenu, edit, chooseInline };
}

/** Pieces of at most 4096 characters, as the messenger itself cuts a long text; never within a surrogate pair. */
export function parts(text) {
  const pieces = [];
  let rest = text;
  while (rest.length > LONGEST_TEXT) {
    const last = rest.charCodeAt(LONGEST_TEXT - 1);
    const cut = last >= 0xd800 && last <= 0xdbff ? LONGEST_TEXT - 1 : LONGEST_TEXT;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return [...pieces, rest];
}
