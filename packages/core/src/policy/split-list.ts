/**
 * The items of a list with commas between them, trimmed. A comma inside double quotes parts nothing; within them a backslash
 * takes the character behind it along (RFC 9110 section 5.6.4). A quote that never ends reaches to the end of the text.
 */
export function splitList(text: string): string[] {
  if (!text.includes('"')) return text.split(',').map((item) => item.trim());
  const items: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at];
    if (mark === '"') quoted = !quoted;
    else if (mark === '\\' && quoted) at += 1;
    else if (mark === ',' && !quoted) {
      items.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  items.push(text.slice(start).trim());
  return items;
}
