// The bar on top: what the host program lets a visitor do (move the bot's clock), and its status line.

import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { failed, toast } from "./toasts.js";

/** `onMoved()` runs after each action. Returns `refresh()`. */
export function createHostBar(onMoved) {
  const status = byId("host-status");
  const bar = byId("host-actions");
  let drawn = "";
  let running = false;

  function draw(answer) {
    showStatus(answer.status);
    const json = JSON.stringify(answer.actions ?? []);
    if (json === drawn) return;
    drawn = json;
    bar.replaceChildren(...(answer.actions ?? []).map((action) => {
      const button = el("button", { type: "button", class: "host-action", text: action.label });
      button.addEventListener("click", () => run(action, button));
      return button;
    }));
    bar.hidden = !answer.actions?.length;
  }

  function showStatus(text) {
    // Written only when it changes, so that a screen reader does not repeat it.
    if (status.textContent !== (text ?? "")) status.textContent = text ?? "";
    status.hidden = !text;
  }

  async function run(action, button) {
    if (running) return;
    running = true;
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await api.runAction(action.id);
      if (answer.status) showStatus(answer.status);
      if (answer.message) toast(answer.message);
    } catch (error) {
      failed(`«${action.label}» не получилось`, error);
    } finally {
      running = false;
      button.removeAttribute("aria-busy");
      onMoved();
    }
  }

  return async function refresh() {
    if (!running) draw(await api.actions());
  };
}
