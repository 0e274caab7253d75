// The input: text, what it answers or edits, files, and the keyboard under it.

import { byId, el, icon } from "./dom.js";
import { fullName } from "./format.js";
import { replyKeyboard } from "./keyboards.js";
import { openMenu } from "./menu.js";
import { summary } from "./message.js";
import { createPanel } from "./panel.js";

export function createComposer(app, acts) {
  const form = byId("composer");
  const input = byId("input");
  const context = byId("composer-context");
  const keyboard = byId("reply-keyboard");
  const toggle = byId("keyboard-toggle");
  const attach = byId("attach");
  const file = byId("file");
  const panel = createPanel(app, acts, input);
  // Unsent texts by chat.
  const drafts = new Map();
  let chat = null;
  let about = null;
  let markup = null;
  let keyboardJson = "";

  byId("send").append(icon("send"));
  attach.append(icon("attach"));
  toggle.append(icon("keyboard"));
  byId("commands").append(icon("menu"), el("span", { text: "Меню", "aria-hidden": "true" }));

  function grow() {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
    byId("send").classList.toggle("ready", input.value.trim() !== "");
  }

  /** Puts a text into the input, ready to be continued. */
  function write(text) {
    input.value = text;
    input.focus();
    input.setSelectionRange(text.length, text.length);
    input.dispatchEvent(new Event("input"));
  }

  /** `kind`: "reply" or "edit". */
  function setContext(kind, message) {
    about = { kind, message };
    const heading = kind === "edit" ? "Изменение сообщения" : `Ответ: ${message.from_bot ? fullName(message.from) : "вам"}`;
    context.replaceChildren(
      icon(kind),
      el("div", { class: "context-text" }, el("b", { text: heading }), el("span", { dir: "auto", text: summary(message) })),
      el("button", { type: "button", class: "icon-button", "aria-label": "Не отвечать и не изменять", on: { click: () => { clearContext(); input.focus(); } } },
        icon("close")));
    context.hidden = false;
    if (kind === "edit") write(message.text);
    else input.focus();
  }

  function clearContext() {
    if (about?.kind === "edit") write("");
    about = null;
    context.hidden = true;
    context.replaceChildren();
  }

  async function submit() {
    const text = input.value.trim();
    if (!text) return;
    const now = about;
    about = null;
    clearContext();
    input.value = "";
    input.dispatchEvent(new Event("input"));
    panel.close();
    if (now?.kind === "edit") return acts.edit(now.message, text);
    const sentFrom = chat;
    const thread = now?.message.message_thread_id;
    const sent = await acts.say(text, now ? { reply_to: now.message.message_id, ...(thread ? { thread } : {}) } : {});
    if (!sent && chat === sentFrom && !input.value) write(text);
    return sent;
  }

  function setReplyKeyboard(next) {
    const json = JSON.stringify(next ?? null);
    if (json === keyboardJson) return;
    keyboardJson = json;
    markup = next;
    const rows = replyKeyboard(next, async (button) => {
      if (markup.one_time_keyboard) showKeyboard(false);
      await acts.pressReply(button);
    });
    keyboard.replaceChildren(...rows);
    toggle.hidden = rows.length === 0;
    input.placeholder = next?.input_field_placeholder || "Сообщение";
    showKeyboard(rows.length > 0);
  }

  function showKeyboard(shown) {
    const hadFocus = keyboard.contains(document.activeElement);
    keyboard.hidden = !shown;
    toggle.setAttribute("aria-expanded", String(shown));
    if (!shown && hadFocus) input.focus();
  }

  function openFor(id) {
    if (chat !== null) drafts.set(chat, about?.kind === "edit" ? "" : input.value);
    about = null;
    clearContext();
    panel.close();
    chat = id;
    input.value = drafts.get(id) ?? "";
    grow();
  }

  function refreshCommands() {
    byId("commands").hidden = app.commands().length === 0;
  }

  function pick(as) {
    file.accept = as === "photo" ? "image/*" : "";
    file.dataset.as = as;
    file.click();
  }

  function takeFiles(given) {
    const files = [...given];
    if (files.length) acts.sendFiles(files, files.every((each) => each.type.startsWith("image/")) ? "photo" : "document");
  }

  attach.addEventListener("click", () => openMenu(attach, [
    { label: "Фото", icon: "photo", run: () => pick("photo") },
    { label: "Документ", icon: "document", run: () => pick("document") },
    ...(app.isGroup() ? [] : [
      { label: "Геопозиция", icon: "pin", run: acts.sendLocation },
      { label: "Контакт", icon: "person", run: acts.sendContact },
    ]),
  ]));
  file.addEventListener("change", () => {
    const chosen = [...file.files];
    if (chosen.length) acts.sendFiles(chosen, file.dataset.as);
    file.value = "";
  });
  input.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    takeFiles(event.clipboardData.files);
  });
  const frame = byId("chat-body");
  frame.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  frame.addEventListener("drop", (event) => {
    event.preventDefault();
    takeFiles(event.dataTransfer.files);
  });
  toggle.addEventListener("click", () => showKeyboard(keyboard.hidden));
  input.addEventListener("input", grow);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && about) {
      clearContext();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });

  return { write, setContext, setReplyKeyboard, openFor, refreshCommands, focus: () => input.focus({ preventScroll: true }) };
}
