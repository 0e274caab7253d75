// One message → one node. Everything a message can carry is drawn here; what a tap does is decided by the caller.

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { isPicturesOnly, renderText } from "./entities.js";
import { colourOf, coordinates, fileSize, fullName, time } from "./format.js";
import { inlineKeyboard } from "./keyboards.js";

/**
 * `context`: `{username, isGroup, topic(thread), onLink, onPress(message, button, row, column, node), onMenu(message, anchor, point),
 * onPhoto(fileId, description), onShowMessage(id)}`.
 */
export function renderMessage(message, context) {
  const own = !message.from_bot;
  const sender = own ? (context.isGroup ? fullName(message.from) : "Вы") : "Бот";
  const service = serviceText(message);
  if (service) return el("p", { class: "service", data: { messageId: message.message_id } }, el("span", { text: service }));

  const body = message.deleted ? [el("p", { class: "removed", text: "Сообщение удалено" })] : content(message, context);
  const bubble = el("div", { class: "bubble" },
    el("span", { class: "visually-hidden", text: `${sender}:` }),
    context.isGroup && own ? el("bdi", { class: `sender ink-${colourOf(message.from?.id)}`, text: sender }) : null,
    body,
    footer(message, own));
  if (!message.deleted) bubble.append(moreButton(message, context));
  const keys = message.deleted ? null
    : inlineKeyboard(message.reply_markup, context.username, (...place) => context.onPress(message, ...place));
  const node = el("article", {
    class: ["message", own ? "own" : "theirs", message.deleted && "deleted", isBare(message) && "bare"].filter(Boolean).join(" "),
    data: { messageId: message.message_id },
    "aria-label": `${sender}, ${time(message.date)}`,
  }, el("div", { class: "stack" }, bubble, keys));
  if (!message.deleted) {
    bubble.addEventListener("contextmenu", (event) => {
      // Selected text and links keep the browser's own menu.
      if (event.target.closest("a") || !getSelection().isCollapsed) return;
      event.preventDefault();
      context.onMenu(message, bubble.querySelector(".more"), { x: event.clientX, y: event.clientY });
    });
  }
  return node;
}

// The longest side of a picture in a bubble.
const PHOTO_REM = 24;

/** What a message says in a few words: for a reply's heading and for the list. */
export function summary(message) {
  const text = message.text ?? message.caption;
  if (text) return text.length > 120 ? `${text.slice(0, 120)}…` : text;
  const kinds = [["photo", "Фотография"], ["document", "Документ"], ["venue", "Место"], ["location", "Геопозиция"],
    ["contact", "Контакт"], ["sticker", "Стикер"], ["voice", "Голосовое сообщение"], ["video", "Видео"], ["poll", "Опрос"]];
  return kinds.find(([kind]) => message[kind])?.[1] ?? "Сообщение";
}

function moreButton(message, context) {
  const button = el("button", { type: "button", class: "more", "aria-label": "Действия с сообщением", "aria-haspopup": "menu",
    "aria-expanded": "false" }, icon("down"));
  button.addEventListener("click", () => context.onMenu(message, button, null));
  return button;
}

function footer(message, own) {
  return el("span", { class: "meta" },
    message.edit_date && !message.deleted ? el("span", { class: "edited", text: "изменено" }) : null,
    el("time", { datetime: new Date(message.date * 1000).toISOString(), text: time(message.date) }),
    own ? icon("checks") : null);
}

const isBare = (message) =>
  !message.deleted && (Boolean(message.sticker) || (Boolean(message.text) && !message.reply_to_message && isPicturesOnly(message.text)));

function content(message, context) {
  const { onLink } = context;
  return [
    message.is_topic_message ? el("p", { class: "note", dir: "auto", text: `Тема: ${context.topic(message.message_thread_id)}` }) : null,
    forwardedFrom(message),
    message.via_bot ? el("p", { class: "note", text: `через @${message.via_bot.username ?? "бота"}` }) : null,
    repliedTo(message, context),
    ...attachments(message, context),
    message.text ? el("div", { class: "text", dir: "auto" }, renderText(message.text, message.entities, onLink)) : null,
    message.caption ? el("div", { class: "text", dir: "auto" }, renderText(message.caption, message.caption_entities, onLink)) : null,
  ];
}

function forwardedFrom({ forward_origin: origin }) {
  if (!origin) return null;
  const name = origin.sender_user ? fullName(origin.sender_user)
    : origin.sender_user_name ?? origin.sender_chat?.title ?? origin.chat?.title ?? "неизвестно кого";
  return el("p", { class: "note" }, "Переслано от ", el("bdi", { text: name }));
}

