// Text with Telegram's entities → DOM nodes. Offsets and lengths are UTF-16 units, which is what JavaScript strings count.

import { el } from "./dom.js";
import { safeUrl } from "./links.js";

const PLAIN_TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const VERBATIM = new Set(["code", "pre"]);
const LINKS = new Set(["url", "text_link", "email", "phone_number", "bot_command", "mention"]);
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

// What Telegram's own clients find in plain text: addresses, commands, e-mail, mentions.
const FOUND =
  /(?<url>https?:\/\/[^\s<>"«»]+|(?<![\p{L}\p{N}.@/-])t\.me\/[^\s<>"«»]+)|(?<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)|(?<![\p{L}\p{N}/@<>])(?<command>\/[A-Za-z0-9_]{1,32}(?:@\w+)?)(?![\p{L}\p{N}/])|(?<![\p{L}\p{N}@])(?<mention>@[A-Za-z]\w{3,31})/gu;
const TRAILING = /[.,!?:;)\]…'"]+$/u;

/**
 * Nodes for `text`. `onLink({type, value})` runs when an address, command or mention is followed;
 * the value is the address, the command or the name with its sign.
 */
export function renderText(text, entities, onLink) {
  const usable = (entities ?? [])
    .filter((entity) => entity.length > 0 && entity.offset >= 0 && entity.offset < text.length)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, usable, onLink, false);
}

function build(text, start, end, entities, onLink, verbatim) {
  const nodes = [];
  let cursor = start;
  let index = 0;
  let afterBlock = false;
  const addPlain = (from, to) => {
    // The line break after a block is the block's own end.
    const begin = afterBlock && text[from] === "\n" ? from + 1 : from;
    if (begin < to) nodes.push(...(verbatim ? [text.slice(begin, to)] : found(text.slice(begin, to), onLink)));
  };
  while (index < entities.length) {
    const entity = entities[index];
    const from = Math.max(entity.offset, cursor);
    const to = Math.min(entity.offset + entity.length, end);
    const inner = [];
    let next = index + 1;
    while (next < entities.length && entities[next].offset < to) inner.push(entities[next++]);
    index = next;
    if (from >= to) continue;
    addPlain(cursor, from);
    const asIs = verbatim || VERBATIM.has(entity.type) || LINKS.has(entity.type);
    const content = build(text, from, to, inner, onLink, asIs);
    nodes.push(wrap(entity, text.slice(from, to), content, onLink));
    afterBlock = BLOCKS.has(entity.type);
    cursor = to;
  }
  addPlain(cursor, end);
  return nodes;
}

function wrap(entity, covered, content, onLink) {
  const { type } = entity;
  if (PLAIN_TAGS[type]) return el(PLAIN_TAGS[type], {}, content);
  switch (type) {
    case "pre":
      return el("pre", {}, el("code", { "data-language": entity.language }, content));
    case "blockquote":
      return el("blockquote", {}, content);
    case "expandable_blockquote":
      return expandable(content);
    case "spoiler":
      return spoiler(content);
    case "text_link":
      return link("url", entity.url, content, onLink);
    case "url":
      return link("url", covered, content, onLink);
    case "email":
      return link("url", `mailto:${covered}`, content, onLink);
    case "phone_number":
      return link("url", `tel:${covered.replace(/[^\d+]/g, "")}`, content, onLink);
    case "bot_command":
      return action("command", covered, content, onLink);
    case "mention":
      return action("mention", covered, content, onLink);
    default:
      return el("span", {}, content);
  }
}

/** An anchor, so that the address can be seen, copied and opened like any other; plain text when it is not safe. */
export function link(type, address, content, onLink) {
  const url = safeUrl(address);
  if (!url) return el("span", {}, content);
  const follow = (event) => {
    if (onLink({ type, value: address })) event.preventDefault();
  };
  return el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", on: { click: follow } }, content);
}

function action(type, value, content, onLink) {
  return el("button", { type: "button", class: "text-link", on: { click: () => onLink({ type, value }) } }, content);
}

function spoiler(content) {
  const hidden = el("span", { class: "spoiler-text", "aria-hidden": "true" }, content);
  const cover = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Скрытый текст, показать" }, hidden);
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (cover.classList.contains("shown")) return;
    event.preventDefault();
    event.stopPropagation();
    cover.classList.add("shown");
    hidden.removeAttribute("aria-hidden");
    for (const name of ["role", "aria-label", "tabindex"]) cover.removeAttribute(name);
  };
  cover.addEventListener("click", reveal, true);
  cover.addEventListener("keydown", reveal, true);
  return cover;
}

function expandable(content) {
  const body = el("div", { class: "quote-body" }, content);
  const toggle = el("button", { type: "button", class: "text-link quote-toggle", "aria-expanded": "false", text: "Показать всё" });
  const quote = el("blockquote", { class: "folded" }, body, toggle);
  toggle.addEventListener("click", () => {
    const folded = quote.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!folded));
    toggle.textContent = folded ? "Показать всё" : "Свернуть";
  });
  return quote;
}

function found(text, onLink) {
  const nodes = [];
  let cursor = 0;
  for (const match of text.matchAll(FOUND)) {
    const { url, email, command, mention } = match.groups;
    const whole = url ? url.replace(TRAILING, "") : match[0];
    nodes.push(text.slice(cursor, match.index));
    if (url) nodes.push(link("url", whole, whole, onLink));
    else if (email) nodes.push(link("url", `mailto:${email}`, email, onLink));
    else if (command) nodes.push(action("command", command, command, onLink));
    else nodes.push(action("mention", mention, mention, onLink));
    cursor = match.index + whole.length;
  }
  nodes.push(text.slice(cursor));
  return nodes.filter((node) => node !== "");
}

const PICTURES_ONLY = /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F|\u200D\p{Extended_Pictographic})*){1,3}$/u;

/** Whether the text is one to three emoji and nothing else: shown large. */
export const isPicturesOnly = (text) => PICTURES_ONLY.test(text.trim());
