// How dates, sizes, numbers and names are written in Russian.

const TIME = new Intl.DateTimeFormat("ru", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("ru", { day: "numeric", month: "long" });
const DAY_AND_YEAR = new Intl.DateTimeFormat("ru", { day: "numeric", month: "long", year: "numeric" });
const SHORT_DAY = new Intl.DateTimeFormat("ru", { day: "2-digit", month: "2-digit" });
const PLURAL = new Intl.PluralRules("ru");

const date = (seconds) => new Date(seconds * 1000);

export const time = (seconds) => TIME.format(date(seconds));
export const dayKey = (seconds) => date(seconds).toDateString();

export function day(seconds) {
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (dayKey(seconds) === today.toDateString()) return "Сегодня";
  if (dayKey(seconds) === yesterday.toDateString()) return "Вчера";
  return (date(seconds).getFullYear() === today.getFullYear() ? DAY : DAY_AND_YEAR).format(date(seconds));
}

export function timeOrDay(seconds) {
  if (!seconds) return "";
  return dayKey(seconds) === new Date().toDateString() ? time(seconds) : SHORT_DAY.format(date(seconds));
}

/** `forms`: one, few, many: `plural(5, "место", "места", "мест")` is «5 мест». */
export function plural(count, one, few, many) {
  return `${count} ${{ one, few, many, other: many }[PLURAL.select(count)]}`;
}

export function fileSize(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} Б`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} КБ`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} МБ`;
}

export const coordinates = ({ latitude, longitude }) => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

export const fullName = (user) => [user?.first_name, user?.last_name].filter(Boolean).join(" ") || "Без имени";

/** Up to two letters for a round picture. */
export function initials(name) {
  const letters = name.trim().split(/\s+/u).map((word) => [...word].find((sign) => /[\p{L}\p{N}]/u.test(sign)));
  return letters.filter(Boolean).slice(0, 2).join("").toUpperCase() || "?";
}

const AVATAR_COLOURS = 7;
export const colourOf = (id) => Math.abs(Number(id) || 0) % AVATAR_COLOURS;
