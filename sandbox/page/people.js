// The list of people: who can be, their last message, what they have not read.

import { byId, el } from "./dom.js";
import { colourOf, initials, plural, timeOrDay } from "./format.js";

/** Draws the list into the page; entries that did not change keep their node, and with it the focus. */
export function createPeopleList() {
  const list = byId("people");
  const drawn = new Map();

  function entry(person, current) {
    const unread = person.unread > 0;
    return el("li", {},
      el("a", { class: "person", href: `#chat=${person.id}`, "aria-current": current ? "page" : null, data: { personId: person.id } },
        el("span", { class: `avatar colour-${colourOf(person.id)}`, "aria-hidden": "true", text: initials(person.first_name) }),
        el("span", { class: "person-text" },
          el("span", { class: "person-line" },
            el("bdi", { class: "person-name", text: person.first_name }),
            el("span", { class: "person-time", text: timeOrDay(person.last_message_at) })),
          el("bdi", { class: "person-note", text: person.blocked ? `${person.note || ""} · бот заблокирован`.replace(/^ · /, "") : person.note }),
          el("span", { class: "person-line" },
            el("span", { class: "person-last", dir: "auto", text: person.last_text || "Сообщений пока нет" }),
            unread ? el("span", { class: "badge", "aria-label": plural(person.unread, "непрочитанное", "непрочитанных", "непрочитанных"),
              text: person.unread > 99 ? "99+" : person.unread }) : null))));
  }

  return function draw(people, currentId) {
    const wanted = new Set(people.map((person) => person.id));
    for (const [id, { node }] of drawn) {
      if (wanted.has(id)) continue;
      node.remove();
      drawn.delete(id);
    }
    people.forEach((person, index) => {
      // An open chat is being read: the server may not have heard of it yet.
      const shown = person.id === currentId ? { ...person, unread: 0 } : person;
      const json = JSON.stringify([shown, person.id === currentId]);
      let known = drawn.get(person.id);
      if (known?.json !== json) {
        const node = entry(shown, person.id === currentId);
        if (known) {
          const focused = known.node.contains(document.activeElement);
          known.node.replaceWith(node);
          if (focused) node.firstElementChild.focus({ preventScroll: true });
        }
        known = { json, node };
        drawn.set(person.id, known);
      }
      if (list.children[index] !== known.node) list.insertBefore(known.node, list.children[index] ?? null);
    });
  };
}
