// Builds DOM nodes from data. Data only ever becomes text nodes and attributes, never markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `props`: `class`, `text`, `data` (dataset), `on` (listeners), any other name is an attribute;
 * `true` makes an empty attribute; `false`, `null` and `undefined` leave it out. Children: nodes, strings, or nothing.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

// Strokes on a 24×24 grid, drawn for this page.
const STROKES = {
  back: ["M15 5l-7 7 7 7"],
  more: ["M12 5.5v.01", "M12 12v.01", "M12 18.5v.01"],
  attach: ["M19.5 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3 3 0 0 1 4.3 4.3l-8 8a1.5 1.5 0 0 1-2.1-2.1l7.3-7.4"],
  send: ["M4 12l16-7.5-5 15.5-3.5-6.5z", "M20 4.5l-8.5 9"],
  keyboard: ["M4 6.500h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1z", "M7 10v.01M10.3 10v.01M13.7 10v.01M17 10v.01M8.5 14h7"],
  menu: ["M5 7.500h14", "M5 12h14", "M5 16.500h14"],
  close: ["M6.5 6.500l11 11", "M17.5 6.500l-11 11"],
  down: ["M6 9.500l6 6 6-6"],
  reply: ["M10 6l-6 5.5 6 5.500v-3.500c5 0 8 1.5 10 5 0-6-3.5-9-10-9z"],
  forward: ["M14 6l6 5.5-6 5.500v-3.500c-5 0-8 1.5-10 5 0-6 3.5-9 10-9z"],
  edit: ["M5 19l1-4L16.5 4.500l3 3L9 18z"],
  copy: ["M9 9h10v10H9z", "M6 15H5V5h10v1"],
  document: ["M7 3.500h7l4 4v13H7z", "M14 3.500v4h4"],
  photo: ["M4 6h16v12H4z", "M4.5 16l4.5-4.5 4 4 2.5-2.5 4 4", "M15.5 9.500v.01"],
  pin: ["M12 21c4.5-4.8 6.5-8.2 6.5-11a6.5 6.5 0 1 0-13 0c0 2.8 2 6.2 6.5 11z", "M12 12.300a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.600z"],
  person: ["M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", "M4.5 20c.8-3.8 3.6-5.5 7.5-5.500s6.7 1.7 7.5 5.5"],
  block: ["M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z", "M6 6l12 12"],
  plus: ["M12 5v14", "M5 12h14"],
  checks: ["M2.5 12.500l4 4 8-9", "M10.5 15l1.5 1.5 8-9"],
  link: ["M8 16L17 7", "M10 7h7v7"],
  share: ["M5 12v7h14v-7", "M12 15V4", "M8 7.500L12 4l4 3.5"],
  download: ["M12 4v11", "M7.5 11l4.5 4.5 4.5-4.5", "M5 19.500h14"],
  restart: ["M19 12a7 7 0 1 1-2.2-5.1", "M19 4v4h-4"],
};

/** A decorative picture; the words stand beside it or in the button's label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  for (const stroke of STROKES[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", stroke);
    svg.append(path);
  }
  return svg;
}
