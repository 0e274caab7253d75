// Buttons under messages and under the input.

import { el, icon } from "./dom.js";
import { meaning } from "./links.js";

/** The inline keyboard of a message. `onPress(button, row, column, node)`; a place is its row and column. */
export function inlineKeyboard(markup, username, onPress) {
  const rows = (markup?.inline_keyboard ?? []).filter((row) => row.length > 0);
  if (!rows.length) return null;
  return el("div", { class: "keys", role: "group", "aria-label": "Кнопки сообщения" },
    markup.inline_keyboard.map((row, rowIndex) =>
      el("div", { class: "keys-row" }, row.map((button, column) => inlineButton(button, rowIndex, column, username, onPress)))));
}

function inlineButton(button, row, column, username, onPress) {
  const props = { class: "key", data: { place: `${row}:${column}` }, dir: "auto" };
  const content = [el("span", { class: "key-text", text: button.text }), mark(button)];
  const place = button.url ? meaning(button.url, username) : null;
  if (place?.kind === "web") {
    return el("a", { ...props, href: place.href, target: "_blank", rel: "noopener noreferrer" }, content);
  }
  const node = el("button", { ...props, type: "button" }, content);
  node.addEventListener("click", () => onPress(button, row, column, node));
  return node;
}

function mark(button) {
  if (button.url) return icon("link");
  if (button.copy_text) return icon("copy");
  if (isInlineSwitch(button)) return icon("share");
  return null;
}

export const isInlineSwitch = (button) =>
  ["switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat"].some((name) => name in button);

export const inlineSwitchQuery = (button) =>
  button.switch_inline_query_current_chat ?? button.switch_inline_query ?? button.switch_inline_query_chosen_chat?.query ?? "";

/** Rows of the keyboard under the input. `onPress(button)`. */
export function replyKeyboard(markup, onPress) {
  return (markup?.keyboard ?? []).map((row) =>
    el("div", { class: "keys-row" }, row.map((given) => {
      const button = typeof given === "string" ? { text: given } : given;
      const picture = button.request_location ? icon("pin") : button.request_contact ? icon("person") : null;
      return el("button", { type: "button", class: "reply-key", dir: "auto", on: { click: () => onPress(button) } },
        picture, el("span", { class: "key-text", text: button.text }));
    })));
}
