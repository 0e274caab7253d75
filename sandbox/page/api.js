// The control API of the sandbox server, one function per request. See sandbox/CONTROL.md.

/** The server refused: `status` is the HTTP status, `message` its sentence. Status 0: no connection. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function request(method, path, { body, signal, timeout = 15000 } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  const forward = () => stop.abort();
  signal?.addEventListener("abort", forward, { once: true });
  try {
    const isForm = body instanceof FormData;
    const response = await fetch(`/control${path}`, {
      method,
      signal: stop.signal,
      headers: body && !isForm ? { "Content-Type": "application/json" } : undefined,
      body: body && !isForm ? JSON.stringify(body) : body,
      cache: "no-store",
    });
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new ApiError(response.status, answer?.error ?? `HTTP ${response.status}`);
    return answer;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(0, "Нет связи");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", forward);
  }
}

const get = (path, options) => request("GET", path, options);
const post = (path, body = {}, options = {}) => request("POST", path, { body, ...options });

const LONG_POLL_SECONDS = 25;
// The server waits for the bot's answer to a tap for 10 seconds itself.
const TAP_TIMEOUT = 20000;

export const people = (signal) => get("/people", { signal });
export const addPerson = (person) => post("/people", person);
export const groups = () => get("/groups");
export const bot = () => get("/bot");

/** The chat as it is now; with the `version` known, waits until there is something new. */
export function chat(id, version, signal) {
  const wait = version === null ? 0 : LONG_POLL_SECONDS;
  return get(`/chats/${id}?version=${version ?? -1}&wait=${wait}`, { signal, timeout: (wait + 10) * 1000 });
}

export const sendText = (chat, text, extra = {}) => post(`/chats/${chat}/text`, { text, ...extra });
export const tap = (chat, messageId, row, column, extra = {}) =>
  post(`/chats/${chat}/tap`, { message_id: messageId, row, column, ...extra }, { timeout: TAP_TIMEOUT });
export const sendContact = (chat, phone) => post(`/chats/${chat}/contact`, phone ? { phone } : {});
export const sendLocation = (chat, latitude, longitude) => post(`/chats/${chat}/location`, { latitude, longitude });
export const forwardMessage = (chat, fromChat, messageId) =>
  post(`/chats/${chat}/forward`, { message_id: messageId, from_chat: fromChat });
export const editText = (chat, messageId, text) => post(`/chats/${chat}/edit`, { message_id: messageId, text });
export const setBlocked = (chat, blocked) => post(`/chats/${chat}/${blocked ? "block" : "unblock"}`);

/** Several files are an album. */
export function sendFiles(chat, files, as, caption) {
  const form = new FormData();
  form.append("as", as);
  if (caption) form.append("caption", caption);
  for (const file of files) form.append("file", file, file.name || "file");
  return request("POST", `/chats/${chat}/file`, { body: form, timeout: 120000 });
}

export const inlineQuery = (from, query, offset, signal) =>
  post("/inline", { from, query, offset }, { signal, timeout: TAP_TIMEOUT });
export const chooseInline = (from, chat, resultId, query) =>
  post("/inline/choose", { from, chat, result_id: resultId, query });

export const actions = (signal) => get("/actions", { signal });
// Moving the clock may make the bot send hundreds of messages before it answers.
export const runAction = (id) => post(`/actions/${encodeURIComponent(id)}`, {}, { timeout: 120000 });

export const fileUrl = (fileId) => `/control/files/${encodeURIComponent(fileId)}`;
