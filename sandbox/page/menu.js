// A menu that opens at a button: arrows move, Escape and a click elsewhere close it.

import { el, icon } from "./dom.js";

let closeOpen = null;

/** `items`: `{label, icon, run, danger}`; `at`: a point `{x, y}` for a context menu instead of the button's edge. */
export function openMenu(anchor, items, at = null) {
  closeOpen?.();
  const buttons = items.map((item) =>
    el("button", { type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "danger" : null,
      on: { click: () => { close(); item.run(); } } }, icon(item.icon), el("span", { text: item.label })));
  const menu = el("div", { class: "menu", role: "menu" }, buttons);
  document.body.append(menu);
  place(menu, anchor, at);
  anchor.setAttribute("aria-expanded", "true");
  buttons[0].focus();

  function close(returnFocus = true) {
    document.removeEventListener("pointerdown", onOutside, true);
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    closeOpen = null;
    if (returnFocus && anchor.isConnected) anchor.focus({ preventScroll: true });
  }
  function onOutside(event) {
    if (!menu.contains(event.target)) close(false);
  }
  menu.addEventListener("keydown", (event) => {
    const here = buttons.indexOf(document.activeElement);
    const steps = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 };
    if (event.key in steps) {
      event.preventDefault();
      buttons.at(steps[event.key] % buttons.length).focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  document.addEventListener("pointerdown", onOutside, true);
  closeOpen = close;
}

function place(menu, anchor, at) {
  const edge = 8;
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = at ? at.x : box.left + box.width / 2 > innerWidth / 2 ? box.right - width : box.left;
  const below = at ? at.y : box.bottom + 4;
  const top = below + height + edge > innerHeight ? (at ? at.y - height : box.top - height - 4) : below;
  menu.style.left = `${Math.max(edge, Math.min(left, innerWidth - width - edge))}px`;
  menu.style.top = `${Math.max(edge, Math.min(top, innerHeight - height - edge))}px`;
}
