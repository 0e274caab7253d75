// Short notes at the bottom of the chat: answers to taps, and what went wrong.

import { byId, el } from "./dom.js";

const SHOWN_MS = 4000;
const PER_CHARACTER_MS = 45;

export function toast(text) {
  const frame = byId("toasts");
  const node = el("p", { class: "toast", dir: "auto", text });
  // Right above the input, wherever it is now.
  const log = byId("log-scroll").getBoundingClientRect();
  frame.style.bottom = log.height ? `${Math.max(16, innerHeight - log.bottom + 12)}px` : "";
  while (frame.childElementCount > 2) frame.firstElementChild.remove();
  frame.append(node);
  setTimeout(() => node.remove(), SHOWN_MS + text.length * PER_CHARACTER_MS);
}

export function failed(what, error) {
  toast(error.status === 0 ? `${what}: нет связи` : `${what}: ${error.message}`);
}