function repliedTo({ reply_to_message: original, quote }, context) {
  if (!original || original.forum_topic_created) return null;
  return el("button", { type: "button", class: "quote-of", "aria-label": `Ответ на: ${summary(original)}`,
    on: { click: () => context.onShowMessage(original.message_id) } },
    el("bdi", { class: "quote-of-name", text: fullName(original.from) }),
    el("span", { class: "quote-of-text", dir: "auto", text: quote?.text ?? summary(original) }));
}

function attachments(message, context) {
  const nodes = [];
  if (message.photo?.length) nodes.push(photo(message, context));
  if (message.sticker) nodes.push(sticker(message.sticker));
  if (message.venue) nodes.push(place(message.venue.location, message.venue.title, message.venue.address));
  else if (message.location) nodes.push(place(message.location, "Геопозиция"));
  if (message.contact) nodes.push(contact(message.contact));
  if (message.animation) nodes.push(player("video", message.animation));
  else if (message.document) nodes.push(file(message.document, message.document.file_name));
  if (message.video) nodes.push(player("video", message.video));
  if (message.video_note) nodes.push(player("video", message.video_note));
  if (message.voice) nodes.push(player("audio", message.voice));
  if (message.audio) nodes.push(player("audio", message.audio));
  if (message.poll) nodes.push(poll(message.poll));
  if (message.dice) nodes.push(el("p", { class: "sticker-text", text: `${message.dice.emoji} ${message.dice.value}` }));
  if (!nodes.length && !message.text && !message.caption) {
    nodes.push(el("p", { class: "removed", text: "Сообщение этого вида здесь не показывается" }));
  }
  return nodes;
}

function photo(message, context) {
  const largest = message.photo.reduce((best, size) => (size.width > best.width ? size : best));
  const description = message.caption ?? "";
  const image = el("img", { src: api.fileUrl(largest.file_id), alt: description ? "Фотография с подписью" : "Фотография",
    width: largest.width || null, height: largest.height || null, decoding: "async" });
  // The width is known before the picture loads, so that nothing jumps; tall pictures are made narrower.
  const { width = 1, height = 1 } = largest;
  const button = el("button", { type: "button", class: "photo", "aria-label": "Открыть фотографию",
    on: { click: () => context.onPhoto(largest.file_id, description) } }, image);
  button.style.width = `${Math.min(PHOTO_REM, PHOTO_REM * (width / height), Math.max(width / 16, 8))}rem`;
  image.addEventListener("error", () => button.replaceChildren(el("span", { class: "photo-broken", text: "Фотография не открылась" })));
  return button;
}

function sticker(given) {
  return el("p", { class: "sticker-text" }, el("span", { class: "sticker-emoji", text: given.emoji ?? "🙂" }),
    el("span", { class: "sticker-name", text: "Стикер" }));
}

function place(location, title, address) {
  return el("div", { class: "place" },
    el("div", { class: "place-map", "aria-hidden": "true" }, icon("pin")),
    el("p", { class: "place-title", dir: "auto", text: title }),
    address ? el("p", { class: "place-address", dir: "auto", text: address }) : null,
    el("p", { class: "place-coordinates", text: coordinates(location) }));
}

function contact(given) {
  return el("div", { class: "card" },
    el("span", { class: "card-icon" }, icon("person")),
    el("div", { class: "card-text" }, el("bdi", { class: "card-title", text: fullName(given) }),
      el("span", { class: "card-note", text: given.phone_number })));
}

function file(document, name) {
  const title = name ?? "Файл";
  return el("a", { class: "card", href: api.fileUrl(document.file_id), download: title },
    el("span", { class: "card-icon" }, icon("download")),
    el("span", { class: "card-text" }, el("bdi", { class: "card-title", text: title }),
      el("span", { class: "card-note", text: fileSize(document.file_size) })));
}

function player(kind, media) {
  return el(kind, { class: "player", controls: true, preload: "metadata", src: api.fileUrl(media.file_id) });
}

function poll(given) {
  return el("div", { class: "poll" }, el("p", { class: "card-title", dir: "auto", text: given.question }),
    el("ul", {}, given.options.map((option) => el("li", { dir: "auto", text: option.text }))));
}

function serviceText(message) {
  if (message.deleted) return null;
  if (message.pinned_message) return `Закреплено: ${summary(message.pinned_message)}`;
  if (message.new_chat_members) return `В группе теперь ${message.new_chat_members.map(fullName).join(", ")}`;
  if (message.left_chat_member) return `${fullName(message.left_chat_member)} больше не в группе`;
  if (message.forum_topic_created) return `Новая тема: ${message.forum_topic_created.name}`;
  if (message.forum_topic_closed) return "Тема закрыта";
  if (message.forum_topic_reopened) return "Тема открыта снова";
  if (message.group_chat_created || message.supergroup_chat_created) return "Группа создана";
  if (message.new_chat_title) return `Новое название: ${message.new_chat_title}`;
  return null;
}
