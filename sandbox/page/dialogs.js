// Small windows over the page. Each function resolves when the window is closed.

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { colourOf, initials } from "./format.js";

let counter = 0;

/**
 * `content`: nodes; `buttons`: `{label, value, primary}` or nothing; resolves to the value of the pressed button, or null.
 * `content` may be a function of `finish(value)`, for windows whose content closes them.
 */
function show({ title, content = [], buttons = [], check = () => true, wide = false }) {
  const titleId = `dialog-title-${(counter += 1)}`;
  const before = document.activeElement;
  return new Promise((resolve) => {
    let result = null;
    const finish = (value) => {
      result = value;
      dialog.close();
    };
    const footer = buttons.map(({ label, value, primary }) =>
      el("button", { type: primary ? "submit" : "button", class: primary ? "button" : "button quiet",
        on: primary ? {} : { click: () => finish(value ?? null) } }, label));
    const submit = (event) => {
      event.preventDefault();
      if (check()) finish(buttons.find((button) => button.primary)?.value ?? null);
    };
    const form = el("form", { method: "dialog", novalidate: true, on: { submit } },
      el("h2", { id: titleId, text: title }),
      typeof content === "function" ? content(finish) : content,
      footer.length ? el("div", { class: "dialog-buttons" }, footer) : null);
    const dialog = el("dialog", { class: wide ? "dialog wide" : "dialog", "aria-labelledby": titleId }, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before?.isConnected) before.focus({ preventScroll: true });
      resolve(result);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const CANCEL = { label: "Отмена", value: null };

/** A window that only says something. */
export const tell = (title, text) =>
  show({ title, content: text ? [el("p", { class: "dialog-text", dir: "auto", text })] : [],
    buttons: [{ label: "Понятно", value: true, primary: true }] });

export const confirm = (title, text, label) =>
  show({ title, content: text ? [el("p", { class: "dialog-text", text })] : [],
    buttons: [CANCEL, { label, value: true, primary: true }] });

function field(label, attributes, hint) {
  const id = `field-${(counter += 1)}`;
  const input = el("input", { id, ...attributes });
  const node = el("div", { class: "field" }, el("label", { for: id, text: label }), input,
    hint ? el("p", { class: "hint", text: hint }) : null);
  return { node, input };
}

/** `{first_name, note, username}` of a person to be, or null. */
export async function askNewPerson() {
  const name = field("Имя", { maxlength: 64, autofocus: true }, "Можно не заполнять: имя придумается.");
  const note = field("Кто это", { maxlength: 64, placeholder: "ученик 7 класса" });
  const yes = await show({ title: "Новый человек", content: [name.node, note.node],
    buttons: [CANCEL, { label: "Добавить", value: true, primary: true }] });
  if (!yes) return null;
  return Object.fromEntries(
    Object.entries({ first_name: name.input.value.trim(), note: note.input.value.trim() }).filter(([, value]) => value));
}

const PLACES = [
  ["Краснодар", 45.045, 38.982],
  ["Лабинск", 44.636, 40.736],
  ["Сочи", 43.597, 39.725],
  ["Ейск", 46.693, 38.279],
];

/** `{latitude, longitude}` or null. */
export function askLocation() {
  const own = field("Другая точка", { inputmode: "decimal", placeholder: "45.045, 38.982" }, "Широта и долгота через запятую.");
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const parse = () => {
    const numbers = own.input.value.match(/-?\d+(?:\.\d+)?/g)?.map(Number) ?? [];
    const [latitude, longitude] = numbers;
    return numbers.length === 2 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
  };
  const choice = { label: "Отправить", primary: true, get value() { return parse(); } };
  return show({
    title: "Отправить геопозицию",
    content: (finish) => [
      el("p", { class: "dialog-text", text: "Это демонстрация: где вы, страница не узнаёт. Выберите место." }),
      el("div", { class: "choices" }, PLACES.map(([name, latitude, longitude]) =>
        el("button", { type: "button", class: "choice", on: { click: () => finish({ latitude, longitude }) } },
          icon("pin"), el("span", { text: name }), el("small", { text: `${latitude}, ${longitude}` })))),
      own.node,
      problem,
    ],
    buttons: [CANCEL, choice],
    check: () => {
      problem.hidden = parse() !== null;
      problem.textContent = problem.hidden ? "" : "Нужны два числа: широта и долгота, например 45.045, 38.982.";
      if (!problem.hidden) own.input.focus();
      return problem.hidden;
    },
  });
}

/** `{phone}` (empty: the server makes one up) or null. */
export async function askContact() {
  const phone = field("Номер", { type: "tel", placeholder: "+7 900 000-00-00", maxlength: 20 },
    "Не пишите настоящий номер. Если оставить пустым, номер придумается.");
  const yes = await show({ title: "Поделиться номером телефона?", content: [phone.node],
    buttons: [CANCEL, { label: "Поделиться", value: true, primary: true }] });
  return yes ? { phone: phone.input.value.trim() } : null;
}

/** `{caption, as}` for a file about to be sent, or null. */
export async function askCaption(files, as) {
  const caption = field("Подпись", { maxlength: 1024, autofocus: true });
  const previews = as === "photo" ? files.map((file) => URL.createObjectURL(file)) : [];
  const yes = await show({
    title: as === "photo" ? "Отправить фото" : files.length > 1 ? "Отправить документы" : "Отправить документ",
    content: [el("div", { class: "file-previews" }, previews.map((src) => el("img", { class: "file-preview", src, alt: "" }))),
      el("p", { class: "dialog-text", dir: "auto", text: files.map((file) => file.name).join(", ") }), caption.node],
    buttons: [CANCEL, { label: "Отправить", value: true, primary: true }],
  });
  previews.forEach((src) => URL.revokeObjectURL(src));
  return yes ? { caption: caption.input.value.trim(), as } : null;
}

/** The id of one of the people, or null. */
export function askPerson(title, people) {
  return show({
    title,
    content: (finish) => [
      people.length ? null : el("p", { class: "dialog-text", text: "Здесь больше никого нет: добавьте человека кнопкой «Новый человек»." }),
      el("div", { class: "choices" }, people.map((person) =>
        el("button", { type: "button", class: "choice", on: { click: () => finish(person.id) } },
          el("span", { class: `avatar small colour-${colourOf(person.id)}`, "aria-hidden": "true", text: initials(person.first_name) }),
          el("bdi", { text: person.first_name }), el("small", { text: person.note })))),
    ].filter(Boolean),
    buttons: [CANCEL],
  });
}

/** What somebody sent this person outside the chat with the bot; `nodes` is the text with its links. */
export const showReceived = (title, nodes) =>
  show({
    title,
    content: [el("div", { class: "received", dir: "auto" }, nodes)],
    buttons: [{ label: "Закрыть", value: true, primary: true }],
  });

export const showPhoto = (fileId, description) =>
  show({
    title: "Фотография",
    wide: true,
    content: [
      el("img", { class: "photo-large", src: api.fileUrl(fileId), alt: description ? "" : "Фотография" }),
      description ? el("p", { class: "dialog-text", dir: "auto", text: description }) : null,
    ].filter(Boolean),
    buttons: [{ label: "Закрыть", value: true, primary: true }],
  });
