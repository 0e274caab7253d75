// The panel above the input: the bot's commands, or what it offers in inline mode.

import * as api from "./api.js";
import { byId, el } from "./dom.js";

const QUIET_MS = 250;

/** `app`: the page's state; `acts`: what the person does; `input`: the text field. */
export function createPanel(app, acts, input) {
  const panel = byId("panel");
  const menuButton = byId("commands");
  let stopQuery = null;
  let timer = null;
  let shown = null;

  function commandsLike(beginning) {
    return app.commands().filter(({ command }) => command.startsWith(beginning.toLowerCase()));
  }

  function showCommands(beginning) {
    const list = commandsLike(beginning);
    if (!list.length) return close();
    open("Команды бота", list.map(({ command, description }) =>
      el("button", { type: "button", class: "panel-item command", on: { click: () => { finish(); acts.say(`/${command}`); } } },
        el("b", { text: `/${command}` }), el("span", { dir: "auto", text: description }))), "commands");
  }

  function open(label, items, kind) {
    panel.setAttribute("aria-label", label);
    panel.replaceChildren(...items);
    panel.hidden = false;
    panel.scrollTop = 0;
    shown = kind;
    menuButton.setAttribute("aria-expanded", String(kind === "commands"));
  }

  function close() {
    clearTimeout(timer);
    stopQuery?.abort();
    stopQuery = null;
    panel.hidden = true;
    panel.replaceChildren();
    shown = null;
    menuButton.setAttribute("aria-expanded", "false");
  }

  function finish() {
    close();
    input.value = "";
    input.dispatchEvent(new Event("input"));
    input.focus();
  }

  /** The query in «@bot запрос», or null when the text is not one. */
  function inlineQueryIn(text) {
    const own = `@${app.bot.username ?? ""}`.toLowerCase();
    const [first] = text.split(/\s/u, 1);
    return own.length > 1 && first.toLowerCase() === own && text.length > first.length ? text.slice(first.length + 1) : null;
  }

  function follow() {
    const text = input.value;
    const query = inlineQueryIn(text);
    clearTimeout(timer);
    stopQuery?.abort();
    if (query !== null) timer = setTimeout(() => ask(query), QUIET_MS);
    else if (/^\/\w*$/u.test(text)) showCommands(text.slice(1));
    else if (shown) close();
  }

  async function ask(query) {
    const stop = new AbortController();
    stopQuery = stop;
    if (shown !== "inline") open("Предложения бота", [note("Спрашиваем бота…")], "inline");
    try {
      const answer = await api.inlineQuery(app.actor(), query, "", stop.signal);
      if (!stop.signal.aborted) showResults(query, answer, []);
    } catch (error) {
      if (!stop.signal.aborted) open("Предложения бота", [note(error.status ? "Бот не ответил на запрос" : "Нет связи")], "inline");
    }
  }

  function showResults(query, answer, before) {
    const items = [...before, ...(answer.results ?? []).map((result) => resultItem(result, query))];
    const head = answer.button?.start_parameter && !before.length
      ? [el("button", { type: "button", class: "panel-item panel-button",
          on: { click: () => { finish(); acts.say(`/start ${answer.button.start_parameter}`); } } }, answer.button.text)]
      : [];
    const more = answer.next_offset
      ? [el("button", { type: "button", class: "panel-item panel-button", on: { click: () => askMore(query, answer.next_offset, items) } }, "Ещё")]
      : [];
    const top = panel.scrollTop;
    open("Предложения бота", [...head, ...(items.length ? items : [note("Ничего не нашлось")]), ...more], "inline");
    if (before.length) panel.scrollTop = top;
  }

  async function askMore(query, offset, before) {
    const answer = await api.inlineQuery(app.actor(), query, offset).catch(() => null);
    if (answer && shown === "inline") showResults(query, answer, before);
  }

  function resultItem(result, query) {
    const title = result.title ?? result.caption ?? result.first_name ?? "Без названия";
    return el("button", { type: "button", class: "panel-item", on: { click: () => { finish(); acts.chooseInline(result.id, query); } } },
      el("b", { dir: "auto", text: title }), result.description ? el("span", { dir: "auto", text: result.description }) : null);
  }

  const note = (text) => el("p", { class: "panel-note", role: "status", text });

  function toggleCommands() {
    if (shown === "commands") return close();
    showCommands("");
    panel.querySelector("button")?.focus();
  }

  menuButton.addEventListener("click", toggleCommands);
  input.addEventListener("input", follow);
  input.addEventListener("keydown", (event) => {
    const items = panel.querySelectorAll("button");
    if (!shown || !items.length || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    (event.key === "ArrowUp" ? items[items.length - 1] : items[0]).focus();
  });
  panel.addEventListener("keydown", (event) => {
    const items = [...panel.querySelectorAll("button")];
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = items[items.indexOf(document.activeElement) + step];
    (next ?? input).focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    close();
    input.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (shown === "commands" && !panel.contains(event.target) && !menuButton.contains(event.target) && event.target !== input) close();
  });

  return { close };
}
