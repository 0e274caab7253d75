## Cards in other chats.

inline-description = { $text }
inline-when = <b>Ближайшее:</b> { $when } – { $places }
inline-line = { $town } · { $when }
inline-button-open = Открыть и записаться
inline-button-all = Открыть бота
