// What a link does here: a deep link to the bot is sent as /start, a share link opens a list of people,
// the rest opens in a new tab.

const SAFE = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);
const TELEGRAM_HOSTS = new Set(["t.me", "www.t.me", "telegram.me", "telegram.dog"]);

/** A URL that may stand in `href`, or null. Links without a scheme are web addresses. */
export function safeUrl(address) {
  const text = String(address ?? "").trim();
  for (const candidate of [text, `https://${text}`]) {
    try {
      const url = new URL(candidate);
      return SAFE.has(url.protocol) ? url : null;
    } catch {
      // Not a whole URL: try it with a scheme.
    }
  }
  return null;
}

/**
 * What to do with an address: `{kind: "start", payload}`, `{kind: "share", text}`, `{kind: "here"}` (the bot's own page),
 * `{kind: "web", href}`, or null for what must not be followed.
 */
export function meaning(address, username) {
  const url = safeUrl(address);
  if (!url) return null;
  const own = (username ?? "").toLowerCase();
  const query = url.searchParams;
  if (url.protocol === "tg:") {
    if ((query.get("domain") ?? "").toLowerCase() !== own) return null;
    return query.has("start") ? { kind: "start", payload: query.get("start") } : { kind: "here" };
  }
  if (TELEGRAM_HOSTS.has(url.hostname)) {
    const path = url.pathname.replaceAll("/", " ").trim().toLowerCase();
    if (path === own && query.has("start")) return { kind: "start", payload: query.get("start") };
    if (path === own) return { kind: "here" };
    if (path === "share url" || path === "share") {
      return { kind: "share", text: [query.get("text"), query.get("url")].filter(Boolean).join("\n").trim() };
    }
  }
  return { kind: "web", href: url.href };
}
